//! Alipay's error codes: kept as they came, with what is known about them.

mod table;

use std::fmt;

use self::table::{CODES, FAMILIES};

/// A code with which Alipay says what went wrong: in an XML answer, in the details of a batch, in a failed payout.
///
/// Every code is kept, known or not; the case of letters matters (`partnerORPayEmailError` is real).
///
/// ```
/// use alipay_tower::protocol::ErrorCode;
///
/// let code = ErrorCode::new("DUPLICATE_BATCH_NO");
/// assert_eq!(code, "DUPLICATE_BATCH_NO");
/// assert_eq!(code.meaning(), Some("The batch number was used before: the first batch with it counts."));
/// assert!(!code.is_outcome_unknown());
/// assert!(ErrorCode::new("SYSTEM_ERROR").is_outcome_unknown());
/// assert_eq!(ErrorCode::new("SOMETHING_NEW").meaning(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(Box<str>);

/// Codes after which nobody knows whether the request was carried out (Alipay, *Access rules*).
const OUTCOME_UNKNOWN: [&str; 7] = [
    "GENERIC_FAILURE",
    "ILLEGAL_ACCESS_SWITCH_SYSTEM",
    "ILLEGAL_SWITCH_SYSTEM",
    "ILLEGAL_TARGET_SERVICE",
    "SESSION_TIMEOUT",
    "SYSTEM_ERROR",
    "UNKNOWN_EXCEPTION",
];

/// Codes of a request that was refused, and may be taken later without a change.
const RETRYABLE: [&str; 6] = [
    "DAILY_QUOTA_LIMIT_EXCEED",
    "EXTERFACE_IS_CLOSED",
    "FAIL_CREATE_CASHIER_PAY_ORDER",
    "NOT_ENOUGH_AMOUNT",
    "TRANSFER_AMOUNT_NOT_ENOUGH",
    "TXN_RESULT_ACCOUNT_BALANCE_NOT_ENOUGH",
];

impl ErrorCode {
    /// Keeps a code.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self(code.into())
    }

    /// The code as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the code means, in one English sentence; `None` for one that this version does not know.
    #[must_use]
    pub fn meaning(&self) -> Option<&'static str> {
        let code = self.as_str();
        if let Ok(at) = CODES.binary_search_by_key(&code, |(known, _)| known) {
            return CODES.get(at).map(|(_, meaning)| *meaning);
        }
        let family = FAMILIES.iter().find(|(head, tail, _)| code.starts_with(head) && code.ends_with(tail));
        family.map(|(_, _, meaning)| *meaning)
    }

    /// Whether nobody knows if the request was carried out. Ask how the trade or batch stands; repeat a refund or a payout
    /// only under its old number.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        OUTCOME_UNKNOWN.contains(&self.as_str())
    }

    /// Whether the request was refused for a reason that may pass, so that the same request may be taken later: a balance
    /// too low, a quota used up, a service that is down. False for an outcome that is unknown: ask first.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        RETRYABLE.contains(&self.as_str())
    }
}

/// The code, when it is of a code's form; it comes from the network, and texts of errors are logged.
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = (1..=64).contains(&self.0.len())
            && self.0.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        f.write_str(if code { &self.0 } else { "(no code)" })
    }
}

impl PartialEq<str> for ErrorCode {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for ErrorCode {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl From<&str> for ErrorCode {
    fn from(code: &str) -> Self {
        Self::new(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_says_something() {
        for pair in CODES.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} stands before {}", pair[0].0, pair[1].0);
        }
        for (code, meaning) in CODES {
            assert!(meaning.ends_with('.') && meaning.len() > 15, "{code}");
            assert_eq!(ErrorCode::new(code).meaning(), Some(*meaning), "{code}");
            assert_eq!(ErrorCode::new(code).to_string(), *code);
        }
    }

    #[test]
    fn families_are_known_by_their_head_or_tail() {
        for code in [
            "ROYALTY_RECEIVER_NOT_EXIST",
            "MOTO_EXPRESS_NOT_OPEN",
            "NEED_CTU_CHECK_PARAMETER_ERROR",
            "batchNoIsNull",
        ] {
            assert!(ErrorCode::new(code).meaning().is_some(), "{code}");
        }
        for code in ["", "ROYALTY", "IsNul", "duplicate_batch_no", "ILLEGAL_SIGN "] {
            assert_eq!(ErrorCode::new(code).meaning(), None, "{code}");
        }
    }

    #[test]
    fn what_is_unknown_is_not_repeated_blindly() {
        for code in OUTCOME_UNKNOWN {
            let code = ErrorCode::new(code);
            assert!(code.is_outcome_unknown() && !code.is_retryable() && code.meaning().is_some(), "{code}");
        }
        for code in RETRYABLE {
            let code = ErrorCode::new(code);
            assert!(code.is_retryable() && !code.is_outcome_unknown() && code.meaning().is_some(), "{code}");
        }
        assert!(!ErrorCode::new("ILLEGAL_SIGN").is_retryable());
    }

    #[test]
    fn what_is_no_code_is_not_shown() {
        assert_eq!(ErrorCode::new("a\nb").to_string(), "(no code)");
        assert_eq!(ErrorCode::new(&"A".repeat(65)).to_string(), "(no code)");
        assert_eq!(ErrorCode::new("partnerORPayEmailError").to_string(), "partnerORPayEmailError");
    }
}
