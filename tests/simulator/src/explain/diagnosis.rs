//! The known causes of a refusal: a stable word for each, and what to do about it.

use std::fmt;

use alipay_tower::protocol::Scheme;

use super::advice;

/// What is wrong with a refused message. The words of [`slug`](Diagnosis::slug) are stable: scripts may match them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Diagnosis {
    /// `alipay_cert_sn` came with the message and takes no part in the signature, or the other way round.
    AddedCertSn,
    /// The signed text can be cut into other fields.
    AmbiguousText,
    /// A `%` without two hex digits.
    BadEscape,
    /// A field is not of its documented form.
    BadValue,
    /// The message names a certificate that is not configured.
    CertificateUnknown,
    /// Bytes of one charset were taken for, or turned into, another.
    Charset,
    /// Values were unescaped once too often.
    DecodedTwice,
    /// A name stands twice.
    DuplicateName,
    /// Nothing came.
    EmptyMessage,
    /// Empty values were left out of the signed text.
    EmptyValuesDropped,
    /// Empty values were signed.
    EmptyValuesSigned,
    /// Something on the way added parameters.
    ExtraParameters,
    /// Fields that Alipay sent are gone.
    FieldsLost,
    /// Fields of the message were left out of the signed text.
    FieldsNotSigned,
    /// HTML entities stand where characters were, or the other way round.
    HtmlEscaped,
    /// The parts of the signed text, or text and key, were joined wrongly.
    JoinedWrongly,
    /// The configured key has spaces, quotes, a byte order mark, line wraps or another letter case.
    KeyDamaged,
    /// Another of the known keys verifies the message.
    KeyOfOtherEnvironment,
    /// What is configured as the key is something else.
    KeyOfOtherKind,
    /// Line ends were rewritten.
    LineEnds,
    /// A field that every such message has is missing.
    MissingField,
    /// The message is no form body.
    NotAForm,
    /// Values were not unescaped, or escaped once too often.
    NotDecoded,
    /// The `notify_id` of a return was unescaped once too often.
    NotifyIdUnescaped,
    /// A NUL byte.
    NulByte,
    /// `sign_type` names another algorithm.
    OtherAlgorithm,
    /// `app_id` names another application.
    OtherApp,
    /// The message belongs to another merchant, and so does its signature.
    OtherMerchant,
    /// `partner` names another merchant.
    OtherPartner,
    /// The message is of another product or generation of Alipay.
    OtherProduct,
    /// `seller_id` or `seller_email` names another account.
    OtherSeller,
    /// The shop's own key stands where Alipay's belongs.
    OwnKey,
    /// Plus signs became spaces.
    PlusBecameSpace,
    /// Parameters of the URL, of a route or a link, were mixed into the message.
    QueryMixedIn,
    /// Numbers or JSON were read and written again in another form.
    Reserialised,
    /// The signature is there, in another encoding.
    SignEncoding,
    /// The signature was cut or lengthened.
    SignLength,
    /// `sign_type` was left out of the signed text.
    SignTypeNotSigned,
    /// `sign_type` was kept in the signed text.
    SignTypeSigned,
    /// The signature is in upper case.
    SignUpperCase,
    /// The signature was made with an empty key.
    SignedWithoutKey,
    /// Slashes or quotes carry backslashes that were not sent, or the other way round.
    SlashesEscaped,
    /// The signed text was put together in another order.
    SortOrder,
    /// Spaces became plus signs.
    SpaceBecamePlus,
    /// The message is larger than the layer's limit.
    TooLarge,
    /// The message has too many parameters.
    TooManyFields,
    /// A line end follows the message.
    TrailingNewline,
    /// An address or a question mark stands before the parameters.
    UrlNotQuery,
    /// Values that look empty were dropped by the signer.
    ValuesDropped,
    /// White space at the ends of values was cut off.
    ValuesTrimmed,
    /// No known damage: another key signed it, or its content was changed.
    WrongKey,
}

/// The page with a section for each cause, as it is published.
const PAGE: &str =
    "https://docs.rs/alipay-tower/latest/alipay_tower/docs/why_did_verification_fail/index.html";

