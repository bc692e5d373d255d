//! The known causes of a refusal: a stable word for each, and what to do about it.

use std::fmt;

/// What is wrong with a refused message. The words of [`slug`](Diagnosis::slug) are stable: scripts may match them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Diagnosis {
    /// The signed text can be cut into other fields.
    AmbiguousText,
    /// A `%` without two hex digits.
    BadEscape,
    /// A field is not of its documented form.
    BadValue,
    /// Bytes of one charset were taken for, or turned into, another.
    Charset,
    /// Values were unescaped once too often.
    DecodedTwice,
    /// A name stands twice.
    DuplicateName,
    /// Nothing came.
    EmptyMessage,
    /// Empty values were signed.
    EmptyValuesSigned,
    /// Parameters that Alipay did not send.
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
    /// Numbers or JSON were read and written again in another form.
    Reserialised,
    /// `sign_type` names another algorithm.
    OtherAlgorithm,
    /// The message belongs to another merchant, and so does its signature.
    OtherMerchant,
    /// `partner` names another merchant.
    OtherPartner,
    /// The message is of another product or generation of Alipay.
    OtherProduct,
    /// `seller_id` or `seller_email` names another account.
    OtherSeller,
    /// Plus signs became spaces.
    PlusBecameSpace,
    /// The signature is there, in another encoding.
    SignEncoding,
    /// The signature was cut or lengthened.
    SignLength,
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

