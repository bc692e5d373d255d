//! The answer of `forex_refund`.

use super::{
    AnswerError, Call,
    read::{Response, accepted, done, response, speaks_of},
};
use crate::protocol::{ForexRefund, Merchant, RequestError, SignedRequest, Timestamp};

/// The refund of a cross-border payment was accepted; of a synchronous one, it was carried out.
#[derive(Clone, Debug)]
pub struct ForexRefundAnswer {
    response: Response,
    synchronous: bool,
}

response!(ForexRefundAnswer);

impl ForexRefundAnswer {
    /// Whether the result was asked for at once, so that this answer is the result.
    #[must_use]
    pub const fn is_result(&self) -> bool {
        self.synchronous
    }
}

impl Call for ForexRefund {
    type Answer = ForexRefundAnswer;

    fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        self.sign(merchant, at)
    }

    fn read(&self, answer: &[u8], merchant: &Merchant) -> Result<ForexRefundAnswer, AnswerError> {
        let response = Response::of(done(accepted(answer, merchant)?)?);
        let answer = ForexRefundAnswer { response, synchronous: self.field("is_sync") == Some("Y") };
        for name in ["out_return_no", "out_trade_no"] {
            speaks_of(answer.field(name), self.field(name))?;
        }
        Ok(answer)
    }
}
