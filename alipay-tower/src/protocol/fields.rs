//! Strict form decoding: bytes to pairs, sorted by name, and back to the signed text.

use memchr::{memchr, memchr2, memchr3};

use super::{
    ParseError,
    text_rule::{NAMES, TextRule},
};

/// The most name-value pairs one message may have, empty segments counted.
pub const MAX_FIELDS: usize = 1024;

/// Room for so many is made at first.
const USUAL_FIELDS: usize = 32;

/// One pair inside [`Fields`]: the text has `name=value` at `start..end`, with the `=` at `middle`.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    middle: usize,
    end: usize,
    /// The first eight bytes of the name, which decide nearly every comparison of the sorting.
    prefix: u64,
}

/// The decoded fields of one message: raw bytes in the message's own charset, each name once.
///
/// A form body or query is percent-decoded exactly once, `+` is a space, an empty segment is skipped, a name
/// without `=` has the empty value. Nothing is guessed: a bad escape, a NUL byte or a name that stands twice is
/// an error (Alipay, *Notification rules*: the signature covers every parameter that came).
#[derive(Clone)]
pub struct Fields {
    text: Vec<u8>,
    spans: Vec<Span>,
    /// Whether a name or value holds a byte that separates fields in the signed text.
    separators: bool,
}

impl Fields {
    /// Decodes a form body or a query string (without its `?`).
    ///
    /// # Errors
    ///
    /// [`ParseError`] for an empty message, more than [`MAX_FIELDS`] segments, a bad percent escape, a NUL
    /// byte, or a duplicate name.
    pub fn parse(raw: &[u8]) -> Result<Self, ParseError> {
        let mut fields = Self::with_capacity(raw.len(), USUAL_FIELDS);
        fields.decode(raw)?;
        fields.finish()
    }

    /// With the processor's wide searches, as few as possible: byte by byte the end of every run of ordinary bytes is a
    /// branch that nobody can predict.
    fn decode(&mut self, raw: &[u8]) -> Result<(), ParseError> {
        if memchr(0, raw).is_some() {
            return Err(ParseError::Nul);
        }
        let mut rest = Some(raw);
        let mut segments = 0;
        while let Some(tail) = rest {
            segments += 1;
            if segments > MAX_FIELDS {
                return Err(ParseError::TooManyFields);
            }
            let start = self.text.len();
            let (name, after) = memchr2(b'=', b'&', tail)
                .map_or((tail, &[][..]), |at| tail.split_at_checked(at).unwrap_or_default());
            self.name_of(name)?;
            let middle = self.text.len();
            rest = match after {
                [b'=', value @ ..] => {
                    self.text.push(b'=');
                    let next = self.value_of(value)?;
                    self.push_span(start, middle);
                    next
                }
                // A name without a value, or nothing at all.
                _ => {
                    if middle > start {
                        self.text.push(b'=');
                        self.push_span(start, middle);
                    }
                    after.split_first().map(|(_, next)| next)
                }
            };
        }
        Ok(())
    }

    /// Names are short, and hardly ever escaped.
    fn name_of(&mut self, mut rest: &[u8]) -> Result<(), ParseError> {
        if rest.iter().fold(false, |found, byte| found | (*byte == b'%') | (*byte == b'+')) {
            while let Some(at) = memchr2(b'%', b'+', rest) {
                let (run, tail) = rest.split_at_checked(at).unwrap_or_default();
                self.text.extend_from_slice(run);
                rest = self.escapes(tail, false)?;
            }
        }
        self.text.extend_from_slice(rest);
        Ok(())
    }

