//! From the layer's refusal to its cause: the families of hypotheses, most specific first.

use alipay_tower::protocol::{AuthenticityError, Charset, ParseError};

use super::{
    Diagnosis, Finding, charset, escapes,
    evidence::{Evidence, contains, printable},
    extra, key, lost, raw, reserialised, rsa_key, sign_value, structure, values,
};

/// A message that could not even be read.
pub(super) fn unreadable(evidence: &Evidence<'_>, error: &ParseError) -> Finding {
    raw::repaired(evidence).or_else(|| raw::shape(evidence)).unwrap_or_else(|| of_parse(evidence, error))
}

/// A message that was read and refused.
pub(super) fn of(evidence: &Evidence<'_>, error: &AuthenticityError) -> Finding {
    match error {
        AuthenticityError::Malformed(error @ ParseError::Missing("sign" | "sign_type")) => {
            unreadable(evidence, error)
        }
        AuthenticityError::Malformed(error) => of_parse(evidence, error),
        AuthenticityError::App => {
            Finding::certain(Diagnosis::OtherApp, "the signature is good, but `app_id` is not --app-id")
        }
        AuthenticityError::Partner => {
            Finding::certain(Diagnosis::OtherPartner, "the signature is good, but `partner` is not --partner")
        }
        AuthenticityError::Seller => Finding::certain(
            Diagnosis::OtherSeller,
            "the signature is good, but `seller_id` or `seller_email` is not the configured one",
        ),
        AuthenticityError::SignType => {
            raw::repaired(evidence).unwrap_or_else(|| sign_value::other_algorithm(evidence))
        }
        AuthenticityError::Signature => of_signature(evidence),
        AuthenticityError::UnknownCertificate => {
            let sn = evidence.get("alipay_cert_sn").map(printable).unwrap_or_default();
            let detail = format!("the message names the certificate `{sn}`, which is none of --alipay-cert");
            Finding::certain(Diagnosis::CertificateUnknown, detail)
        }
        other => Finding::certain(Diagnosis::BadValue, other.to_string()),
    }
}

fn of_signature(evidence: &Evidence<'_>) -> Finding {
    let families = [
        raw::repaired,
        sign_value::find,
        key::find,
        rsa_key::find,
        structure::find,
        escapes::find,
        charset::find,
        values::find,
        reserialised::find,
        lost::find,
        extra::find,
        raw::shape,
        sign_value::suspect,
        key::suspect,
        lost::other_product,
        lost::other_merchant,
        charset::suspect,
        lost::suspect,
    ];
    families.iter().find_map(|find| find(evidence)).unwrap_or_else(|| {
        Finding::likely(
            Diagnosis::WrongKey,
            "no known damage explains it: signed with another key, or its content was changed",
        )
    })
}

fn of_parse(evidence: &Evidence<'_>, error: &ParseError) -> Finding {
    let (diagnosis, detail) = match error {
        ParseError::Ambiguous(_) => {
            (Diagnosis::AmbiguousText, format!("the signature is good, but {error}"))
        }
        ParseError::BadEscape if evidence.verifies(evidence.set()) => (
            Diagnosis::BadEscape,
            "a percent sign without two hex digits; taken literally the signature is good, so the values were \
             decoded and sent on without escaping them again"
                .to_owned(),
        ),
        ParseError::BadEscape => (Diagnosis::BadEscape, error.to_string()),
        ParseError::Charset(_) => return of_charset(evidence, error),
        ParseError::Duplicate(_) => (Diagnosis::DuplicateName, error.to_string()),
        ParseError::Empty => (Diagnosis::EmptyMessage, error.to_string()),
        ParseError::Missing(_) if evidence.get("is_success") == Some(b"F") => (
            Diagnosis::MissingField,
            format!("{error}: with is_success=F the gateway reports that the request failed"),
        ),
        ParseError::Missing(_) => (Diagnosis::MissingField, error.to_string()),
        ParseError::Nul => (Diagnosis::NulByte, error.to_string()),
        ParseError::TooManyFields => (Diagnosis::TooManyFields, error.to_string()),
        other => (Diagnosis::BadValue, other.to_string()),
    };
    Finding::certain(diagnosis, detail)
}

/// The signature is over the bytes and good; they are only not text in the configured charset.
fn of_charset(evidence: &Evidence<'_>, error: &ParseError) -> Finding {
    let strange = |charset: Charset| {
        evidence
            .set()
            .iter()
            .find(|(_, value)| charset.decode(value).is_err())
            .map(|(name, _)| format!(" (`{}`)", printable(name)))
    };
    let configured = evidence.merchant().charset();
    let place = strange(configured).unwrap_or_default();
    let other = [Charset::Utf8, Charset::Gbk].into_iter().find(|charset| strange(*charset).is_none());
    let hint = match other {
        Some(other) => format!(", while --input-charset {} reads it", other.label()),
        None if contains(evidence.raw(), b"%") => ", nor in any charset that Alipay uses".to_owned(),
        None => String::new(),
    };
    Finding::certain(Diagnosis::Charset, format!("the signature is good, but {error}{place}{hint}"))
}

#[cfg(test)]
mod tests {
    use crate::explain::{
        Diagnosis, Verdict,
        evidence::signed_text,
        golden::{N1, explain, fields, refused, signed_over},
    };

    #[test]
    fn a_changed_or_foreign_message() {
        let tampered = explain(N1.replace("total_fee=0.01", "total_fee=1.01"));
        refused(&tampered, Verdict::RejectSignature, Diagnosis::WrongKey);
        assert!(!tampered.finding.unwrap().certain);
        let foreign = explain(N1.replace("2088000000000001", "2088000000000009"));
        refused(&foreign, Verdict::RejectSignature, Diagnosis::OtherMerchant);
        let other = |name, value| {
            explain(signed_over(&fields(&[(name, value)]), &signed_text(&fields(&[(name, value)]))))
        };
        refused(
            &other("seller_id", "2088000000000009"),
            Verdict::RejectPartnerOrSeller,
            Diagnosis::OtherSeller,
        );
        refused(
            &other("seller_email", "x@example.com"),
            Verdict::RejectPartnerOrSeller,
            Diagnosis::OtherSeller,
        );
        refused(
            &other("partner", "2088000000000009"),
            Verdict::RejectPartnerOrSeller,
            Diagnosis::OtherPartner,
        );
        let openapi = explain(N1.replace("&quantity=1", "&app_id=2014072300007148"));
        refused(&openapi, Verdict::RejectSignature, Diagnosis::OtherProduct);
    }
}
