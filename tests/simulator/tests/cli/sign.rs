//! `sign` from outside.

use crate::binary::run;

const KEY: &str = "10000000000000000000000000000000";

#[test]
fn signs_the_set_that_it_is_given() {
    let run =
        run(&["sign", "--json", "--key", KEY], b"service=test&partner=123&sign=old&sign_type=RSA&body=\n");
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(run.object["presign"], "partner=123&service=test");
    assert_eq!(run.object["sign"], "bbd13b52823b576291595f472ebcfbc2");
    assert_eq!(
        run.object["url"],
        "https://mapi.alipay.com/gateway.do?partner=123&service=test&sign_type=MD5&sign=bbd13b52823b576291595f472ebcfbc2"
    );
    let fields = serde_json::json!({
        "partner": "123", "service": "test", "sign": "bbd13b52823b576291595f472ebcfbc2", "sign_type": "MD5"
    });
    assert_eq!(run.object["fields"], fields);
    assert_eq!(run.object.as_object().unwrap().len(), 4);
}

#[test]
fn prints_for_people_too() {
    let gateway = "http://127.0.0.1:4001/gateway.do";
    let run = run(&["sign", "--key", KEY, "--gateway", gateway], b"notify_id=1234");
    assert_eq!(run.status, 0);
    assert!(run.stdout.contains("sign           22fc7e38e5acdfede396aa463870d111\n"), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("address        http://127.0.0.1:4001/gateway.do?notify_id=1234&sign_type=MD5&sign=")
    );
}

#[test]
fn the_charset_decides_the_bytes_and_rewrites_no_value() {
    let signed = |charset: &str, input: &str| {
        run(&["sign", "--json", "--key", KEY, "--input-charset", charset], input.as_bytes())
    };
    let gbk = signed("gbk", "_input_charset=utf-8&%E5%90%8D=%E6%B5%8B");
    assert_eq!(gbk.object["presign"], "_input_charset=utf-8&名=测");
    let url = gbk.object["url"].as_str().unwrap();
    assert!(url.contains("?_input_charset=utf-8&sign_type=MD5&%C3%FB=%B2%E2&sign="), "{url}");
    assert_ne!(
        gbk.object["sign"],
        signed("utf-8", "_input_charset=utf-8&%E5%90%8D=%E6%B5%8B").object["sign"]
    );
    let refused = signed("gb2312", "subject=%E6%9C%B1%E9%95%95");
    assert_eq!((refused.status, refused.stdout.as_str()), (1, ""));
    assert!(refused.stderr.contains("subject: not representable in gb2312"), "{}", refused.stderr);
}

#[test]
fn what_cannot_be_signed_is_named() {
    for (input, sentence) in [
        (&b""[..], "no parameters"),
        (b"\n", "no parameters"),
        (b"a=1&a=2", "`a` stands twice"),
        (b"a=%zz", "the value of `a` has a percent sign without two hex digits"),
        (b"a=%B2%E2", "the value of `a` is not UTF-8"),
    ] {
        let run = run(&["sign", "--json", "--key", KEY], input);
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{sentence}");
        assert!(run.stderr.contains(sentence), "{}", run.stderr);
    }
}

#[test]
fn takes_any_set_and_any_key() {
    let many: Vec<String> = (0..3000).map(|n| format!("n{n}=%00{n}")).collect();
    assert_eq!(run(&["sign", "--json", "--key", KEY], many.join("&").as_bytes()).status, 0);
    let empty = run(&["sign", "--json", "--key", ""], b"a=1");
    assert_eq!(empty.status, 0);
    assert!(empty.stderr.contains("warning: the key is empty"));
    assert_eq!(run(&["sign", "--json", "--key", "-x"], b"a=1").status, 0);
}
