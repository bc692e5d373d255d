//! The shape of a document before it is parsed: how deep it nests, and that it declares nothing.

use super::XmlError;

/// How deep elements may nest. Answers have four levels, lists in them two more.
const MAX_DEPTH: usize = 16;
/// The longest tag, in bytes: a parser compares each attribute of a tag with every other.
const MAX_TAG: usize = 1024;

/// Walks over the tags of a document once, without recursion.
pub(super) fn bounded(text: &str) -> Result<(), XmlError> {
    let (mut rest, mut depth) = (text, 0_usize);
    while let Some((_, tag)) = rest.split_once('<') {
        // What stands inside a comment or CDATA is text, whatever it looks like.
        rest = if let Some(comment) = tag.strip_prefix("!--") {
            behind(comment, "-->")?
        } else if let Some(data) = tag.strip_prefix("![CDATA[") {
            behind(data, "]]>")?
        } else if let Some(instruction) = tag.strip_prefix('?') {
            behind(instruction, "?>")?
        } else if tag.starts_with('!') {
            return Err(XmlError::Syntax);
        } else {
            let end = end_of_tag(tag)?;
            let (inside, tail) = tag.split_at_checked(end).ok_or(XmlError::Syntax)?;
            if inside.starts_with('/') {
                depth = depth.checked_sub(1).ok_or(XmlError::Syntax)?;
            } else if !inside.ends_with('/') {
                depth += 1;
            }
            if depth > MAX_DEPTH {
                return Err(XmlError::Syntax);
            }
            tail
        };
    }
    Ok(())
}

fn behind<'a>(text: &'a str, mark: &str) -> Result<&'a str, XmlError> {
    text.split_once(mark).map(|(_, rest)| rest).ok_or(XmlError::Syntax)
}

/// Where the tag's `>` stands: one inside a quoted attribute is text.
fn end_of_tag(tag: &str) -> Result<usize, XmlError> {
    let mut quote = None;
    for (at, byte) in tag.bytes().take(MAX_TAG).enumerate() {
        match quote {
            None if byte == b'>' => return Ok(at),
            None if byte == b'"' || byte == b'\'' => quote = Some(byte),
            Some(open) if open == byte => quote = None,
            _ => {}
        }
    }
    Err(XmlError::Syntax)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_a_parser_would_open() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert_eq!(bounded(&nested(MAX_DEPTH)), Ok(()));
        assert_eq!(bounded(&nested(MAX_DEPTH + 1)), Err(XmlError::Syntax));
        assert_eq!(bounded(&"<a/>".repeat(1000)), Ok(()));
        assert_eq!(bounded(&"<a b='>'/>".repeat(1000)), Ok(()));
        assert_eq!(bounded(&"<!--<a>-->".repeat(100)), Ok(()));
        assert_eq!(bounded(&"<![CDATA[<a>]]>".repeat(100)), Ok(()));
        // Closing tags where a parser sees none must not hide opening ones.
        for hidden in ["<!--</a>-->", "<![CDATA[</a>]]>", "<?x </a>?>", "<b c='</a>'/>"] {
            assert_eq!(bounded(&format!("<a>{hidden}").repeat(100)), Err(XmlError::Syntax), "{hidden}");
        }
        assert_eq!(bounded("</a>"), Err(XmlError::Syntax));
        assert_eq!(bounded("<!DOCTYPE a>"), Err(XmlError::Syntax));
        assert_eq!(bounded(&format!("<a {}>", "b='' ".repeat(1000))), Err(XmlError::Syntax));
    }
}
