//! What the codes of an answer mean.

use std::fmt;

/// The gateway understood a call and did not do it: `code`, and often `sub_code`, of its answer (Alipay, *Public error
/// codes*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: Box<str>,
    sub_code: Option<Box<str>>,
    signed: bool,
}

impl Refusal {
    pub(super) fn new(code: &str, sub_code: Option<&str>, signed: bool) -> Self {
        Self { code: word(code), sub_code: sub_code.map(word), signed }
    }

    /// `code`, five digits.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// `sub_code`, such as `ACQ.TRADE_NOT_EXIST` or `isv.invalid-signature`.
    #[must_use]
    pub fn sub_code(&self) -> Option<&str> {
        self.sub_code.as_deref()
    }

    /// Whether it is signed. The gateway does not sign when it does not know who asks, and nobody vouches for such an
    /// answer but the connection.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        self.signed
    }

    /// Whether the call may have been carried out all the same: ask (query the trade or the refund) before anything
    /// else is done, and repeat only with the same numbers.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        let unsure = self.sub_code().is_some_and(|sub_code| {
            sub_code.ends_with("SYSTEM_ERROR")
                || sub_code.contains("unknow-error")
                || sub_code.starts_with("aop.")
        });
        let business = self.code() == "40004" && !self.signed;
        unsure || business || matches!(self.code(), "10003" | "20000")
    }

    /// Whether there is no such trade: the buyer has not opened the cashier yet, or the number is wrong.
    #[must_use]
    pub fn is_trade_not_exist(&self) -> bool {
        self.signed && matches!(self.sub_code(), Some("ACQ.TRADE_NOT_EXIST" | "TRADE_NOT_EXIST"))
    }

    /// Whether the gateway asks for patience: the same call may succeed later.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.code() == "40005"
            || matches!(self.sub_code(), Some("isv.app-call-limited" | "isv.method-call-limited"))
    }

    /// What the code means and what to do, in one sentence.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        let sub_code = self.sub_code().unwrap_or_default();
        let meaning = |table: &'static [(&str, &'static str)], word: &str| {
            table.iter().find_map(|(name, meaning)| (*name == word).then_some(*meaning))
        };
        if sub_code.starts_with("isv.decryption-error") {
            return "Alipay could not decrypt the request: is the AES key the one of the console?";
        }
        meaning(MEANINGS, sub_code)
            .or_else(|| meaning(CODES, self.code()))
            .unwrap_or("a code that this version does not know")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(sub_code) = self.sub_code() {
            write!(f, " {sub_code}")?;
        }
        write!(f, ": {}", self.meaning())
    }
}

impl std::error::Error for Refusal {}

/// A word from the network in a form that may be logged.
fn word(text: &str) -> Box<str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if text.len() <= 80 && text.bytes().all(plain) { text.into() } else { "(unprintable)".into() }
}

const CODES: &[(&str, &str)] = &[
    ("10003", "the order was created and the payment is being processed"),
    ("20000", "the service is unavailable, and what became of the call is unknown"),
    ("20001", "the authorisation is missing or has expired"),
    ("40001", "a parameter is missing"),
    ("40002", "a parameter is invalid, or the signature is"),
    ("40003", "the conditions for the call are not met"),
    ("40004", "the call was refused for a business reason"),
    ("40005", "too many calls: wait"),
    ("40006", "the application has no permission for this call"),
];

