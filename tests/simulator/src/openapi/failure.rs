//! An answer that says no: `code` and `sub_code` (Alipay, *Public error codes*, and those of each method).

use serde_json::{Map, Value};

use crate::{delivery::cut, trades::TradeError};

/// The most of a text that the page repeats, in bytes.
const MAX_PRESIGN: usize = 8000;

/// What went wrong, for the program and for the developer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) sub_code: &'static str,
    pub(crate) sub_msg: String,
    /// The text whose signature was expected, for `isv.invalid-signature`.
    pub(crate) presign: Option<String>,
}

impl Failure {
    /// A parameter is missing.
    pub(crate) fn missing(sub_code: &'static str, sub_msg: &str) -> Self {
        Self::new("40001", sub_code, sub_msg)
    }

    /// A parameter, or the signature, is wrong.
    pub(crate) fn invalid(sub_code: &'static str, sub_msg: &str) -> Self {
        Self::new("40002", sub_code, sub_msg)
    }

    /// The request was understood, and cannot be done.
    pub(crate) fn business(sub_code: &'static str, sub_msg: &str) -> Self {
        Self::new("40004", sub_code, sub_msg)
    }

    /// A field of `biz_content` is missing or wrong.
    pub(crate) fn parameter(sub_msg: impl Into<String>) -> Self {
        Self::business("ACQ.INVALID_PARAMETER", &sub_msg.into())
    }

    fn new(code: &'static str, sub_code: &'static str, sub_msg: &str) -> Self {
        Self { code, sub_code, sub_msg: sub_msg.to_owned(), presign: None }
    }

    pub(crate) fn with_presign(self, text: &[u8]) -> Self {
        Self { presign: Some(cut(&String::from_utf8_lossy(text), MAX_PRESIGN)), ..self }
    }

    /// The members of the answer's node.
    pub(crate) fn node(&self) -> Map<String, Value> {
        let msg = match self.code {
            "40001" => "Missing Required Arguments",
            "40002" => "Invalid Arguments",
            _ => "Business Failed",
        };
        let members = [
            ("code", self.code),
            ("msg", msg),
            ("sub_code", self.sub_code),
            ("sub_msg", self.sub_msg.as_str()),
        ];
        members.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
    }
}

/// What this generation says where the classic one has a code for an order number that was used before.
pub(crate) fn of_order(code: &str) -> Failure {
    match code {
        "TRADE_NOT_ALLOWED_PAY" => {
            Failure::business("ACQ.TRADE_HAS_SUCCESS", "this order is paid, or closed")
        }
        _ => Failure::business("ACQ.CONTEXT_INCONSISTENT", "this order number was used for another order"),
    }
}

/// What a move that is not allowed is called.
pub(crate) fn of_move(error: &TradeError) -> Failure {
    use alipay_tower::protocol::TradeStatus;
    let sub_code = match error {
        TradeError::Amount => "ACQ.REASON_TRADE_REFUND_FEE_ERR",
        TradeError::Status(TradeStatus::TradeFinished) => "ACQ.TRADE_HAS_FINISHED",
        TradeError::Status(TradeStatus::TradeClosed) => "ACQ.TRADE_HAS_CLOSE",
        TradeError::Status(_) => "ACQ.TRADE_STATUS_ERROR",
        TradeError::Unknown => "ACQ.TRADE_NOT_EXIST",
    };
    Failure::business(sub_code, &error.to_string())
}
