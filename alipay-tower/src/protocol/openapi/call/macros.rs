//! What the calls and their answers have in common.

/// Signing is the same for every call, and so is what the desk needs of it.
macro_rules! call {
    ($name:ident => $answer:ident, $limits:expr) => {
        $crate::protocol::openapi::request::macros::sign!($name, $limits);

        impl $crate::protocol::Call for $name {
            type Answer = $answer;

            fn sign(
                &self,
                merchant: &$crate::protocol::Merchant,
                at: $crate::protocol::Timestamp,
            ) -> Result<$crate::protocol::SignedRequest, $crate::protocol::RequestError> {
                Self::sign(self, merchant, at)
            }

            fn read(
                &self,
                answer: &[u8],
                merchant: &$crate::protocol::Merchant,
            ) -> Result<$answer, $crate::protocol::AnswerError> {
                Ok(Self::read(self, answer, merchant)?)
            }
        }
    };
}

/// A call that needs nothing but a trade.
macro_rules! trade_call {
    ($name:ident => $answer:ident, $method:literal) => {
        $crate::protocol::openapi::call::call!($name => $answer, $crate::protocol::openapi::call::TRADE);

        impl $name {
            /// Names the trade by the shop's order number.
            pub fn by_out_trade_no(number: &$crate::protocol::OutTradeNo) -> Self {
                let request = $crate::protocol::openapi::request::Request::of($method);
                Self { request: request.with("out_trade_no", number.as_str()) }
            }

            /// Names the trade by Alipay's number.
            pub fn by_trade_no(number: &$crate::protocol::TradeNo) -> Self {
                let request = $crate::protocol::openapi::request::Request::of($method);
                Self { request: request.with("trade_no", number.as_str()) }
            }
        }
    };
}

/// The accessor that every answer has.
macro_rules! whole {
    ($answer:ident) => {
        impl $answer {
            /// The whole answer.
            #[must_use]
            pub const fn answer(&self) -> &$crate::protocol::openapi::Answer {
                &self.answer
            }
        }
    };
}

/// The accessors of an answer that names its trade.
macro_rules! trade_answer {
    ($answer:ident) => {
        $crate::protocol::openapi::call::whole!($answer);
        $crate::protocol::ids::trade_numbers!($answer);
    };
}

pub(in crate::protocol::openapi) use {call, whole};
pub(super) use {trade_answer, trade_call};
