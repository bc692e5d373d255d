//! Standard input, and the form body that `sign` reads from it.

use std::io::{self, Read as _};

/// Reads standard input up to one byte more than the limit, and the rest of a modest excess into nothing, so that a
/// writer on a pipe is not cut off.
pub(crate) fn read_stdin(limit: usize) -> io::Result<Vec<u8>> {
    const EXCESS: u64 = 16 * 1024 * 1024;
    let mut input = io::stdin().lock();
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    input.by_ref().take(most).read_to_end(&mut bytes)?;
    io::copy(&mut input.take(EXCESS), &mut io::sink())?;
    Ok(bytes)
}

/// The names and values of a form body in UTF-8, decoded once.
///
/// It is our own input, so unlike a message it may have any number of parameters; a mistake in it is named.
pub(crate) fn parse(body: &[u8]) -> Result<Vec<(String, String)>, String> {
    body.split(|byte| *byte == b'&')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            let mut parts = segment.splitn(2, |byte| *byte == b'=');
            let name = decode(parts.next().unwrap_or_default(), "a name")?;
            let value = decode(parts.next().unwrap_or_default(), &format!("the value of `{name}`"))?;
            Ok((name, value))
        })
        .collect()
}

fn decode(text: &[u8], what: &str) -> Result<String, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err(format!("{what} has a percent sign without two hex digits"));
                };
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            other => other,
        });
    }
    String::from_utf8(out).map_err(|_| format!("{what} is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_once_and_names_mistakes() {
        let pairs = parse(b"a=%252F+b%2B&&n&%E5%90%8D=%00").unwrap();
        let expected = [("a", "%2F b+"), ("n", ""), ("名", "\0")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(parse(b"a=%4").unwrap_err(), "the value of `a` has a percent sign without two hex digits");
        assert_eq!(parse(b"a=%B2%E2").unwrap_err(), "the value of `a` is not UTF-8");
        assert!(parse(b"%ff=1").unwrap_err().starts_with("a name"));
        assert_eq!(parse(b"").unwrap(), []);
    }
}
