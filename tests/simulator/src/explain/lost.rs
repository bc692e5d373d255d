//! Fields that did not arrive, and messages that are somebody else's.

use alipay_tower::protocol::Channel;

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, Field, Set},
};

/// Fields whose value can be guessed, so that their loss can be shown.
const GUESSABLE: [(&str, &str); 16] = [
    ("discount", "0.00"),
    ("exterface", "create_direct_pay_by_user"),
    ("is_success", "T"),
    ("is_total_fee_adjust", "N"),
    ("is_total_fee_adjust", "Y"),
    ("logistics_fee", "0.00"),
    ("notify_type", "trade_status_sync"),
    ("payment_type", "1"),
    ("quantity", "1"),
    ("refund_status", "REFUND_SUCCESS"),
    ("trade_status", "TRADE_FINISHED"),
    ("trade_status", "TRADE_SUCCESS"),
    ("trade_status", "TRADE_CLOSED"),
    ("use_coupon", "N"),
    ("use_coupon", "Y"),
    ("body", "0"),
];

/// One or two fields that are gone and whose value can only have been this.
pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let guesses = guesses(evidence);
    let with = |added: &[&Field]| {
        let added = added.iter().copied();
        evidence.verifies_with(|| evidence.set().iter().chain(added).cloned().collect())
    };
    let one = guesses.iter().find(|guess| with(&[guess])).map(|guess| vec![guess]);
    let found = one.or_else(|| {
        guesses.iter().enumerate().find_map(|(at, one)| {
            let other = guesses.iter().skip(at + 1).find(|other| with(&[one, other]))?;
            Some(vec![one, other])
        })
    })?;
    let shown: Vec<String> = found
        .iter()
        .map(|(name, value)| {
            format!("`{}={}`", String::from_utf8_lossy(name), String::from_utf8_lossy(value))
        })
        .collect();
    let detail = format!("with {} added the signature is good", shown.join(" and "));
    Some(Finding::certain(Diagnosis::FieldsLost, detail))
}

fn guesses(evidence: &Evidence<'_>) -> Set {
    let merchant = evidence.merchant();
    let same = |name: &'static str, as_field: &str| Some((name, evidence.get(as_field)?.to_vec()));
    let own = [
        Some(("seller_id", merchant.seller_id().as_str().as_bytes().to_vec())),
        merchant.seller_email().map(|email| ("seller_email", email.as_bytes().to_vec())),
        same("price", "total_fee"),
        same("total_fee", "price"),
        same("gmt_payment", "gmt_create"),
        same("gmt_create", "gmt_payment"),
        same("body", "subject"),
    ];
    let fixed = GUESSABLE.iter().map(|(name, value)| (*name, value.as_bytes().to_vec()));
    fixed
        .chain(own.into_iter().flatten())
        .filter(|(name, _)| evidence.get(name).is_none())
        .map(|(name, value)| (name.as_bytes().to_vec(), value))
        .collect()
}

/// Fields that every message of its kind has are absent.
pub(super) fn suspect(evidence: &Evidence<'_>) -> Option<Finding> {
    let trade = evidence.get("trade_no").is_some() || evidence.get("out_trade_no").is_some();
    let always: &[&str] = match evidence.channel() {
        Channel::Notify if trade => &[
            "notify_id",
            "notify_time",
            "notify_type",
            "out_trade_no",
            "trade_no",
            "trade_status",
            "total_fee",
        ],
        Channel::Notify => &["notify_id", "notify_time", "notify_type"],
        // Cross-border returns have no notify_id, so only what every return has.
        _ => &["out_trade_no", "trade_no", "total_fee"],
    };
    let absent: Vec<&str> = always.iter().copied().filter(|name| evidence.get(name).is_none()).collect();
    (!absent.is_empty()).then(|| {
        let detail = format!("`{}` did not arrive, which every such message has", absent.join("`, `"));
        Finding::likely(Diagnosis::FieldsLost, detail)
    })
}

/// A message of the other generation, or of the old mobile product.
pub(super) fn other_product(evidence: &Evidence<'_>) -> Option<Finding> {
    let has = |name| evidence.get(name).is_some();
    let detail = if has("notify_data") && has("sec_id") {
        "this is a message of the old mobile web product (XML in notify_data), which is signed in a fixed order"
    } else if has("app_id") || has("biz_content") {
        "this is a message of the OpenAPI generation, which signs with RSA keys"
    } else {
        return None;
    };
    Some(Finding::likely(Diagnosis::OtherProduct, detail))
}

/// The message names another merchant, so that merchant's key signed it.
pub(super) fn other_merchant(evidence: &Evidence<'_>) -> Option<Finding> {
    let merchant = evidence.merchant();
    let differs = |name: &str, own: &str| {
        evidence
            .get(name)
            .is_some_and(|value| !value.is_empty() && !value.eq_ignore_ascii_case(own.as_bytes()))
    };
    let email = merchant.seller_email().is_some_and(|own| differs("seller_email", own));
    let name = if differs("partner", merchant.partner().as_str()) {
        "partner"
    } else if differs("seller_id", merchant.seller_id().as_str()) {
        "seller_id"
    } else if email {
        "seller_email"
    } else {
        return None;
    };
    let detail = format!("`{name}` is not this merchant's, so another merchant's key signed it");
    Some(Finding::likely(Diagnosis::OtherMerchant, detail))
}

#[cfg(test)]
mod tests {
    use crate::explain::{
        Diagnosis, Verdict,
        evidence::{Set, signed_text},
        golden::{N1, escaped, explain, fields, refused, set, shown, signed_over},
    };

    #[test]
    fn fields_that_did_not_arrive() {
        let without = |names: &[&str]| {
            let kept: Set = set(N1)
                .into_iter()
                .filter(|(name, _)| !names.iter().any(|lost| lost.as_bytes() == name))
                .collect();
            escaped(&kept)
        };
        for lost in [
            &["use_coupon"][..],
            &["discount", "is_total_fee_adjust"],
            &["price"],
            &["seller_id"],
            &["seller_email"],
            &["trade_status"],
        ] {
            shown(without(lost), Diagnosis::FieldsLost);
        }
        let guessed = explain(without(&["trade_no"]));
        refused(&guessed, Verdict::RejectSignature, Diagnosis::FieldsLost);
        assert!(!guessed.finding.unwrap().certain);
        refused(&explain(without(&["sign"])), Verdict::Malformed, Diagnosis::MissingField);
        refused(&explain(without(&["sign_type"])), Verdict::Malformed, Diagnosis::MissingField);
        let unnamed = fields(&[("notify_id", "")]);
        let unnamed = explain(signed_over(&unnamed, &signed_text(&unnamed)));
        refused(&unnamed, Verdict::Malformed, Diagnosis::MissingField);
        refused(&explain(""), Verdict::Malformed, Diagnosis::EmptyMessage);
    }
}