    /// Up to the end of the segment; gives back what follows it, if there is a next one.
    fn value_of<'a>(&mut self, mut rest: &'a [u8]) -> Result<Option<&'a [u8]>, ParseError> {
        loop {
            let at = memchr3(b'&', b'%', b'+', rest).unwrap_or(rest.len());
            let (run, tail) = rest.split_at_checked(at).unwrap_or_default();
            self.text.extend_from_slice(run);
            match tail {
                [] => return Ok(None),
                [b'&', next @ ..] => return Ok(Some(next)),
                _ => rest = self.escapes(tail, true)?,
            }
        }
    }

    /// Escapes come in rows: a character of Chinese is three of them. Gives back what follows the row.
    fn escapes<'a>(&mut self, mut rest: &'a [u8], in_value: bool) -> Result<&'a [u8], ParseError> {
        loop {
            rest = match rest {
                [b'+', tail @ ..] => {
                    self.text.push(b' ');
                    tail
                }
                [b'%', high, low, tail @ ..] => {
                    let (high, low) = (hex_digit(*high), hex_digit(*low));
                    if (high | low) > 15 {
                        return Err(ParseError::BadEscape);
                    }
                    let byte = high << 4 | low;
                    if byte == 0 {
                        return Err(ParseError::Nul);
                    }
                    self.separators |= byte == b'&' || (byte == b'=' && !in_value);
                    self.text.push(byte);
                    tail
                }
                [b'%', ..] => return Err(ParseError::BadEscape),
                _ => return Ok(rest),
            };
        }
    }

    fn push_span(&mut self, start: usize, middle: usize) {
        let name = self.text.get(start..middle).unwrap_or_default();
        self.spans.push(Span { start, middle, end: self.text.len(), prefix: prefix(name) });
    }

    /// Builds the fields of a message from pairs that are already decoded.
    ///
    /// # Errors
    ///
    /// As [`Fields::parse`], without the escapes.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Result<Self, ParseError> {
        let fields = Self::collect(pairs);
        if fields.spans.len() > MAX_FIELDS {
            return Err(ParseError::TooManyFields);
        }
        if fields.text.contains(&0) {
            return Err(ParseError::Nul);
        }
        fields.finish()
    }

    /// Builds the fields of a request of our own making: the limits of messages, which protect against strangers,
    /// do not apply, only a name must not stand twice.
    pub(super) fn of_request<'a>(
        pairs: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
    ) -> Result<Self, ParseError> {
        Self::collect(pairs).sorted()
    }

    fn collect<'a>(pairs: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Self {
        let mut fields = Self::with_capacity(0, 0);
        for (name, value) in pairs {
            let start = fields.text.len();
            fields.text.extend_from_slice(name);
            let middle = fields.text.len();
            fields.text.push(b'=');
            fields.text.extend_from_slice(value);
            fields.separators |= memchr2(b'&', b'=', name).is_some() || memchr(b'&', value).is_some();
            fields.push_span(start, middle);
        }
        fields
    }

    fn with_capacity(text: usize, spans: usize) -> Self {
        Self { text: Vec::with_capacity(text), spans: Vec::with_capacity(spans), separators: false }
    }

    fn finish(self) -> Result<Self, ParseError> {
        if self.spans.is_empty() { Err(ParseError::Empty) } else { self.sorted() }
    }

    fn sorted(mut self) -> Result<Self, ParseError> {
        let Self { text, spans, .. } = &mut self;
        let name = |span: &Span| text.get(span.start..span.middle).unwrap_or_default();
        // Equal numbers leave the decision to the names.
        spans.sort_unstable_by(|one, other| {
            one.prefix.cmp(&other.prefix).then_with(|| name(one).cmp(name(other)))
        });
        let twice = spans.windows(2).find_map(|pair| match pair {
            [one, other] if one.prefix == other.prefix && name(one) == name(other) => Some(name(one)),
            _ => None,
        });
        match twice {
            Some(name) => Err(ParseError::Duplicate(printable_name(name))),
            None => Ok(self),
        }
    }

    /// The value of `name`, undecoded bytes of the message's charset; `None` when the name did not come.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let (name, first) = (name.as_bytes(), prefix(name.as_bytes()));
        let order = |span: &Span| span.prefix.cmp(&first).then_with(|| self.name(*span).cmp(name));
        let at = self.spans.binary_search_by(order).ok()?;
        self.spans.get(at).map(|span| self.value(*span))
    }

    /// Whether `name` came with a value.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_empty())
    }

    /// All pairs, sorted by the bytes of the name.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.spans.iter().map(|span| (self.name(*span), self.value(*span)))
    }

    /// The text that the signature covers: every field but `sign` and `sign_type`, without empty values, sorted
    /// by name, raw `name=value` joined by `&` (Alipay, *Signature*: generating the string to be signed).
    #[must_use]
    pub fn signed_text(&self) -> Vec<u8> {
        self.text(TextRule::MAPI)
    }

    /// The text that a signature covers by the rule of its generation.
    pub(super) fn text(&self, rule: TextRule) -> Vec<u8> {
        // 32 bytes to spare: the MD5 key follows the text, and must not cost a second allocation.
        let mut out = Vec::with_capacity(self.text.len() + self.spans.len() + 32);
        for span in &self.spans {
            if !rule.covers(self.name(*span), self.value(*span)) {
                continue;
            }
            if !out.is_empty() {
                out.push(b'&');
            }
            out.extend_from_slice(self.text.get(span.start..span.end).unwrap_or_default());
        }
        out
    }

    /// What a signature by this rule covers, and the signature itself: whatever else came is nobody's word.
    pub(super) fn covered(mut self, rule: TextRule) -> Self {
        if rule == TextRule::OPENAPI {
            return self;
        }
        let Self { text, spans, .. } = &mut self;
        spans.retain(|span| {
            let name = text.get(span.start..span.middle).unwrap_or_default();
            let value = text.get(span.middle + 1..span.end).unwrap_or_default();
            rule.covers(name, value) || name == b"sign" || name == b"sign_type"
        });
        self
    }

    /// Refuses a signed text that can be cut into fields in another way where it matters.
    ///
    /// The text joins raw values with `&`, so `subject=x&total_fee=1` as one value reads like two fields. When
    /// any name of a decision stands in the text other than as that one field, the message is ambiguous.
    ///
    /// # Errors
    ///
    /// [`ParseError::Ambiguous`] with the name that stands where it must not.
    pub fn unambiguous(&self, signed_text: &[u8]) -> Result<(), ParseError> {
        self.unambiguous_by(TextRule::MAPI, signed_text)
    }

    pub(super) fn unambiguous_by(&self, rule: TextRule, signed_text: &[u8]) -> Result<(), ParseError> {
        if !self.separators {
            return Ok(());
        }
        for name in NAMES {
            let own = self.get(name).filter(|value| rule.covers(name.as_bytes(), value));
            // A value that swallowed its neighbours is as much a new cut as a name that stands twice.
            let swallowed = own.is_some_and(|value| value.contains(&b'&'));
            if swallowed || occurrences(signed_text, name) != usize::from(own.is_some()) {
                return Err(ParseError::Ambiguous(name));
            }
        }
        Ok(())
    }

    /// Whether every name and every value is UTF-8 by itself: the whole text is, and no character spans a border. None can
    /// span the `=` in the middle.
    pub(super) fn is_utf8(&self) -> bool {
        std::str::from_utf8(&self.text)
            .is_ok_and(|text| self.spans.iter().all(|span| text.is_char_boundary(span.end)))
    }

    fn name(&self, span: Span) -> &[u8] {
        self.text.get(span.start..span.middle).unwrap_or_default()
    }

    fn value(&self, span: Span) -> &[u8] {
        self.text.get(span.middle + 1..span.end).unwrap_or_default()
    }
}

