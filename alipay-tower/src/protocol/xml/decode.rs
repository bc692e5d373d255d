//! An answer's bytes as text, in the encoding that the document declares.

use std::borrow::Cow;

use super::XmlError;
use crate::protocol::Charset;

/// The text of a document. A UTF-8 merchant was seen to get errors declared as GBK (Alipay, *Response format*), so the
/// declaration decides, and what is plain ASCII needs no tables for it.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    let label = declared(bytes);
    let gbk = matches!(&*label, "gb18030" | "gb2312" | "gbk");
    let charset = match Charset::from_label(if gbk { "gbk" } else { &label }) {
        Some(charset) => charset,
        None if gbk && bytes.is_ascii() => Charset::Utf8,
        None => return Err(XmlError::Encoding),
    };
    charset.decode(bytes).map_err(|_| XmlError::Encoding)
}

/// The `encoding` of the XML declaration in lower case; `utf-8` when it says none.
fn declared(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == b'>').unwrap_or(0);
    let declaration = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_ascii_lowercase();
    let rest = declaration.trim_start_matches('\u{feff}').strip_prefix("<?xml");
    match rest.and_then(|rest| rest.split_once("encoding")) {
        Some((_, value)) => value.split(['"', '\'']).nth(1).unwrap_or_default().to_owned(),
        None => "utf-8".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_decides() {
        for label in ["utf-8", "UTF-8", "GBK", "gb2312", "GB18030"] {
            let answer = format!("<?xml version='1.0' encoding = '{label}'?><a/>");
            assert!(text(answer.as_bytes()).is_ok(), "{label}");
        }
        assert!(text("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>好</a>".as_bytes()).is_ok());
        for label in ["utf-7", "utf-16", "", "latin1"] {
            let answer = format!("<?xml version=\"1.0\" encoding=\"{label}\"?><a/>");
            assert_eq!(text(answer.as_bytes()), Err(XmlError::Encoding), "{label}");
        }
        assert_eq!(text(b"<a>\xba\xc3</a>"), Err(XmlError::Encoding));
    }

    #[cfg(feature = "gbk")]
    #[test]
    fn chinese_text_in_gbk() {
        let mut answer = b"<?xml version=\"1.0\" encoding=\"GBK\"?><a>".to_vec();
        answer.extend_from_slice(b"\xba\xc3</a>");
        assert!(text(&answer).unwrap().ends_with("<a>好</a>"));
    }
}
