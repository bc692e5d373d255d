//! The words of the diagnoses: the stable one, the section of the page that tells more, and what to do.

use alipay_tower::protocol::Scheme;

use super::Diagnosis;

const OWN_KEY: &str = "1. Your own public key instead of Alipay's";
const ENVIRONMENT: &str = "2. A key of another environment";
const KEY_TEXT: &str = "3. The text of the key is damaged";
const ALGORITHM: &str = "4. Another algorithm, or another merchant's key";
const SIGN_TYPE: &str = "5. sign_type kept or dropped";
const EMPTY_VALUES: &str = "6. Empty values kept or dropped";
const QUERY: &str = "7. The URL's own query mixed in";
const DECODING: &str = "8. Decoded twice, or not at all";
const PLUS: &str = "9. Plus signs and spaces";
const CHARSET: &str = "10. The charset";
const ESCAPING: &str = "11. Filters that escape, strip or trim";
const FIELDS_LOST: &str = "12. Fields lost on the way";
const FIELDS_ADDED: &str = "13. Fields added on the way";
const RESERIALISED: &str = "14. Values written again in another form";
const CERTIFICATE: &str = "15. A certificate that is not known";
const NOTIFY_ID: &str = "16. The notify_id of a return";
const REST: &str = "Refusals for other reasons";

