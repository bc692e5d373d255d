//! Why a message is refused, and what to change: "verification failed" with a reason.
//!
//! The verdict is the layer's own: the same parser, the same checks, in the same order, up to and without the
//! question to the gateway. Only when it is a refusal, known kinds of damage are undone one by one until the signature
//! verifies; the one that does it is the cause.
//!
//! ```
//! use alipay_simulator::explain::{Diagnosis, Explainer, Verdict};
//! use alipay_tower::protocol::{Channel, PartnerId};
//!
//! let explainer =
//!     Explainer::new(PartnerId::new("2088000000000001")?, b"10000000000000000000000000000000");
//! let body = b"notify_id=1234&s=/alipay/notify&sign=22fc7e38e5acdfede396aa463870d111&sign_type=MD5";
//! let explanation = explainer.explain(Channel::Notify, body);
//! assert_eq!(explanation.verdict, Verdict::RejectSignature);
//! assert_eq!(explanation.finding.map(|finding| finding.diagnosis), Some(Diagnosis::QueryMixedIn));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod advice;
mod charset;
mod diagnosis;
mod escapes;
mod evidence;
mod extra;
mod key;
mod lock;
mod lost;
mod members;
mod names;
mod raw;
mod refusal;
mod reserialised;
mod rsa_key;
mod rule;
mod sign_value;
mod structure;
mod unusable;
mod values;

use std::fmt;

use alipay_tower::{
    Merchant,
    protocol::{
        AuthenticityError, Channel, Charset, Md5Key, Notification, PartnerId, PublicKey, Scheme, SellerId,
        SignType,
    },
};

pub use self::diagnosis::{Diagnosis, Finding};
use self::{
    evidence::Evidence,
    lock::{Lock, OtherKeys},
};

/// The body limit that the layer has unless it is told otherwise.
pub const DEFAULT_LIMIT: usize = 64 * 1024;

/// What the layer does with a message, before it asks the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// It goes on: to the gateway with a question about the `notify_id`, or, in the OpenAPI generation, to the books.
    Accept,
    /// Refused: no message, or one without what every message has.
    Malformed,
    /// Refused: genuine, for another merchant or seller.
    RejectPartnerOrSeller,
    /// Refused: not signed with this merchant's key and algorithm.
    RejectSignature,
}

impl Verdict {
    /// The stable word of the `--json` output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Malformed => "malformed",
            Self::RejectPartnerOrSeller => "reject_partner_or_seller",
            Self::RejectSignature => "reject_signature",
        }
    }
}

/// The verdict about one message, with everything that helps to understand it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// What the layer does.
    pub verdict: Verdict,
    /// The cause of a refusal.
    pub finding: Option<Finding>,
    /// The text that the sender must have signed, in the bytes that came; empty when nothing could be read.
    pub signed_text: Vec<u8>,
    /// The `sign` that verifies with the given key; absent when nothing could be read, and for RSA.
    pub expected_sign: Option<String>,
    /// The `sign` that came, fit for a terminal.
    pub sign: Option<String>,
    /// The decoded fields of an accepted message.
    pub params: Option<Vec<(String, String)>>,
    /// What the layer does with the message when it is accepted.
    next: &'static str,
}

impl Explanation {
    /// The reason on one line: for a refusal `slug: what was seen; what to change`.
    #[must_use]
    pub fn reason(&self) -> String {
        match &self.finding {
            Some(finding) => finding.to_string(),
            None => {
                let next = self.next;
                format!(
                    "accepted: the signature is good and the message is addressed to this merchant; {next}"
                )
            }
        }
    }

    fn refused(verdict: Verdict, finding: Finding) -> Self {
        let (finding, signed_text) = (Some(finding), Vec::new());
        Self { verdict, finding, signed_text, expected_sign: None, sign: None, params: None, next: "" }
    }

    fn of_scheme(self, scheme: Scheme, channel: Channel) -> Self {
        let finding = self.finding.map(|finding| finding.of_scheme(scheme));
        Self { finding, next: next(scheme, channel), ..self }
    }
}

/// Whose word the layer wants besides.
const fn next(scheme: Scheme, channel: Channel) -> &'static str {
    match (scheme, channel) {
        (Scheme::OpenApi, Channel::Return) => {
            "it does not say whether the order is paid: unless the books do, the layer asks the gateway about the trade next"
        }
        (Scheme::OpenApi, _) => {
            "in this generation that is enough, unless the shop wants notifications confirmed by a query of the trade"
        }
        _ => "the layer asks the gateway about its notify_id next",
    }
}

/// Explains messages to one merchant.
#[derive(Clone)]
pub struct Explainer {
    merchant: Merchant,
    lock: Lock,
    others: OtherKeys,
    /// What stands in the place of Alipay's public key, and is none.
    unusable: Option<String>,
    limit: usize,
}

impl Explainer {
    /// A merchant of the classic gateway with an MD5 key as it stands in the configuration, damaged or not. The seller
    /// is the partner, the charset `utf-8`, until said otherwise.
    #[must_use]
    pub fn new(partner: PartnerId, key: &[u8]) -> Self {
        let merchant = Merchant::md5(partner, Md5Key::dangerous_unchecked(key));
        Self::with_lock(merchant, Lock::Md5(key.to_vec()))
    }