const MEANINGS: &[(&str, &str)] = &[
    ("ACQ.BUYER_BALANCE_NOT_ENOUGH", "the buyer has not enough money"),
    ("ACQ.CANCEL_NOT_ALLOWED", "the trade can no longer be cancelled"),
    ("ACQ.CONTEXT_INCONSISTENT", "the order number was used before with other contents"),
    ("ACQ.DISCORDANT_REPEAT_REQUEST", "the refund number was used before with another amount"),
    ("ACQ.EXIST_FORBIDDEN_WORD", "a text holds a word that Alipay forbids"),
    ("ACQ.INVALID_PARAMETER", "a business parameter is invalid"),
    ("ACQ.NOT_ALLOW_PARTIAL_REFUND", "the trade can only be refunded as a whole"),
    ("ACQ.REASON_ILLEGAL_STATUS", "the trade is in a state that does not allow this"),
    ("ACQ.REASON_TRADE_BEEN_FREEZEN", "the trade is frozen"),
    ("ACQ.REASON_TRADE_REFUND_FEE_ERR", "the amount is more than what is left to refund"),
    ("ACQ.REASON_TRADE_STATUS_INVALID", "the trade is in a state that does not allow this"),
    ("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "a partial refund needs a refund number"),
    ("ACQ.REFUND_FEE_ERROR", "the amount of the refund is wrong"),
    ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "the seller has not enough money"),
    ("ACQ.SYSTEM_ERROR", "an error at Alipay; what became of the call is unknown"),
    ("ACQ.TOTAL_FEE_EXCEED", "the amount is above the limit"),
    ("ACQ.TRADE_CANCEL_TIME_OUT", "the time in which the trade could be cancelled is over"),
    ("ACQ.TRADE_HAS_CLOSE", "the trade is closed"),
    ("ACQ.TRADE_HAS_FINISHED", "the trade is finished and can no longer be changed"),
    ("ACQ.TRADE_HAS_SUCCESS", "the trade is paid already"),
    ("ACQ.TRADE_NOT_ALLOW_REFUND", "the trade cannot be refunded"),
    ("ACQ.TRADE_NOT_EXIST", "there is no such trade, or the buyer has not opened the cashier yet"),
    ("ACQ.TRADE_STATUS_ERROR", "the trade is in a state that does not allow this"),
    ("AQC.SYSTEM_ERROR", "an error at Alipay; what became of the call is unknown"),
    (
        "BILL_NOT_EXIST",
        "there is no such bill: it is made the next day about nine, or on the third of the month",
    ),
    ("INVAILID_ARGUMENTS", "a business parameter is invalid"),
    ("NO_BILL_DATA", "nothing was sold in that time"),
    ("SYSTEM_ERROR", "an error at Alipay; what became of the call is unknown"),
    ("TRADE_NOT_EXIST", "there is no such trade, or the buyer has not opened the cashier yet"),
    ("isv.alipay-cert-not-exist", "Alipay does not know the certificate"),
    ("isv.app-auth-token-time-out", "`app_auth_token` has expired: ask the merchant for a new one"),
    ("isv.app-call-limited", "the application calls too often: wait"),
    ("isv.app-cert-expired", "the application's certificate has expired: make a new one"),
    ("isv.app-cert-not-exist", "Alipay does not know the application's certificate: was it uploaded?"),
    ("isv.illegal-client-ip", "this address is not on the application's list"),
    ("isv.insufficient-isv-permissions", "the application has no contract for this call"),
    ("isv.invalid-alipay-root-cert-sn", "the file of root certificates is outdated or another one"),
    ("isv.invalid-app-auth-token", "`app_auth_token` is not valid for this application"),
    ("isv.invalid-app-id", "there is no such application at this gateway"),
    ("isv.invalid-charset", "the charset is not supported"),
    ("isv.invalid-encrypt", "encryption is not switched on for the application"),
    (
        "isv.invalid-signature",
        "the signature is wrong: is this the application's private key, and is its public key in the console?",
    ),
    ("isv.invalid-signature-type", "`sign_type` is not the one of the application's keys"),
    ("isv.invalid-timestamp", "the clock of this machine is wrong"),
    ("isv.method-call-limited", "this method is called too often: wait"),
    (
        "isv.missing-alipay-root-cert-sn",
        "the application is in certificate mode: give the merchant its certificates",
    ),
    ("isv.missing-app-cert-sn", "the application is in certificate mode: give the merchant its certificates"),
    ("isv.missing-encrypt-key", "the application has no AES key in the console"),
    ("isv.missing-signature", "the signature is missing"),
    ("isv.suspected-attack", "a parameter has the name of one of Alipay's own"),
    ("isp.unknow-error", "an error at Alipay; what became of the call is unknown"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_outcome_is_not_a_no() {
        let refusal = |code, sub_code| Refusal::new(code, sub_code, true);
        for (code, sub_code) in [
            ("20000", None),
            ("10003", None),
            ("40004", Some("ACQ.SYSTEM_ERROR")),
            ("40004", Some("AQC.SYSTEM_ERROR")),
            ("20000", Some("isp.unknow-error")),
            ("20000", Some("aop.ACQ.SYSTEM_ERROR")),
        ] {
            assert!(refusal(code, sub_code).is_outcome_unknown(), "{code} {sub_code:?}");
        }
        let missing = refusal("40004", Some("ACQ.TRADE_NOT_EXIST"));
        assert!(missing.is_trade_not_exist() && !missing.is_outcome_unknown());
        // What nobody signed proves nothing about a trade.
        let unsigned = Refusal::new("40004", Some("ACQ.TRADE_NOT_EXIST"), false);
        assert!(!unsigned.is_trade_not_exist() && unsigned.is_outcome_unknown());
        assert!(refusal("40005", None).is_busy());
    }

    #[test]
    fn says_what_it_means_and_nothing_that_came() {
        let known = Refusal::new("40002", Some("isv.invalid-timestamp"), true);
        assert_eq!(known.to_string(), "40002 isv.invalid-timestamp: the clock of this machine is wrong");
        let shown = Refusal::new("40004", Some("buyer a@b.c\n"), true).to_string();
        assert_eq!(shown, "40004 (unprintable): the call was refused for a business reason");
        assert!(Refusal::new("9", None, true).meaning().contains("does not know"));
        for (at, (name, _)) in MEANINGS.iter().enumerate() {
            assert!(MEANINGS[..at].iter().all(|(other, _)| name != other), "{name}");
        }
    }
}
