//! From a pasted text to the bytes in it: PEM or bare base64, whatever a chat tool or an editor did to the lines.

use base64::{Engine, prelude::BASE64_STANDARD};
use zeroize::Zeroizing;

/// No key and no certificate is longer; a larger file is not one.
pub(in crate::protocol) const MAX_TEXT: usize = 64 * 1024;
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// What stood between the lines of a PEM block, or in a bare text.
pub(in crate::protocol) struct Armour<'a> {
    /// The label of the block, such as `PRIVATE KEY`. It is a hint and no more: tools mix labels up.
    pub(in crate::protocol) label: Option<&'a str>,
    pub(in crate::protocol) der: Zeroizing<Vec<u8>>,
}

/// Reads the one block of a text.
pub(in crate::protocol) fn read(text: &str) -> Result<Armour<'_>, &'static str> {
    if text.len() > MAX_TEXT {
        return Err("is longer than any key: is this the right file?");
    }
    let mut blocks = blocks(text);
    let Some(first) = blocks.next() else {
        return Ok(Armour { label: None, der: bare(text)? });
    };
    if blocks.next().is_some() {
        return Err("holds more than one PEM block: leave the one that belongs here");
    }
    first
}

/// The PEM blocks of a text, in order; what stands around them is passed over.
pub(in crate::protocol) fn blocks(text: &str) -> impl Iterator<Item = Result<Armour<'_>, &'static str>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(BEGIN)?;
        let Some((label, after)) = after.split_once(DASHES) else {
            rest = "";
            return Some(Err("has a broken `-----BEGIN` line"));
        };
        let Some((body, after)) = after.split_once(END) else {
            rest = "";
            return Some(Err("has no `-----END` line: it was not copied whole"));
        };
        rest = after;
        // Headers stand only in keys that openssl encrypted the old way.
        let encrypted = body.contains("ENCRYPTED");
        let der = if encrypted { Ok(Zeroizing::default()) } else { decode(body) };
        let label = if encrypted { "ENCRYPTED PRIVATE KEY" } else { label };
        Some(der.map(|der| Armour { label: Some(label), der }))
    })
}

/// A PEM block: lines of 64 characters.
pub(super) fn write(label: &str, der: &[u8]) -> String {
    let base64 = Zeroizing::new(BASE64_STANDARD.encode(der));
    // Reserved at once: a growing text would leave parts of a private key behind.
    let mut pem = String::with_capacity(base64.len() + base64.len() / 64 + 2 * label.len() + 64);
    pem.push_str(&format!("{BEGIN}{label}{DASHES}\n"));
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(64).unwrap_or((rest, ""));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str(&format!("{END}{label}{DASHES}\n"));
    pem
}

fn bare(text: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let text = text.trim_matches(blank);
    if text.is_empty() {
        return Err("is empty: put the text of the key here");
    }
    if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err("is an MD5 key, and this is the place of an RSA key");
    }
    if text.len() < 256
        && [".pem", ".key", ".txt", ".crt", ".cer", ".der"].iter().any(|end| text.ends_with(end))
    {
        return Err("is the name of a file: put the text inside of the file here");
    }
    decode(text)
}

/// Strict base64 with padding, once the blanks are gone, and the `\n` that environment variables write for line ends.
fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let mut clean = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if blank(character)
            || character == '\\' && characters.next_if(|next| matches!(next, 'n' | 'r')).is_some()
        {
            continue;
        }
        // Base64 is ASCII; anything else must not become a letter by being cut short.
        clean.push(u8::try_from(character).unwrap_or(b'?'));
    }
    // Decoded into a buffer that never grows, so that no copy is left behind.
    let mut der = Zeroizing::new(vec![0; clean.len() / 4 * 3 + 3]);
    let length = BASE64_STANDARD
        .decode_slice(clean.as_slice(), &mut der)
        .map_err(|_| "is not base64: copy the text again, whole, and nothing else")?;
    der.truncate(length);
    Ok(der)
}

/// White space, and the marks without width that editors and chat tools leave in a text.
fn blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_marks_do_not_matter() {
        let plain = read("AQID").unwrap();
        assert!(plain.label.is_none());
        for text in [
            "\u{feff}AQID\r\n",
            " A Q\tI\u{3000}D\u{200b} ",
            "-----BEGIN X-----\nAQ\nID\n-----END X-----",
            r"-----BEGIN X-----\nAQID\n-----END X-----\n",
            "Bag Attributes\n-----BEGIN X-----\r\nAQID\r\n-----END X-----\r\n\r\n",
        ] {
            assert_eq!(*read(text).unwrap().der, [1, 2, 3], "{text}");
        }
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let problem = |text: &str| read(text).err().unwrap();
        assert!(problem(" \n").contains("empty"));
        assert!(problem("AQI").contains("base64"));
        assert!(problem("AQ=D").contains("base64"));
        assert!(problem("AQ-_").contains("base64"));
        assert!(problem("键AQID").contains("base64"));
        assert!(problem("./keys/app.pem").contains("file"));
        assert!(problem("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9").contains("MD5"));
        assert!(problem("-----BEGIN X-----\nAQID").contains("END"));
        assert!(problem("-----BEGIN X").contains("BEGIN"));
        let block = "-----BEGIN X-----\nAQID\n-----END X-----\n";
        assert!(problem(&block.repeat(2)).contains("more than one"));
        assert!(problem(&"A".repeat(MAX_TEXT + 1)).contains("longer"));
    }
}
