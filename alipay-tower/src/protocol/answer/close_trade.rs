//! The answer of `close_trade`.

use super::{
    AnswerError, Call,
    read::{Response, accepted, done, response},
};
use crate::protocol::{CloseTrade, Merchant, RequestError, SignedRequest, Timestamp};

/// The trade is closed: it cannot be paid any more. The answer usually says nothing else.
#[derive(Clone, Debug)]
pub struct CloseTradeAnswer {
    response: Response,
}

response!(CloseTradeAnswer);

impl Call for CloseTrade {
    type Answer = CloseTradeAnswer;

    fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        self.sign(merchant, at)
    }

    fn read(&self, answer: &[u8], merchant: &Merchant) -> Result<CloseTradeAnswer, AnswerError> {
        Ok(CloseTradeAnswer { response: Response::of(done(accepted(answer, merchant)?)?) })
    }
}