/// Names only: values may be personal data.
impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter().map(|(name, _)| printable_name(name))).finish()
    }
}

/// The first eight bytes of a name as a number, in the order of the names.
fn prefix(name: &[u8]) -> u64 {
    if let Some(first) = name.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    let mut prefix = [0; 8];
    for (slot, byte) in prefix.iter_mut().zip(name) {
        *slot = *byte;
    }
    u64::from_be_bytes(prefix)
}

/// The value of a hex digit, from a table; more than 15 for any other byte.
fn hex_digit(byte: u8) -> u8 {
    #[expect(clippy::indexing_slicing, reason = "a digit is an index of the table")]
    const TABLE: [u8; 256] = {
        let mut table = [0xF0; 256];
        let mut value = 0;
        while value < 16 {
            table[b"0123456789abcdef"[value] as usize] = value as u8;
            table[b"0123456789ABCDEF"[value] as usize] = value as u8;
            value += 1;
        }
        table
    };
    TABLE.get(usize::from(byte)).copied().unwrap_or(0xF0)
}

/// How often `name=` stands in the text where a field may begin.
fn occurrences(text: &[u8], name: &str) -> usize {
    let name = name.as_bytes();
    text.split(|byte| *byte == b'&')
        .filter(|part| part.strip_prefix(name).is_some_and(|rest| rest.first() == Some(&b'=')))
        .count()
}

