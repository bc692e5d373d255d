//! The question "did you send this?" as data, and the reading of its answer.

use std::fmt;

use super::{Merchant, NotifyId, PartnerId};

/// What the gateway is to be asked about one signed message (Alipay, *notify_verify*).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NotifyCheck {
    gateway: String,
    partner: PartnerId,
    notify_id: NotifyId,
}

/// The gateway's word that it sent the message with this `notify_id` to this partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    notify_id: NotifyId,
}

/// A question that was not answered with a clear yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckError {
    /// `false`: the gateway did not send it to us, or the id has expired or was acknowledged before.
    Denied,
    /// `invalid`: the gateway found the question's parameters wrong.
    Invalid,
    /// The message has no `notify_id`, so there is nothing to ask.
    NoNotifyId,
    /// The answer is about another message.
    OtherMessage,
    /// Anything but the three words.
    Unintelligible,
}

impl NotifyCheck {
    pub(super) fn new(merchant: &Merchant, notify_id: NotifyId) -> Self {
        Self { gateway: merchant.gateway().to_string(), partner: merchant.partner().clone(), notify_id }
    }

    /// The id in question.
    #[must_use]
    pub const fn notify_id(&self) -> &NotifyId {
        &self.notify_id
    }

    /// The addresses to GET, in order: the second is asked only when the first answers `false`.
    ///
    /// A return's id holds percent signs of its own. The official demos send it as it stands, the documents show
    /// it encoded once more; a return's id is not consumed by asking, so both are tried. A notification's id has
    /// one spelling and one address.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        let head = [("service", "notify_verify"), ("partner", self.partner.as_str())];
        // Neither a pair of ASCII words nor an id can fail to serialise.
        let head = serde_urlencoded::to_string(head).unwrap_or_default();
        let encoded =
            serde_urlencoded::to_string([("notify_id", self.notify_id.as_str())]).unwrap_or_default();
        let raw = format!("notify_id={}", self.notify_id.as_str().replace('+', "%2B"));
        let mut urls = vec![format!("{}?{head}&{raw}", self.gateway)];
        if raw != encoded && self.notify_id.as_str().contains('%') {
            urls.push(format!("{}?{head}&{encoded}", self.gateway));
        }
        urls
    }

    /// Reads the answer: exactly `true`, white space around it aside.
    ///
    /// # Errors
    ///
    /// [`CheckError`] for every other answer.
    pub fn read(&self, answer: &[u8]) -> Result<Confirmation, CheckError> {
        match answer.trim_ascii() {
            b"true" => Ok(Confirmation { notify_id: self.notify_id.clone() }),
            b"false" => Err(CheckError::Denied),
            b"invalid" => Err(CheckError::Invalid),
            _ => Err(CheckError::Unintelligible),
        }
    }
}

impl Confirmation {
    /// The id that was confirmed.
    #[must_use]
    pub const fn notify_id(&self) -> &NotifyId {
        &self.notify_id
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Denied => {
                "the gateway answered `false`: not sent to this partner, expired, or acknowledged before"
            }
            Self::Invalid => "the gateway answered `invalid`: wrong partner or notify_id",
            Self::NoNotifyId => "there is no notify_id to ask about",
            Self::OtherMessage => "the gateway's answer is about another notify_id",
            Self::Unintelligible => "the gateway's answer is none of true, false, invalid",
        })
    }
}

impl std::error::Error for CheckError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Md5Key;

    fn check(id: &str) -> NotifyCheck {
        let key = Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9").unwrap();
        let merchant = Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key);
        NotifyCheck::new(&merchant, NotifyId::new(id).unwrap())
    }

    #[test]
    fn a_plain_id_has_one_address() {
        let url = "https://mapi.alipay.com/gateway.do?service=notify_verify&partner=2088000000000001&notify_id=70fec0";
        assert_eq!(check("70fec0").urls(), [url]);
    }

    #[test]
    fn an_escaped_id_is_asked_as_the_demos_do_and_then_as_the_documents_do() {
        let urls = check("RqPn%2Fvw").urls();
        assert!(urls[0].ends_with("&notify_id=RqPn%2Fvw"));
        assert!(urls[1].ends_with("&notify_id=RqPn%252Fvw"));
        assert_eq!(check("a+b").urls().len(), 1);
    }

    #[test]
    fn only_true_confirms() {
        assert!(check("1").read(b" true\r\n").is_ok());
        assert_eq!(check("1").read(b"false"), Err(CheckError::Denied));
        assert_eq!(check("1").read(b"invalid"), Err(CheckError::Invalid));
        for other in [&b""[..], b"TRUE", b"nottrue", b"true\0", b"<html>true"] {
            assert_eq!(check("1").read(other), Err(CheckError::Unintelligible));
        }
    }
}
