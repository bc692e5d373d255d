//! The HTML form: whatever the values are, a browser sends back exactly them.

use proptest::prelude::*;

use crate::support::{config, merchant, name, text};

/// One start or end tag (`/form`) with its attributes, decoded.
type Tag = (String, Vec<(String, String)>);

/// Reads the small HTML that the library writes, as a browser would, and fails on everything else in it.
fn tags(html: &str) -> Vec<(Tag, String)> {
    let mut tags = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let inside = rest.strip_prefix('<').expect("a tag");
        let name = &inside[..inside.find([' ', '>']).expect("the end of a tag's name")];
        let mut tail = &inside[name.len()..];
        let mut attributes = Vec::new();
        while let Some(attribute) = tail.strip_prefix(' ') {
            let (name, value) = attribute.split_once("=\"").expect("a quoted attribute");
            let (value, after) = value.split_once('"').expect("a closing quote");
            attributes.push((name.to_owned(), unescape(value)));
            tail = after;
        }
        tail = tail.strip_prefix('>').expect("the end of a tag");
        let text = &tail[..tail.find('<').unwrap_or(tail.len())];
        tags.push(((name.to_owned(), attributes), unescape(text)));
        rest = &tail[text.len()..];
    }
    tags
}

/// Character references, and the line ends that a browser rewrites.
fn unescape(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('&') {
        let (reference, after) = after.split_once(';').expect("an & stands only in a reference");
        out.push_str(before);
        out.push(match reference {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            "#13" => '\r',
            other => panic!("unknown reference {other}"),
        });
        rest = after;
    }
    assert!(!text.contains(['<', '>', '"']));
    out + rest
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn a_browser_sends_what_was_signed(
        values in prop::collection::btree_map(
            name(),
            prop_oneof![text(), "[&<>\"'\r\n ;#a-z]{0,20}"].prop_filter("NUL", |text| !text.contains('\0')),
            0..8,
        ),
        button in text(),
    ) {
        let signed = merchant().sign_fields(values.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap();
        let tags = tags(&signed.form_element(&button));
        let (form, inputs) = tags.split_first().unwrap();
        let (form_name, form_attributes) = &form.0;
        prop_assert_eq!(form_name, "form");
        let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        prop_assert_eq!(form_attributes, &[
            attribute("method", "post"),
            attribute("action", "https://mapi.alipay.com/gateway.do?_input_charset=utf-8"),
            attribute("accept-charset", "utf-8"),
        ]);
        let mut sent = Vec::new();
        for ((tag, attributes), text) in inputs {
            match (tag.as_str(), attributes.as_slice()) {
                ("input", [kind, name, value]) => {
                    prop_assert_eq!(kind, &attribute("type", "hidden"));
                    prop_assert_eq!((&*name.0, &*value.0, &**text), ("name", "value", ""));
                    sent.push((name.1.as_str(), value.1.as_str()));
                }
                ("button", [kind]) => {
                    prop_assert_eq!(kind, &attribute("type", "submit"));
                    prop_assert_eq!(text.replace('\r', "\n"), button.replace('\r', "\n"));
                }
                ("/button" | "/form", []) => prop_assert_eq!(text, ""),
                other => prop_assert!(false, "unexpected {:?}", other),
            }
        }
        prop_assert_eq!(sent, signed.fields().collect::<Vec<_>>());
    }
}
