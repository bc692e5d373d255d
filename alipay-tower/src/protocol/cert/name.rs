//! Distinguished names as certificate numbers want them.

use x509_cert::{
    attr::AttributeTypeAndValue,
    der::{Tag, Tagged},
    name::Name,
};

/// The name in the order of RFC 2253, the most specific part first, without blanks. Values stand as they are: the
/// implementations that Alipay accepts do not escape a comma or a quote in them.
///
/// `None` when a value is no text.
pub(super) fn text(name: &Name) -> Option<String> {
    let mut parts = Vec::new();
    for part in name.iter_rdn() {
        let attributes: Option<Vec<String>> = part.iter().map(attribute).collect();
        parts.push(attributes?.join("+"));
    }
    parts.reverse();
    Some(parts.join(","))
}

/// The last common name: Alipay's own certificates have `支付宝(中国)网络技术有限公司-` and the merchant's PID there, an
/// application's has the PID and the `app_id`.
pub(super) fn common_name(name: &Name) -> Option<String> {
    let common = name.iter().filter(|attribute| short(attribute) == Some("CN")).last()?;
    value(common)
}

fn attribute(attribute: &AttributeTypeAndValue) -> Option<String> {
    let value = value(attribute)?;
    Some(
        short(attribute)
            .map_or_else(|| format!("{}={value}", attribute.oid), |short| format!("{short}={value}")),
    )
}

fn short(attribute: &AttributeTypeAndValue) -> Option<&'static str> {
    Some(match attribute.oid.to_string().as_str() {
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        "2.5.4.3" => "CN",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        _ => return None,
    })
}

fn value(attribute: &AttributeTypeAndValue) -> Option<String> {
    let bytes = attribute.value.value();
    match attribute.value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::TeletexString | Tag::VisibleString => {
            String::from_utf8(bytes.to_vec()).ok()
        }
        Tag::BmpString => {
            let units = bytes.chunks(2).map(|pair| pair.try_into().map(u16::from_be_bytes).ok());
            String::from_utf16(&units.collect::<Option<Vec<u16>>>()?).ok()
        }
        _ => None,
    }
}
