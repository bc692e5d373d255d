//! Every setter, one by one: what it adds to the content of a request, where, and nothing besides.

mod calls;
mod objects;
mod payments;

use std::collections::BTreeMap;

use alipay_tower::protocol::{Money, OutTradeNo, SignedRequest, Timestamp, openapi::Json};

pub(crate) fn at() -> Timestamp {
    "2024-06-07 12:34:56".parse().unwrap()
}

pub(crate) fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

pub(crate) fn number() -> OutTradeNo {
    OutTradeNo::new("T1").unwrap()
}

/// Every leaf by its path: `settle_info.settle_detail_infos[0].amount` is `"1.00"`, quotes and all.
pub(crate) type Leaves = BTreeMap<String, String>;

pub(crate) fn leaves(json: &Json) -> Leaves {
    let mut leaves = Leaves::new();
    walk("", json, &mut leaves);
    leaves
}

fn walk(path: &str, json: &Json, leaves: &mut Leaves) {
    match json {
        Json::Object(values) => {
            let dot = if path.is_empty() { "" } else { "." };
            values.iter().for_each(|(name, value)| walk(&format!("{path}{dot}{name}"), value, leaves));
        }
        Json::Array(values) => {
            values.iter().enumerate().for_each(|(at, value)| walk(&format!("{path}[{at}]"), value, leaves));
        }
        leaf => drop(leaves.insert(path.to_owned(), leaf.to_string())),
    }
}

/// The content that is sent, and the common parameters that a shop may choose, as leaves.
pub(crate) fn sent(request: &SignedRequest) -> Leaves {
    let mut leaves = leaves(&Json::parse(request.field("biz_content").unwrap()).unwrap());
    for name in ["app_auth_token", "notify_url", "return_url"] {
        if let Some(value) = request.field(name) {
            leaves.insert(format!("({name})"), value.to_owned());
        }
    }
    leaves
}

/// What was added or changed.
pub(crate) fn difference(before: &Leaves, after: &Leaves) -> Vec<(String, String)> {
    assert!(before.keys().all(|name| after.contains_key(name)), "something was lost: {before:?} {after:?}");
    let new = after.iter().filter(|(name, value)| before.get(*name) != Some(*value));
    new.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// `adds!(leaves of: value; setter(arguments) => path: leaf, …;)`: one setter at a time, on a fresh copy of the value.
macro_rules! adds {
    ($leaves:expr, $base:expr; $($setter:ident($($argument:expr),*) => $($path:literal: $leaf:literal),+;)+) => {
        $(
            let base = $base;
            let before = $leaves(&base);
            let after = $leaves(&base.$setter($($argument),*));
            let expected = vec![$(($path.to_owned(), $leaf.to_owned())),+];
            assert_eq!(
                $crate::setters::difference(&before, &after), expected,
                concat!(stringify!($base), ".", stringify!($setter)),
            );
        )+
    };
}

pub(crate) use adds;
