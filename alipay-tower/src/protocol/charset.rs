//! Bytes to text and back without loss, in the charset that the merchant agreed on.

use std::borrow::Cow;

/// The `_input_charset` of a merchant: what requests are encoded in, and what its notifications arrive in.
///
/// MAPI messages carry no charset, so it belongs to the merchant's configuration and never comes from a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Charset {
    /// `gb2312`: requests are limited to its 7,445 characters.
    #[cfg(feature = "gbk")]
    #[cfg_attr(docsrs, doc(cfg(feature = "gbk")))]
    Gb2312,
    /// `gbk`.
    #[cfg(feature = "gbk")]
    #[cfg_attr(docsrs, doc(cfg(feature = "gbk")))]
    Gbk,
    /// `utf-8`, the default.
    #[default]
    Utf8,
}

/// Text that a [`Charset`] cannot hold, or bytes that are not text in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CharsetError {
    /// The charset that was tried.
    pub charset: Charset,
}

impl std::fmt::Display for CharsetError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not representable in {}", self.charset.label())
    }
}

impl std::error::Error for CharsetError {}

impl Charset {
    /// The charset with this name, in any letter case; `None` for one that Alipay does not take (or that this
    /// build has no tables for: `gbk` and `gb2312` need the feature `gbk`).
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        match label.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Self::Utf8),
            #[cfg(feature = "gbk")]
            "gbk" => Some(Self::Gbk),
            #[cfg(feature = "gbk")]
            "gb2312" => Some(Self::Gb2312),
            _ => None,
        }
    }

    /// The spelling that is sent and signed as `_input_charset`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            #[cfg(feature = "gbk")]
            Self::Gb2312 => "gb2312",
            #[cfg(feature = "gbk")]
            Self::Gbk => "gbk",
            Self::Utf8 => "utf-8",
        }
    }

    /// The bytes of `text`.
    ///
    /// # Errors
    ///
    /// [`CharsetError`] for a character that the charset does not have. Nothing is ever replaced by `?` or an
    /// HTML entity.
    pub fn encode(self, text: &str) -> Result<Cow<'_, [u8]>, CharsetError> {
        match self {
            Self::Utf8 => Ok(Cow::Borrowed(text.as_bytes())),
            #[cfg(feature = "gbk")]
            Self::Gbk | Self::Gb2312 => {
                let (bytes, _, unmappable) = encoding_rs::GBK.encode(text);
                // encoding_rs writes the euro sign as 0x80, which the gateway's GBK tables lack.
                let foreign =
                    unmappable || text.contains('€') || (self == Self::Gb2312 && !is_gb2312(&bytes));
                if foreign { Err(CharsetError { charset: self }) } else { Ok(bytes) }
            }
        }
    }

    /// The text of `bytes`, strictly.
    ///
    /// # Errors
    ///
    /// [`CharsetError`] for a byte sequence that is no text in this charset.
    pub fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, CharsetError> {
        let error = CharsetError { charset: self };
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| error),
            #[cfg(feature = "gbk")]
            Self::Gbk | Self::Gb2312 => {
                encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes).ok_or(error)
            }
        }
    }
}

/// Whether GBK bytes stay inside GB 2312: rows 1-9 and 16-87, less what GBK added to rows 2, 6 and 8.
#[cfg(feature = "gbk")]
fn is_gb2312(bytes: &[u8]) -> bool {
    let mut bytes = bytes.iter().copied();
    while let Some(lead) = bytes.next() {
        if lead < 0x80 {
            continue;
        }
        let ok = match (lead, bytes.next().unwrap_or_default()) {
            (0xA2, trail) => matches!(trail, 0xB1..=0xE2 | 0xE5..=0xEE | 0xF1..=0xFC),
            (0xA4, trail) => matches!(trail, 0xA1..=0xF3),
            (0xA5, trail) => matches!(trail, 0xA1..=0xF6),
            (0xA6, trail) => matches!(trail, 0xA1..=0xB8 | 0xC1..=0xD8),
            (0xA7, trail) => matches!(trail, 0xA1..=0xC1 | 0xD1..=0xF1),
            (0xA8, trail) => matches!(trail, 0xA1..=0xBA | 0xC5..=0xE9),
            (0xA9, trail) => matches!(trail, 0xA4..=0xEF),
            (0xD7, trail) => matches!(trail, 0xA1..=0xF9),
            (0xA1 | 0xA3 | 0xB0..=0xD6 | 0xD8..=0xF7, trail) => matches!(trail, 0xA1..=0xFE),
            _ => false,
        };
        if !ok {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_is_strict() {
        assert_eq!(Charset::from_label("UTF-8"), Some(Charset::Utf8));
        assert_eq!(Charset::from_label("latin-1"), None);
        assert!(Charset::Utf8.decode(b"\xed\xa0\x80").is_err());
    }

    #[cfg(feature = "gbk")]
    #[test]
    fn gbk_knows_its_limits() {
        let bytes = |charset: Charset, text: &str| charset.encode(text).map(Cow::into_owned);
        assert_eq!(bytes(Charset::Gbk, "测试").unwrap(), b"\xb2\xe2\xca\xd4");
        assert_eq!(bytes(Charset::Gb2312, "测试 abc").unwrap(), b"\xb2\xe2\xca\xd4 abc");
        assert_eq!(bytes(Charset::Gbk, "朱镕喆").unwrap(), b"\xd6\xec\xe9F\x86\xb4");
        for (charset, text) in [
            (Charset::Gb2312, "朱镕喆"),
            (Charset::Gb2312, "ⅰ"),
            (Charset::Gb2312, "€"),
            (Charset::Gbk, "€"),
            (Charset::Gbk, "😀"),
        ] {
            assert_eq!(bytes(charset, text), Err(CharsetError { charset }), "{text}");
        }
        let tricky = b"\xd5\\\xdf\\"; // trail bytes that are ASCII backslashes
        assert_eq!(bytes(Charset::Gbk, &Charset::Gbk.decode(tricky).unwrap()).unwrap(), tricky);
        assert!(Charset::Gbk.decode(b"\xb2").is_err());
    }
}
