//! Charsets: converted on the way, or declared one and sent the other.

use alipay_tower::protocol::Charset;

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, contains, printable},
};

type Conversion = fn(&[u8]) -> Option<Vec<u8>>;

const CONVERSIONS: [(&str, Conversion); 4] = [
    ("the bytes are UTF-8, what was signed is GBK", utf8_to_gbk),
    ("the bytes are GBK, what was signed is UTF-8", gbk_to_utf8),
    ("text was read as Latin-1 and written as UTF-8", utf8_to_latin1),
    ("what was signed was read as Latin-1 and written as UTF-8", latin1_to_utf8),
];

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    CONVERSIONS.into_iter().find_map(|(detail, convert)| {
        let place = evidence.repaired(|_, value| if value.is_ascii() { None } else { convert(value) })?;
        Some(Finding::certain(Diagnosis::Charset, format!("{detail} ({place})")))
    })
}

/// Traces of a lossy conversion, which cannot be undone.
pub(super) fn suspect(evidence: &Evidence<'_>) -> Option<Finding> {
    let lossy = |value: &[u8]| {
        contains(value, "\u{fffd}".as_bytes())
            || contains(value, b"??")
            || contains(value, "锟斤拷".as_bytes())
    };
    let (name, _) = evidence.set().iter().find(|(_, value)| lossy(value))?;
    let detail = format!(
        "`{}` holds replacement characters: its bytes were decoded in the wrong charset",
        printable(name)
    );
    Some(Finding::likely(Diagnosis::Charset, detail))
}

fn utf8_to_gbk(value: &[u8]) -> Option<Vec<u8>> {
    Charset::Gbk.encode(std::str::from_utf8(value).ok()?).ok().map(std::borrow::Cow::into_owned)
}

fn gbk_to_utf8(value: &[u8]) -> Option<Vec<u8>> {
    Charset::Gbk.decode(value).ok().map(|text| text.into_owned().into_bytes())
}

fn utf8_to_latin1(value: &[u8]) -> Option<Vec<u8>> {
    std::str::from_utf8(value).ok()?.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

fn latin1_to_utf8(value: &[u8]) -> Option<Vec<u8>> {
    Some(value.iter().copied().map(char::from).collect::<String>().into_bytes())
}

#[cfg(test)]
mod tests {
    use alipay_tower::protocol::{Channel, Charset};

    use crate::explain::{
        Diagnosis, Verdict,
        evidence::{Set, signed_text},
        golden::{KEY, N1, damaged, escaped, explain, explainer, md5, refused, set, shown, signed_over},
    };

    #[test]
    fn charsets() {
        let gbk: Set = set(N1)
            .into_iter()
            .map(|(name, value)| {
                let text = String::from_utf8(value).unwrap();
                (name, Charset::Gbk.encode(&text).unwrap().into_owned())
            })
            .collect();
        let over_gbk = md5(&signed_text(&gbk), KEY);
        assert_eq!(over_gbk, "5bf27e2296461abef625c31fc3c0cb11");
        // The gateway signed GBK bytes; something converted the message to UTF-8.
        shown(N1.replace("c51c6aa8d72767fd6fad395d56181efb", &over_gbk), Diagnosis::Charset);
        // Sent in GBK, signed in UTF-8.
        let gbk_shop = explainer().with_charset(Charset::Gbk);
        let explanation = gbk_shop.explain(Channel::Notify, escaped(&gbk).as_bytes());
        refused(&explanation, Verdict::RejectSignature, Diagnosis::Charset);
        // Good over the bytes, but the wrong charset is configured.
        let good = signed_over(&gbk, &signed_text(&gbk));
        let explanation = explain(&good);
        refused(&explanation, Verdict::Malformed, Diagnosis::Charset);
        assert!(explanation.reason().contains("--input-charset gbk reads it"));
        assert_eq!(gbk_shop.explain(Channel::Notify, good.as_bytes()).verdict, Verdict::Accept);
        let mojibake: Set = set(N1)
            .into_iter()
            .map(|(name, value)| (name, value.into_iter().map(char::from).collect::<String>().into_bytes()))
            .collect();
        shown(escaped(&mojibake), Diagnosis::Charset);
        let lossy = explain(damaged(&[], &[("subject", "\u{fffd}\u{fffd}单")]));
        refused(&lossy, Verdict::RejectSignature, Diagnosis::Charset);
        assert!(!lossy.finding.unwrap().certain);
    }
}
