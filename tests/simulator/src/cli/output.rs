//! What goes to the terminal.

use std::io::{self, Write as _};

use serde::Serialize;

/// A line on standard error, where it disturbs no script.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", harmless(text));
}

/// One object on one line of standard output.
pub(crate) fn json(value: &impl Serialize) -> io::Result<()> {
    let line = serde_json::to_string(value)?;
    writeln!(io::stdout().lock(), "{line}")
}

/// One line of standard output, for scripts.
pub(crate) fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// A heading and its text, for people; nothing for an empty text.
pub(crate) fn item(heading: &str, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(io::stdout().lock(), "{heading:<14} {}", harmless(text))
}

/// Text without the characters by which a hostile message would steer the terminal, add a line of its own, or turn the
/// direction of writing.
fn harmless(text: &str) -> String {
    let hostile = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if hostile(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_steer_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\u{9b}1m\r测"), "a\u{fffd}[2Jb\u{fffd}1m\u{fffd}测");
        assert_eq!(harmless("x\nverdict accept\u{202e}"), "x\u{fffd}verdict accept\u{fffd}");
    }
}
