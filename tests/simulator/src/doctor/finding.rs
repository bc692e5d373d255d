//! One thing that a probe brought to light.

use std::fmt;

use super::Defect;

/// How bad a finding is, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Good to know; nothing is wrong.
    Note,
    /// It works today, and will bite.
    Warning,
    /// Notifications do not arrive, or are not acknowledged.
    Bad,
    /// Somebody can steal.
    Critical,
}

impl Severity {
    /// The stable word of the `--json` output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Bad => "bad",
            Self::Critical => "critical",
        }
    }
}

/// A defect, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub defect: Defect,
    /// Which probe met it.
    pub probe: &'static str,
    /// What was seen, fit for a terminal.
    pub seen: String,
}

impl Finding {
    pub(super) fn new(defect: Defect, probe: &'static str, seen: impl Into<String>) -> Self {
        Self { defect, probe, seen: seen.into() }
    }
}

/// `slug: what was seen (probe); what to change`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({}); {}", self.defect, self.seen, self.probe, self.defect.advice())
    }
}

/// The beginning of what the shop sent, fit for a terminal.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    const MOST: usize = 80;
    let text = String::from_utf8_lossy(bytes);
    let mut shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_cannot_be_seen_and_not_too_much() {
        assert_eq!(excerpt(b"\xef\xbb\xbfsuccess\r\n\x1b[2J"), "\\u{feff}success\\r\\n\\u{1b}[2J");
        assert_eq!(excerpt("页".repeat(100).as_bytes()), format!("{}…", "页".repeat(80)));
        assert!(Severity::Critical > Severity::Bad && Severity::Warning > Severity::Note);
    }
}