impl Diagnosis {
    /// The stable word.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        self.entry().0
    }

    /// What to change.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        self.entry().1
    }

    const fn entry(self) -> (&'static str, &'static str) {
        match self {
            Self::AmbiguousText => (
                "ambiguous_text",
                "do not accept it: a value contains `&name=` of a field that decides about money; keep & out of free texts",
            ),
            Self::BadEscape => (
                "bad_escape",
                "hand over the raw bytes as they came, before anything decodes or rewrites them",
            ),
            Self::BadValue => ("bad_value", "look at the field: Alipay does not send it in this form"),
            Self::Charset => (
                "charset",
                "verify over the raw bytes and set --input-charset to the charset of the payment request; convert nothing before verifying",
            ),
            Self::DecodedTwice => (
                "decoded_twice",
                "decode exactly once: verify over the raw body or query, not over decoded parameters",
            ),
            Self::DuplicateName => (
                "duplicate_names",
                "read the notify from the body alone and the return from the query alone, and use addresses without a query of their own",
            ),
            Self::EmptyMessage => (
                "empty_message",
                "read the raw body before any form extractor: Alipay's odd Content-Type makes some give up, and a body can be read only once",
            ),
            Self::EmptyValuesSigned => {
                ("empty_values_signed", "drop parameters without a value before joining the signed text")
            }
            Self::ExtraParameters => (
                "extra_parameters",
                "keep framework routing, tracking and one's own query out of it: verify over the raw body or query, and use addresses without a query",
            ),
            Self::FieldsLost => (
                "fields_lost",
                "verify over everything that came, not over a struct or a list of known fields; read the raw body once and early",
            ),
            Self::FieldsNotSigned => (
                "fields_not_signed",
                "sign every parameter that is sent except sign and sign_type, known or not",
            ),
            Self::HtmlEscaped => (
                "html_escaped",
                "run no HTML filter over the message before verifying; print addresses into HTML with & as &amp;",
            ),
            Self::JoinedWrongly => (
                "joined_wrongly",
                "join name=value with &, cut nothing off, and append the key directly, without a separator",
            ),
            Self::KeyDamaged => (
                "key_damaged",
                "copy the key again: 32 letters and digits, without spaces, quotes, line ends or a byte order mark",
            ),
            Self::LineEnds => ("line_ends_changed", "let nothing rewrite CR LF and LF before verifying"),
            Self::MissingField => {
                ("missing_field", "hand over the whole message; a genuine one always carries this field")
            }
            Self::NotAForm => (
                "not_a_form",
                "hand over the raw application/x-www-form-urlencoded body, as Alipay posted it",
            ),
            Self::NotDecoded => (
                "not_decoded",
                "decode exactly once before joining: the signed text holds the plain values, not percent signs of the transport",
            ),
            Self::NotifyIdUnescaped => (
                "notify_id_unescaped",
                "a return's notify_id keeps its %2F and %2B: decode the query once and leave the value alone",
            ),
            Self::NulByte => ("nul_byte", "do not accept it: Alipay sends no NUL bytes"),
            Self::Reserialised => (
                "reserialised",
                "verify over the text that came: never over numbers or JSON that were read and written again",
            ),
            Self::OtherAlgorithm => (
                "other_algorithm",
                "use the key and --sign-type of the contract; the message does not choose the algorithm",
            ),
            Self::OtherMerchant => {
                ("other_merchant", "check --partner, --seller-id and --key: they must belong to one contract")
            }
            Self::OtherPartner => (
                "other_partner",
                "check --partner; if it is right, another merchant's message came to this address",
            ),
            Self::OtherProduct => ("other_product", "use the verification of that product"),
            Self::OtherSeller => (
                "other_seller",
                "check --seller-id and --seller-email; if they are right, the money went to another account",
            ),
            Self::PlusBecameSpace => (
                "plus_became_space",
                "something decoded twice or wrote a plus unescaped: verify over the raw bytes",
            ),
            Self::SignEncoding => ("sign_encoding", "an MD5 sign is sent as 32 lower-case hex digits"),
            Self::SignLength => (
                "sign_length",
                "an MD5 sign is exactly 32 lower-case hex digits: look for a cut or padded value",
            ),
            Self::SignTypeSigned => {
                ("sign_type_signed", "drop sign_type (and sign) before joining the signed text")
            }
            Self::SignUpperCase => {
                ("sign_upper_case", "write the sign in lower case: only that spelling is accepted")
            }
            Self::SignedWithoutKey => (
                "signed_without_key",
                "do not accept it: anyone can sign so; if it is your own request, the key setting is empty",
            ),
            Self::SlashesEscaped => (
                "slashes_escaped",
                "run no addslashes, stripslashes or JSON encoder over the values before verifying",
            ),
            Self::SortOrder => {
                ("sort_order", "sort by the bytes of the names: upper case, then _, then lower case")
            }
            Self::SpaceBecamePlus => ("space_became_plus", "a + on the wire is a space: decode it as one"),
            Self::TooLarge => {
                ("too_large", "a genuine message has one or two kilobytes; look at who sends this")
            }
            Self::TooManyFields => {
                ("too_many_fields", "a genuine message has some thirty fields; look at who sends this")
            }
            Self::TrailingNewline => (
                "trailing_newline",
                "remove it where the body was saved (printf '%s' instead of echo): it became part of the last value",
            ),
            Self::UrlNotQuery => ("url_not_query", "hand over only what follows the question mark"),
            Self::ValuesDropped => {
                ("values_dropped", "drop only values of length zero: 0, 0.00 and a space are signed")
            }
            Self::ValuesTrimmed => ("values_trimmed", "trim nothing before verifying"),
            Self::WrongKey => (
                "wrong_key",
                "check that --key is the MD5 key of this very partner and environment; if it is, do not accept the message",
            ),
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
}

impl Finding {
    pub(super) fn certain(diagnosis: Diagnosis, detail: impl Into<String>) -> Self {
        Self { diagnosis, certain: true, detail: detail.into() }
    }

    pub(super) fn likely(diagnosis: Diagnosis, detail: impl Into<String>) -> Self {
        Self { diagnosis, certain: false, detail: detail.into() }
    }
}

/// `slug: detail; advice`, on one line.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doubt = if self.certain { "" } else { "probably, " };
        write!(f, "{}: {doubt}{}; {}", self.diagnosis, self.detail, self.diagnosis.advice())
    }
}
