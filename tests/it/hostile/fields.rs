//! Every field of a genuine message spoiled in turn, after it was signed.

use alipay_tower::RejectionKind::{Forged, Malformed};

use super::{rows, stage::Stage};
use crate::wire::encode;

rows! { tampered_in_turn, dropped_in_turn, duplicated_in_turn, truncated_in_turn, renamed_in_turn, moved_in_turn }

type Fields = Vec<(String, String)>;

/// Sends the message once for each of its fields, spoiled there.
async fn each(stage: &mut Stage, spoil: impl Fn(&mut Fields, usize)) {
    let fields = stage.genuine.signed(stage.merchant());
    assert!(fields.len() >= 20, "a message with all its fields: {fields:?}");
    for at in 0..fields.len() {
        let mut spoiled = fields.clone();
        spoil(&mut spoiled, at);
        let value = |name: &str| spoiled.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value);
        let twice =
            spoiled.iter().any(|(own, _)| spoiled.iter().filter(|(other, _)| other == own).count() > 1);
        let (kind, reason) = match (value("sign"), value("sign_type")) {
            _ if twice => (Malformed, "stands twice"),
            ("", _) | (_, "") => (Malformed, "is missing"),
            (_, sign_type) if sign_type == stage.merchant().sign_type().as_str() => {
                (Forged, "does not verify")
            }
            _ => (Forged, "`sign_type`"),
        };
        stage.refuses(encode(&spoiled), kind, reason).await;
    }
}

async fn tampered_in_turn(stage: &mut Stage) {
    each(stage, |fields, at| {
        let value = &mut fields[at].1;
        let last = if value.ends_with('1') { '2' } else { '1' };
        value.pop();
        value.push(last);
    })
    .await;
}

async fn dropped_in_turn(stage: &mut Stage) {
    each(stage, |fields, at| drop(fields.remove(at))).await;
}

async fn duplicated_in_turn(stage: &mut Stage) {
    each(stage, |fields, at| {
        let again = fields[at].clone();
        fields.push(again);
    })
    .await;
}

async fn truncated_in_turn(stage: &mut Stage) {
    each(stage, |fields, at| {
        let _ = fields[at].1.pop();
    })
    .await;
}

async fn renamed_in_turn(stage: &mut Stage) {
    each(stage, |fields, at| fields[at].0.push('x')).await;
}

/// The value goes to the next field, and the next field's comes here.
async fn moved_in_turn(stage: &mut Stage) {
    each(stage, |fields, at| {
        let next = (at + 1) % fields.len();
        let equal = fields[at].1 == fields[next].1;
        let value = std::mem::take(&mut fields[at].1);
        let other = std::mem::replace(&mut fields[next].1, value);
        fields[at].1 = if equal { format!("{other}0") } else { other };
    })
    .await;
}