    /// A merchant of either generation that signs with RSA or RSA2, and the key of Alipay that it was made with.
    #[must_use]
    pub fn rsa(merchant: Merchant, alipay_key: PublicKey) -> Self {
        let sign_type = match merchant.sign_type() {
            SignType::Rsa => SignType::Rsa,
            _ => SignType::Rsa2,
        };
        Self::with_lock(merchant, Lock::Rsa(alipay_key, sign_type))
    }

    fn with_lock(merchant: Merchant, lock: Lock) -> Self {
        Self { merchant, lock, others: OtherKeys::default(), unusable: None, limit: DEFAULT_LIMIT }
    }

    /// What the setting of Alipay's public key holds when it is none: damaged, or something else. With it no merchant can be
    /// made, so the one of [`rsa`](Self::rsa) has a placeholder, and no message is accepted: the key is the cause.
    #[must_use]
    pub fn with_unusable_key(mut self, text: &str) -> Self {
        self.unusable = Some(text.to_owned());
        self
    }

    /// The public half of the shop's own private key, so that it is recognised where Alipay's belongs.
    #[must_use]
    pub fn with_own_key(mut self, key: PublicKey) -> Self {
        self.others.own = Some(key);
        self
    }

    /// A public key that might have signed instead: of the sandbox, of another application, of yesterday. It verifies
    /// nothing, it only gives the cause its name.
    #[must_use]
    pub fn with_other_public_key(mut self, key: PublicKey) -> Self {
        self.others.public.push(key);
        self
    }

    /// The same of an MD5 key.
    #[must_use]
    pub fn with_other_key(mut self, key: &[u8]) -> Self {
        self.others.md5.push(key.to_vec());
        self
    }

    /// The account that receives the money, when it is not the partner's own.
    #[must_use]
    pub fn with_seller_id(self, seller_id: SellerId) -> Self {
        Self { merchant: self.merchant.with_seller_id(seller_id), ..self }
    }

    /// The seller's login e-mail.
    #[must_use]
    pub fn with_seller_email(self, seller_email: &str) -> Self {
        Self { merchant: self.merchant.with_seller_email(seller_email), ..self }
    }

    /// The charset of the merchant's requests and messages.
    #[must_use]
    pub fn with_charset(self, charset: Charset) -> Self {
        Self { merchant: self.merchant.with_charset(charset), ..self }
    }

    /// The layer's body limit. Default: [`DEFAULT_LIMIT`].
    #[must_use]
    pub fn with_limit(self, bytes: usize) -> Self {
        Self { limit: bytes, ..self }
    }

    /// The largest message that is looked at.
    #[must_use]
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Takes the message as the layer would, and looks for the cause when it is refused.
    #[must_use]
    pub fn explain(&self, channel: Channel, raw: &[u8]) -> Explanation {
        self.judge(channel, raw).of_scheme(self.merchant.scheme(), channel)
    }

    fn judge(&self, channel: Channel, raw: &[u8]) -> Explanation {
        if raw.len() > self.limit {
            let detail = format!("the message is larger than {} bytes", self.limit);
            return Explanation::refused(Verdict::Malformed, Finding::certain(Diagnosis::TooLarge, detail));
        }
        let evidence = Evidence::new(self, channel, raw);
        let notification = match Notification::parse(channel, raw) {
            Ok(notification) => notification,
            Err(error) => {
                return Explanation::refused(Verdict::Malformed, refusal::unreadable(&evidence, &error));
            }
        };
        let signed_text = notification.signed_text(self.merchant.scheme());
        // Only a key that both sides hold says what the sign should be.
        let expected_sign = self.lock.md5_key().map(|_| self.merchant.sign_text(&signed_text));
        let unusable = self.unusable.as_ref().map(|text| unusable::find(&evidence, text));
        let (verdict, finding, params) = match notification.authenticate(&self.merchant) {
            _ if unusable.is_some() => (Verdict::RejectSignature, unusable, None),
            Ok(signed) => {
                let params = signed.fields().map(|(name, value)| (name.to_owned(), value.to_owned()));
                (Verdict::Accept, None, Some(params.collect()))
            }
            Err(error) => (verdict(&error), Some(refusal::of(&evidence, &error)), None),
        };
        let sign = evidence.get("sign").map(evidence::printable);
        Explanation { verdict, finding, signed_text, expected_sign, sign, params, next: "" }
    }

    /// A signed text for people: in the merchant's charset, and what is not text in it as replacement characters.
    #[must_use]
    pub fn readable(&self, text: &[u8]) -> String {
        let charset = self.merchant.charset();
        // Neither charset has `&` inside a character, so one bad value does not garble the others.
        let parts = text.split(|byte| *byte == b'&');
        let parts: Vec<_> = parts
            .map(|part| charset.decode(part).unwrap_or_else(|_| String::from_utf8_lossy(part)))
            .collect();
        parts.join("&")
    }
}

const fn verdict(error: &AuthenticityError) -> Verdict {
    match error {
        AuthenticityError::App | AuthenticityError::Partner | AuthenticityError::Seller => {
            Verdict::RejectPartnerOrSeller
        }
        AuthenticityError::Signature
        | AuthenticityError::SignType
        | AuthenticityError::UnknownCertificate => Verdict::RejectSignature,
        _ => Verdict::Malformed,
    }
}

/// Without the key.
impl fmt::Debug for Explainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explainer")
            .field("merchant", &self.merchant)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod golden;
#[cfg(test)]
mod golden_rsa;
#[cfg(test)]
mod sixteen;
