//! The answer of `refund_fastpay_by_platform_nopwd`.

use super::{AnswerError, Call, read::accepted};
use crate::protocol::{Merchant, RefundWithoutPassword, RequestError, SignedRequest, Timestamp};

/// What became of a batch of refunds when it was handed in. Neither means that any money went back: that is told by the
/// notification `batch_refund_notify` (Alipay, *refund_fastpay_by_platform_nopwd*, response).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefundAnswer {
    /// `T`: the batch was accepted.
    Accepted,
    /// `P`: the batch is being worked on.
    Processing,
}

impl Call for RefundWithoutPassword {
    type Answer = RefundAnswer;

    fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        self.sign(merchant, at)
    }

    /// `DUPLICATE_BATCH_NO` after an unknown outcome means that the first batch of this number had been accepted.
    fn read(&self, answer: &[u8], merchant: &Merchant) -> Result<RefundAnswer, AnswerError> {
        let answer = accepted(answer, merchant)?;
        Ok(if answer.is_processing() { RefundAnswer::Processing } else { RefundAnswer::Accepted })
    }
}