#[rustfmt::skip]
pub(super) const fn of(diagnosis: Diagnosis) -> (&'static str, &'static str, &'static str) {
    match diagnosis {
        Diagnosis::AddedCertSn => ("cert_sn_signed", FIELDS_ADDED, "leave alipay_cert_sn out of the signed text, as sign and sign_type; if it is signed, keep it"),
        Diagnosis::AmbiguousText => ("ambiguous_text", REST, "do not accept it: a value contains `&name=` of a field that decides about money; keep & out of free texts"),
        Diagnosis::BadEscape => ("bad_escape", DECODING, "hand over the raw bytes as they came, before anything decodes or rewrites them"),
        Diagnosis::BadValue => ("bad_value", REST, "look at the field: Alipay does not send it in this form"),
        Diagnosis::CertificateUnknown => ("certificate_unknown", CERTIFICATE, "download Alipay's present certificate, check it against the root file, and configure it beside the old one until no message names that any more"),
        Diagnosis::Charset => ("charset", CHARSET, "verify over the raw bytes and set --input-charset to the charset of the payment request; convert nothing before verifying"),
        Diagnosis::DecodedTwice => ("decoded_twice", DECODING, "decode exactly once: verify over the raw body or query, not over decoded parameters"),
        Diagnosis::DuplicateName => ("duplicate_names", QUERY, "read the notify from the body alone and the return from the query alone, and use addresses without a query of their own"),
        Diagnosis::EmptyMessage => ("empty_message", FIELDS_LOST, "read the raw body before any form extractor: Alipay's odd Content-Type makes some give up, and a body can be read only once"),
        Diagnosis::EmptyValuesDropped => ("empty_values_dropped", EMPTY_VALUES, "keep parameters without a value in the signed text, as `name=`: this generation signs them"),
        Diagnosis::EmptyValuesSigned => ("empty_values_signed", EMPTY_VALUES, "drop parameters without a value before joining the signed text"),
        Diagnosis::ExtraParameters => ("extra_parameters", FIELDS_ADDED, "let no proxy, cluster or tracer add parameters to the message, and verify over the raw body or query"),
        Diagnosis::FieldsLost => ("fields_lost", FIELDS_LOST, "verify over everything that came, not over a struct or a list of known fields; read the raw body once and early"),
        Diagnosis::FieldsNotSigned => ("fields_not_signed", REST, "sign every parameter that is sent except sign and sign_type, known or not"),
        Diagnosis::HtmlEscaped => ("html_escaped", ESCAPING, "run no HTML filter over the message before verifying; print addresses into HTML with & as &amp;"),
        Diagnosis::JoinedWrongly => ("joined_wrongly", REST, "join name=value with &, cut nothing off, and append the key directly, without a separator"),
        Diagnosis::KeyDamaged => ("key_damaged", KEY_TEXT, "copy the key again, whole, without spaces, quotes, line ends or a byte order mark (an MD5 key is 32 letters and digits)"),
        Diagnosis::KeyOfOtherEnvironment => ("key_of_other_environment", ENVIRONMENT, "configure the key that verifies; the sandbox, production, each application and each sign_type have keys of their own"),
        Diagnosis::KeyOfOtherKind => ("key_of_other_kind", KEY_TEXT, "put the key that the setting asks for there: the MD5 key, Alipay's public key and the application's keys are different things"),
        Diagnosis::LineEnds => ("line_ends_changed", ESCAPING, "let nothing rewrite CR LF and LF before verifying"),
        Diagnosis::MissingField => ("missing_field", FIELDS_LOST, "hand over the whole message; a genuine one always carries this field"),
        Diagnosis::NotAForm => ("not_a_form", FIELDS_LOST, "hand over the raw application/x-www-form-urlencoded body, as Alipay posted it"),
        Diagnosis::NotDecoded => ("not_decoded", DECODING, "decode exactly once before joining: the signed text holds the plain values, not percent signs of the transport"),
        Diagnosis::NotifyIdUnescaped => ("notify_id_unescaped", NOTIFY_ID, "a return's notify_id keeps its %2F and %2B: decode the query once and leave the value alone"),
        Diagnosis::NulByte => ("nul_byte", REST, "do not accept it: Alipay sends no NUL bytes"),
        Diagnosis::OtherAlgorithm => ("other_algorithm", ALGORITHM, "use the key and --sign-type of the contract; the message does not choose the algorithm"),
        Diagnosis::OtherApp => ("other_app", REST, "check --app-id; if it is right, another application's message came to this address"),
        Diagnosis::OtherMerchant => ("other_merchant", ALGORITHM, "check --partner, --seller-id and --key: they must belong to one contract"),
        Diagnosis::OtherPartner => ("other_partner", REST, "check --partner; if it is right, another merchant's message came to this address"),
        Diagnosis::OtherProduct => ("other_product", REST, "use the verification of that product"),
        Diagnosis::OtherSeller => ("other_seller", REST, "check --seller-id and --seller-email; if they are right, the money went to another account"),
        Diagnosis::OwnKey => ("own_key", OWN_KEY, "configure the public key that the console shows as Alipay's, after your own was uploaded: your own verifies only what you signed yourself"),
        Diagnosis::PlusBecameSpace => ("plus_became_space", PLUS, "something decoded twice or wrote a plus unescaped: verify over the raw bytes"),
        Diagnosis::QueryMixedIn => ("query_mixed_in", QUERY, "verify over the raw body of a notify and the raw query of a return, and use addresses without a query of their own"),
        Diagnosis::Reserialised => ("reserialised", RESERIALISED, "verify over the text that came: never over numbers or JSON that were read and written again"),
        Diagnosis::SignEncoding => ("sign_encoding", REST, "an MD5 sign is sent as 32 lower-case hex digits, an RSA sign as base64 with its padding"),
        Diagnosis::SignLength => ("sign_length", REST, "an MD5 sign is exactly 32 lower-case hex digits, an RSA sign as long as its key: look for a cut or padded value"),
        Diagnosis::SignTypeNotSigned => ("sign_type_not_signed", SIGN_TYPE, "keep sign_type in the signed text: requests and service messages of this generation sign it"),
        Diagnosis::SignTypeSigned => ("sign_type_signed", SIGN_TYPE, "drop sign_type (and sign) before joining the signed text"),
        Diagnosis::SignUpperCase => ("sign_upper_case", REST, "write the sign in lower case: only that spelling is accepted"),
        Diagnosis::SignedWithoutKey => ("signed_without_key", REST, "do not accept it: anyone can sign so; if it is your own request, the key setting is empty"),
        Diagnosis::SlashesEscaped => ("slashes_escaped", ESCAPING, "run no addslashes, stripslashes or JSON encoder over the values before verifying"),
        Diagnosis::SortOrder => ("sort_order", REST, "sort by the bytes of the names: upper case, then _, then lower case"),
        Diagnosis::SpaceBecamePlus => ("space_became_plus", PLUS, "a + on the wire is a space: decode it as one"),
        Diagnosis::TooLarge => ("too_large", REST, "a genuine message has one or two kilobytes; look at who sends this"),
        Diagnosis::TooManyFields => ("too_many_fields", REST, "a genuine message has some thirty fields; look at who sends this"),
        Diagnosis::TrailingNewline => ("trailing_newline", FIELDS_ADDED, "remove it where the body was saved (printf '%s' instead of echo): it became part of the last value"),
        Diagnosis::UrlNotQuery => ("url_not_query", QUERY, "hand over only what follows the question mark"),
        Diagnosis::ValuesDropped => ("values_dropped", EMPTY_VALUES, "drop only values of length zero: 0, 0.00 and a space are signed"),
        Diagnosis::ValuesTrimmed => ("values_trimmed", ESCAPING, "trim nothing before verifying"),
        Diagnosis::WrongKey => ("wrong_key", ENVIRONMENT, "check that the key belongs to this very merchant and environment (--key, or --alipay-public-key as the console shows it); if it does, do not accept the message"),
    }
}

