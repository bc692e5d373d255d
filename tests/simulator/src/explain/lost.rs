//! Fields that did not arrive, and messages that are somebody else's.

use alipay_tower::protocol::{Channel, Scheme};

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, Field, Set},
};

/// Fields of the OpenAPI generation whose value can be guessed, so that their loss can be shown.
const OPENAPI: [(&str, &str); 13] = [
    ("charset", "UTF-8"),
    ("charset", "GBK"),
    ("invoice_amount", "0.00"),
    ("method", "alipay.trade.page.pay.return"),
    ("method", "alipay.trade.wap.pay.return"),
    ("notify_type", "trade_status_sync"),
    ("point_amount", "0.00"),
    ("refund_fee", "0.00"),
    ("send_back_fee", "0.00"),
    ("trade_status", "TRADE_CLOSED"),
    ("trade_status", "TRADE_FINISHED"),
    ("trade_status", "TRADE_SUCCESS"),
    ("version", "1.0"),
];

/// The same of the classic gateway.
const MAPI: [(&str, &str); 16] = [
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
    let own = |name: &'static str, value: &str| Some((name, value.as_bytes().to_vec()));
    let both = [
        own("seller_id", merchant.seller_id().as_str()),
        merchant.seller_email().and_then(|email| own("seller_email", email)),
        same("gmt_payment", "gmt_create"),
        same("gmt_create", "gmt_payment"),
        same("body", "subject"),
    ];
    let (fixed, more) = match merchant.app_id() {
        Some(app_id) => {
            let more = [
                own("app_id", app_id.as_str()),
                own("auth_app_id", app_id.as_str()),
                own("charset", merchant.charset().label()),
                same("receipt_amount", "total_amount"),
                same("invoice_amount", "total_amount"),
                same("buyer_pay_amount", "total_amount"),
                same("total_amount", "receipt_amount"),
                same("receipt_amount", "buyer_pay_amount"),
            ];
            (&OPENAPI[..], more.to_vec())
        }
        None => (&MAPI[..], vec![same("price", "total_fee"), same("total_fee", "price")]),
    };
    let fixed = fixed.iter().map(|(name, value)| (*name, value.as_bytes().to_vec()));
    fixed
        .chain(both.into_iter().chain(more).flatten())
        .filter(|(name, _)| evidence.get(name).is_none())
        .map(|(name, value)| (name.as_bytes().to_vec(), value))
        .collect()
}

/// Fields that every message of its kind has are absent.
pub(super) fn suspect(evidence: &Evidence<'_>) -> Option<Finding> {
    let trade = evidence.get("trade_no").is_some() || evidence.get("out_trade_no").is_some();
    let openapi = evidence.merchant().scheme() == Scheme::OpenApi;
    let always: &[&str] = match evidence.channel() {
        Channel::Notify if openapi && trade => {
            &["app_id", "notify_id", "notify_time", "notify_type", "out_trade_no", "trade_no", "total_amount"]
        }
        Channel::Notify if openapi => &["app_id", "charset", "version"],
        _ if openapi => &["app_id", "method", "out_trade_no", "timestamp", "total_amount", "trade_no"],
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
    let openapi = evidence.merchant().scheme() == Scheme::OpenApi;
    let detail = if has("notify_data") && has("sec_id") {
        "this is a message of the old mobile web product (XML in notify_data), which is signed in a fixed order"
    } else if !openapi && (has("app_id") || has("biz_content")) {
        "this is a message of the OpenAPI generation, which signs with RSA keys (--scheme openapi)"
    } else if openapi && !has("app_id") && (has("total_fee") || has("is_success")) {
        "this is a message of the classic gateway, which signs by another rule (--scheme mapi)"
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
    let name = if merchant.app_id().is_some_and(|own| differs("app_id", own.as_str())) {
        "app_id"
    } else if differs("partner", merchant.partner().as_str()) {
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