/// A name from the network in a form that may be logged.
fn printable_name(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(text)
            if text.len() <= 40 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)) =>
        {
            text.to_owned()
        }
        _ => format!("({} unprintable bytes)", name.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &str) -> String {
        String::from_utf8(Fields::parse(raw.as_bytes()).unwrap().signed_text()).unwrap()
    }

    #[test]
    fn decodes_exactly_once() {
        let fields = Fields::parse(b"a=%252F+b%2B&n").unwrap();
        assert_eq!(fields.get("a"), Some(&b"%2F b+"[..]));
        assert_eq!(fields.get("n"), Some(&b""[..]));
        assert_eq!(fields.get("other"), None);
    }

    #[test]
    fn sorts_by_bytes_and_drops_empty_values_and_the_sign() {
        let raw = "logistics_type_1=EMS&logistics_type=POST&a=2&Z=1&_input_charset=utf-8&e=&sign=x&sign_type=MD5&sign2=y";
        assert_eq!(
            text(raw),
            "Z=1&_input_charset=utf-8&a=2&logistics_type=POST&logistics_type_1=EMS&sign2=y"
        );
    }

    #[test]
    fn refuses_what_has_two_readings() {
        let parse = |raw: &[u8]| Fields::parse(raw).unwrap_err();
        assert_eq!(parse(b"a=1&b=2&a=1"), ParseError::Duplicate("a".to_owned()));
        assert_eq!(parse(b"a=1&%61=2"), ParseError::Duplicate("a".to_owned()));
        assert_eq!(parse(b"a=%4"), ParseError::BadEscape);
        assert_eq!(parse(b"a=%zz"), ParseError::BadEscape);
        assert_eq!(parse(b"a=%+1"), ParseError::BadEscape);
        assert_eq!(parse(b"a=%00"), ParseError::Nul);
        assert_eq!(parse(b""), ParseError::Empty);
        assert_eq!(parse(b"&&&"), ParseError::Empty);
        assert_eq!(parse(&b"&".repeat(MAX_FIELDS)), ParseError::TooManyFields);
        assert!(Fields::parse(b"&a=1&").is_ok());
    }

    #[test]
    fn finds_both_directions_of_a_new_cut() {
        for raw in [
            "subject=x%26total_fee%3D100.00%26total_fef%3Dy&total_fee=0.01",
            "subject=x&total_fee=100.00&total_fef=y%26total_fee%3D0.01",
            "quantity=1%26refund_status%3DREFUND_SUCCESS&trade_no=1",
            "x%26total_fee=1&a=1",
            "trade_status=TRADE_SUCCESS%26use_coupon%3DN&total_fee=0.01",
        ] {
            let fields = Fields::parse(raw.as_bytes()).unwrap();
            assert!(
                matches!(fields.unambiguous(&fields.signed_text()), Err(ParseError::Ambiguous(_))),
                "{raw}"
            );
        }
        let harmless = Fields::parse(b"subject=a%26b%3Dc&body=x%26y%3Dz&total_fee=1.00").unwrap();
        assert_eq!(harmless.unambiguous(&harmless.signed_text()), Ok(()));
    }

    #[test]
    fn debug_shows_names_only() {
        let shown = format!("{:?}", Fields::parse(b"buyer_email=a%40b.c&%ff=1").unwrap());
        assert_eq!(shown, r#"{"buyer_email", "(1 unprintable bytes)"}"#);
    }
}
