//! A certificate that nobody here trusts: did it sign itself?

use std::time::Duration;

use reqwest::{Client, Url, redirect::Policy, tls::TlsInfo};

/// Whether the server's certificate names itself as its issuer. Nothing of a message is sent: the question is a HEAD
/// of the host's first page, because the one who answers has not proved who it is.
pub(super) async fn is_self_signed(url: &Url, timeout: Duration) -> bool {
    let client = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .resolve_to_addrs("localhost", &crate::loopback::localhost(0))
        .timeout(timeout)
        .tls_info(true)
        .tls_danger_accept_invalid_certs(true)
        .build();
    let mut root = url.clone();
    root.set_path("/");
    root.set_query(None);
    let Ok(client) = client else { return false };
    let Ok(response) = client.head(root).send().await else { return false };
    let der = response.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
    der.and_then(names).is_some_and(|(issuer, subject)| issuer == subject)
}

/// The encoded issuer and subject of a certificate.
fn names(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (certificate, _) = content(der)?;
    let (mut tbs, _) = content(certificate)?;
    if tbs.first() == Some(&0xa0) {
        tbs = content(tbs)?.1;
    }
    let after_serial = content(tbs)?.1;
    let after_algorithm = content(after_serial)?.1;
    let (issuer, rest) = content(after_algorithm)?;
    let (subject, _) = content(content(rest)?.1)?;
    Some((issuer, subject))
}

/// The content of the first element, and what follows it.
fn content(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.get(1..)?.split_first()?;
    let (length, rest) = match *first {
        short @ ..=0x7f => (usize::from(short), rest),
        long @ 0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        // No length, or one that no certificate has.
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_names_and_never_beyond_the_end() {
        let element = |tag: u8, parts: &[&[u8]]| {
            let content = parts.concat();
            [&[tag, u8::try_from(content.len()).unwrap()][..], &content].concat()
        };
        let name = |text: &[u8]| element(0x30, &[text]);
        let certificate = |issuer: &[u8], subject: &[u8]| {
            let tbs = element(
                0x30,
                &[
                    &element(0xa0, &[&[2, 1, 2]]),
                    &[2, 1, 7],
                    &name(b"algorithm"),
                    &name(issuer),
                    &name(b"validity"),
                    &name(subject),
                ],
            );
            element(0x30, &[&tbs, &name(b"rest")])
        };
        let own = certificate(b"me", b"me");
        assert_eq!(names(&own), Some((&b"me"[..], &b"me"[..])));
        assert_eq!(names(&certificate(b"authority", b"me")), Some((&b"authority"[..], &b"me"[..])));
        for end in 0..own.len() {
            assert_eq!(names(&own[..end]), None);
        }
        assert_eq!(content(&[0x30, 0x82, 0, 1, 9, 8]), Some((&[9][..], &[8][..])));
        assert_eq!(content(&[0x30, 0x80, 0]), None);
    }
}
