//! Parameters that take no part in the signature: routing, tracking, one's own query.

use super::{
    Diagnosis, Finding,
    evidence::{Evidence, Field, is_sign, printable},
    names::{is_documented, is_of_proxy, is_of_route},
};

/// The most undocumented names that are tried in pairs.
const MAX_PAIRED: usize = 40;

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let names: Vec<&[u8]> =
        evidence.set().iter().map(|(name, _)| name.as_slice()).filter(|name| !is_sign(name)).collect();
    let group = |belongs: fn(&[u8]) -> bool| -> Vec<&[u8]> {
        names.iter().copied().filter(|name| belongs(name)).collect()
    };
    let mut trials = vec![group(is_of_route), group(is_of_proxy), group(|name| !is_documented(name))];
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
    } else if extra.iter().all(|name| is_documented(name) || is_of_proxy(name)) {
        let detail = format!(
            "without {listed} the signature is good: Alipay did not send that, something on the way added it"
        );
        Finding::certain(Diagnosis::ExtraParameters, detail)
    } else {
        let detail = format!(
            "without {listed} the signature is good: Alipay did not send that, it is of the address or of its route"
        );
        Finding::certain(Diagnosis::QueryMixedIn, detail)
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
        use Diagnosis::{ExtraParameters, QueryMixedIn};
        for (query, diagnosis) in [
            ("s=%2Falipay%2Fnotify", QueryMixedIn),
            ("_url=/pay", QueryMixedIn),
            ("controller=pay&action=notify", QueryMixedIn),
            ("utm_source=x&utm_medium=y&spm=a1z", QueryMixedIn),
            ("order=17", QueryMixedIn),
            ("ext.a=1&ext.b=2&ext.c=3", QueryMixedIn),
            ("id=0", QueryMixedIn),
            ("traceparent=00-1&tenant=4", ExtraParameters),
            ("X-Request-Id=7", ExtraParameters),
            ("cluster_node=3", ExtraParameters),
        ] {
            shown(format!("{N1}&{query}"), diagnosis);
            shown(format!("{query}&{N1}"), diagnosis);
        }
        shown(format!("{N1}&alipay_cert_sn=0123456789abcdef0123456789abcdef"), Diagnosis::AddedCertSn);
        shown_return(format!("s=/alipay/return&{G1}"), QueryMixedIn);
        shown(format!("{N1}&refund_status=REFUND_SUCCESS"), Diagnosis::FieldsNotSigned);
        shown(damaged(&[("notify_id", "")], &[]), Diagnosis::FieldsNotSigned);
    }
}