impl Diagnosis {
    /// The stable word. It is also the anchor of the diagnosis in `alipay_tower::docs::why_did_verification_fail`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        advice::of(self).0
    }

    /// The section of `alipay_tower::docs::why_did_verification_fail` that tells more.
    #[must_use]
    pub const fn section(self) -> &'static str {
        advice::of(self).1
    }

    /// The address of the place on that page, for people who have nothing of this at hand but the answer.
    #[must_use]
    pub fn page(self) -> String {
        format!("{PAGE}#{}", self.slug())
    }

    /// What to change, at a merchant of this generation.
    #[must_use]
    pub const fn advice(self, scheme: Scheme) -> &'static str {
        match advice::of_scheme(self, scheme) {
            Some(advice) => advice,
            None => advice::of(self).2,
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// One diagnosis with what was seen in this message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The cause.
    pub diagnosis: Diagnosis,
    /// Whether it was shown (with the cause undone the signature verifies) or is only the likeliest.
    pub certain: bool,
    /// What was seen.
    pub detail: String,
    /// The generation of the merchant, whose settings the advice names.
    pub scheme: Scheme,
}

impl Finding {
    pub(super) fn certain(diagnosis: Diagnosis, detail: impl Into<String>) -> Self {
        Self { diagnosis, certain: true, detail: detail.into(), scheme: Scheme::Mapi }
    }

    pub(super) fn likely(diagnosis: Diagnosis, detail: impl Into<String>) -> Self {
        Self { diagnosis, certain: false, detail: detail.into(), scheme: Scheme::Mapi }
    }

    pub(super) fn of_scheme(self, scheme: Scheme) -> Self {
        Self { scheme, ..self }
    }

    /// What to change.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        self.diagnosis.advice(self.scheme)
    }
}

/// `slug: detail; advice`, on one line.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doubt = if self.certain { "" } else { "probably, " };
        write!(f, "{}: {doubt}{}; {}", self.diagnosis, self.detail, self.advice())
    }
}

/// Every diagnosis there is.
#[cfg(test)]
pub(super) const ALL: [Diagnosis; 51] = [
    Diagnosis::AddedCertSn,
    Diagnosis::AmbiguousText,
    Diagnosis::BadEscape,
    Diagnosis::BadValue,
    Diagnosis::CertificateUnknown,
    Diagnosis::Charset,
    Diagnosis::DecodedTwice,
    Diagnosis::DuplicateName,
    Diagnosis::EmptyMessage,
    Diagnosis::EmptyValuesDropped,
    Diagnosis::EmptyValuesSigned,
    Diagnosis::ExtraParameters,
    Diagnosis::FieldsLost,
    Diagnosis::FieldsNotSigned,
    Diagnosis::HtmlEscaped,
    Diagnosis::JoinedWrongly,
    Diagnosis::KeyDamaged,
    Diagnosis::KeyOfOtherEnvironment,
    Diagnosis::KeyOfOtherKind,
    Diagnosis::LineEnds,
    Diagnosis::MissingField,
    Diagnosis::NotAForm,
    Diagnosis::NotDecoded,
    Diagnosis::NotifyIdUnescaped,
    Diagnosis::NulByte,
    Diagnosis::OtherAlgorithm,
    Diagnosis::OtherApp,
    Diagnosis::OtherMerchant,
    Diagnosis::OtherPartner,
    Diagnosis::OtherProduct,
    Diagnosis::OtherSeller,
    Diagnosis::OwnKey,
    Diagnosis::PlusBecameSpace,
    Diagnosis::QueryMixedIn,
    Diagnosis::Reserialised,
    Diagnosis::SignEncoding,
    Diagnosis::SignLength,
    Diagnosis::SignTypeNotSigned,
    Diagnosis::SignTypeSigned,
    Diagnosis::SignUpperCase,
    Diagnosis::SignedWithoutKey,
    Diagnosis::SlashesEscaped,
    Diagnosis::SortOrder,
    Diagnosis::SpaceBecamePlus,
    Diagnosis::TooLarge,
    Diagnosis::TooManyFields,
    Diagnosis::TrailingNewline,
    Diagnosis::UrlNotQuery,
    Diagnosis::ValuesDropped,
    Diagnosis::ValuesTrimmed,
    Diagnosis::WrongKey,
];