/// What is to be done otherwise in this generation, whose settings have other names.
pub(super) const fn of_scheme(diagnosis: Diagnosis, scheme: Scheme) -> Option<&'static str> {
    match (diagnosis, scheme) {
        (Diagnosis::OtherMerchant, Scheme::OpenApi) => Some(
            "check --app-id, --seller-id and --alipay-public-key (or the certificates): they must belong to one application",
        ),
        (Diagnosis::WrongKey, Scheme::OpenApi) => Some(
            "check that --alipay-public-key is the one that the console shows for this very application, environment and \
             sign_type; if it is, do not accept the message",
        ),
        (Diagnosis::WrongKey, _) => Some(
            "check that the key belongs to this very merchant and environment (--key, or --alipay-public-key with RSA); if \
             it does, do not accept the message",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::diagnosis::ALL;

    /// The page, by its sections; each diagnosis has its anchor in the section that it names.
    #[test]
    fn the_page_has_a_section_for_each_cause_and_an_anchor_for_each_diagnosis() {
        let path =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../alipay-tower/src/docs/why_did_verification_fail.md");
        let page = std::fs::read_to_string(path).unwrap();
        let sections: Vec<&str> = page.split("\n## ").skip(1).collect();
        assert_eq!(sections.len(), 17);
        for (slug, name, advice) in ALL.map(of) {
            let section = sections.iter().find(|section| section.lines().next() == Some(name));
            let section = section.unwrap_or_else(|| panic!("no section `{name}`"));
            assert!(section.contains(&format!("<a id=\"{slug}\"></a>")), "no anchor {slug} in `{name}`");
            assert!(!advice.is_empty() && !advice.ends_with('.'), "{slug}");
        }
        for diagnosis in ALL {
            let advice = diagnosis.advice(Scheme::OpenApi);
            // The words of the other generation's settings; `--alipay-public-key` is none of them.
            let foreign = ["--partner", "(--key", " --key"].iter().find(|word| advice.contains(**word));
            let about_partners = diagnosis == Diagnosis::OtherPartner;
            assert!(foreign.is_none() || about_partners, "{diagnosis}: {advice}");
        }
        for anchor in page.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ALL.map(Diagnosis::slug).contains(&anchor), "the anchor {anchor} is no diagnosis");
        }
    }
}
