//! A code on the shop's screen.

use super::CallError;
use crate::{
    alipay::Alipay,
    protocol::openapi::{Precreate, PrecreateAnswer},
};

impl Alipay {
    /// Asks for the code of a payment, with `notify_url` of the endpoints unless the request has its own.
    ///
    /// Record the order in the store *before* the code is shown: the notification may be faster.
    ///
    /// # Errors
    ///
    /// [`CallError`] when there is no code.
    pub async fn precreate(&self, payment: &Precreate) -> Result<PrecreateAnswer, CallError> {
        self.call(&payment.with_default_notify_url(self.endpoints().notify_url())).await
    }
}
