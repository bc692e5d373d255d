//! Parameters that take no part in the signature: routing, tracking, one's own query.

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, Field, is_sign, printable},
};

/// Names of Alipay's messages to a merchant of the classic gateway.
const DOCUMENTED: [&str; 65] = [
    "agent_user_id",
    "batch_no",
    "body",
    "business_scene",
    "buyer_actions",
    "buyer_email",
    "buyer_id",
    "coupon_discount",
    "currency",
    "discount",
    "exterface",
    "extra_common_param",
    "fail_details",
    "file_name",
    "gmt_close",
    "gmt_create",
    "gmt_logistics_modify",
    "gmt_payment",
    "gmt_refund",
    "gmt_send_goods",
    "is_success",
    "is_total_fee_adjust",
    "logistics_fee",
    "logistics_payment",
    "logistics_status",
    "logistics_type",
    "notify_action_type",
    "notify_id",
    "notify_time",
    "notify_type",
    "out_channel_amount",
    "out_channel_inst",
    "out_channel_type",
    "out_trade_no",
    "partner",
    "pay_account_no",
    "pay_user_id",
    "pay_user_name",
    "payment_type",
    "price",
    "quantity",
    "receive_address",
    "receive_mobile",
    "receive_name",
    "receive_phone",
    "receive_zip",
    "refund_fee",
    "refund_status",
    "result_code",
    "result_details",
    "rmb_fee",
    "seller_actions",
    "seller_email",
    "seller_id",
    "sign",
    "sign_type",
    "subject",
    "success_details",
    "success_num",
    "total_fee",
    "trade_no",
    "trade_status",
    "unfreezed_deta",
    "unfreezed_details",
    "use_coupon",
];

/// Names that frameworks, browsers and trackers are known to add.
const KNOWN_STRANGERS: [&str; 28] = [
    "_",
    "_config",
    "_method",
    "_route_",
    "_url",
    "a",
    "action",
    "alipay_cert_sn",
    "area",
    "c",
    "code",
    "controller",
    "fbclid",
    "format",
    "gclid",
    "id",
    "lang",
    "locale",
    "m",
    "module",
    "option",
    "q",
    "r",
    "route",
    "s",
    "scm",
    "spm",
    "token",
];

/// The most undocumented names that are tried in pairs.
const MAX_PAIRED: usize = 40;

pub(super) fn is_documented(name: &[u8]) -> bool {
    DOCUMENTED.iter().any(|known| known.as_bytes() == name)
}

fn is_known_stranger(name: &[u8]) -> bool {
    KNOWN_STRANGERS.iter().any(|known| known.as_bytes() == name) || name.starts_with(b"utm_")
}

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let names: Vec<&[u8]> =
        evidence.set().iter().map(|(name, _)| name.as_slice()).filter(|name| !is_sign(name)).collect();
    let group = |belongs: fn(&[u8]) -> bool| -> Vec<&[u8]> {
        names.iter().copied().filter(|name| belongs(name)).collect()
    };
    let mut trials = vec![group(is_known_stranger), group(|name| !is_documented(name))];
    trials.extend(names.iter().map(|name| vec![*name]));
    let paired = names.get(..names.len().min(MAX_PAIRED)).unwrap_or_default();
    for (at, one) in paired.iter().enumerate() {
        trials.extend(paired.iter().skip(at + 1).map(|other| vec![*one, *other]));
    }
    let extra = trials.into_iter().find(|extra| !extra.is_empty() && verifies_without(evidence, extra))?;
    let listed: Vec<String> = extra.iter().take(8).map(|name| format!("`{}`", printable(name))).collect();
    let listed = listed.join(", ");
    Some(if extra.iter().all(|name| is_documented(name)) {
        let detail = format!(
            "the signature does not cover {listed}: the signer left it out, or somebody added it afterwards"
        );
        Finding::certain(Diagnosis::FieldsNotSigned, detail)
    } else {
        let detail = format!("without {listed} the signature is good: Alipay did not send that");
        Finding::certain(Diagnosis::ExtraParameters, detail)
    })
}

fn verifies_without(evidence: &Evidence<'_>, extra: &[&[u8]]) -> bool {
    let kept = |(name, _): &&Field| !extra.contains(&name.as_slice());
    evidence.verifies_with(|| evidence.set().iter().filter(kept).cloned().collect())
}

#[cfg(test)]
mod tests {
    use crate::explain::{
        Diagnosis,
        golden::{G1, N1, damaged, shown, shown_return},
    };

    #[test]
    fn parameters_that_alipay_did_not_send() {
        for query in [
            "s=%2Falipay%2Fnotify",
            "_url=/pay",
            "controller=pay&action=notify",
            "utm_source=x&utm_medium=y&spm=a1z",
            "order=17",
            "traceparent=00-1&tenant=4",
            "ext.a=1&ext.b=2&ext.c=3",
            "id=0",
        ] {
            shown(format!("{N1}&{query}"), Diagnosis::ExtraParameters);
            shown(format!("{query}&{N1}"), Diagnosis::ExtraParameters);
        }
        shown_return(format!("s=/alipay/return&{G1}"), Diagnosis::ExtraParameters);
        shown(format!("{N1}&refund_status=REFUND_SUCCESS"), Diagnosis::FieldsNotSigned);
        shown(damaged(&[("notify_id", "")], &[]), Diagnosis::FieldsNotSigned);
    }
}
