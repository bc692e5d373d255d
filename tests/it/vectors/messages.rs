//! Notifications and returns: the verdict, and what the application is handed.

use std::collections::BTreeMap;

use alipay_tower::protocol::{Channel, SignedNotification};
use serde_json::Value;

use super::{assert_tolerated, base64, cases, merchant, text, verdict};

#[test]
fn every_notification_is_judged_as_it_should_be() {
    judge("mapi_notify_http.json", Channel::Notify, "body_base64");
}

#[test]
fn every_return_is_judged_as_it_should_be() {
    judge("mapi_return_http.json", Channel::Return, "query_base64");
}

fn judge(file: &str, channel: Channel, raw: &str) {
    for case in cases(file) {
        let (verdict, signed) = verdict(&merchant(&case["merchant"]), channel, &base64(&case, raw));
        assert_tolerated(&case, verdict);
        if let Some(signed) = signed {
            hands_out(&case, &signed);
        }
    }
}

/// That the application gets the values that the vector names, empty ones aside.
fn hands_out(case: &Value, signed: &SignedNotification) {
    let Some(expected) = case["params_if_accepted"].as_object() else { return };
    let own: BTreeMap<&str, &str> = signed.fields().filter(|(_, value)| !value.is_empty()).collect();
    let values = expected.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
    let expected: BTreeMap<&str, &str> = values.filter(|(_, value)| !value.is_empty()).collect();
    assert_eq!(own, expected, "{}", text(case, "name"));
}
