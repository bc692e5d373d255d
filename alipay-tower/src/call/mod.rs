//! Calls to the gateway, from the desk: signed, sent, read, told.

#[cfg(feature = "rsa")]
mod certificate;
mod error;
#[cfg(feature = "rsa")]
mod precreate;
mod query;
#[cfg(feature = "rsa")]
mod returned;

use std::time::{Instant, SystemTime};

pub use self::error::CallError;
#[cfg(feature = "rsa")]
pub(crate) use self::returned::Returns;
use crate::{
    alipay::Alipay,
    events,
    gateway::GatewayAnswer,
    protocol::{Call, SignedRequest, Timestamp},
};

impl Alipay {
    /// Calls a service of the gateway: signs with the present time, sends, and reads the answer.
    ///
    /// ```
    /// # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/stage.rs")); }
    /// # stage::classic(async |shop| {
    /// # let trade = shop.sell("T1").await?;
    /// # let stage::Stage { alipay, .. } = shop;
    /// use alipay_tower::protocol::{BatchNo, RefundAnswer, RefundDetail, RefundWithoutPassword, Timestamp};
    ///
    /// let refund = RefundDetail::new(trade, "1.00".parse()?, "returned");
    /// // Recorded before it is sent: after an unknown outcome the same batch is sent again, under the same number.
    /// let batch_no = BatchNo::of_day(Timestamp::from(std::time::SystemTime::now()), "000001")?;
    /// match alipay.call(&RefundWithoutPassword::new(batch_no, [refund])).await {
    ///     // The money moves later, and a notification tells when.
    ///     Ok(answer) => assert_eq!(answer, RefundAnswer::Accepted),
    ///     Err(error) if error.is_outcome_unknown() => panic!("ask, or send it again: {error}"),
    ///     Err(error) => panic!("refused: {error}"),
    /// }
    /// # Ok(()) });
    /// ```
    ///
    /// All calls have an example of their own in [`docs::calls`](crate::docs::calls).
    ///
    /// # Errors
    ///
    /// [`CallError`]; [`is_outcome_unknown`](CallError::is_outcome_unknown) says whether the call may have worked.
    pub async fn call<C: Call + Sync>(&self, call: &C) -> Result<C::Answer, CallError> {
        self.exchange(call).await.1
    }

    /// The answer as it came, empty when none did, and what it says.
    async fn exchange<C: Call + Sync>(&self, call: &C) -> (Vec<u8>, Result<C::Answer, CallError>) {
        let request = match call.sign(self.merchant(), Timestamp::from(SystemTime::now())) {
            Ok(request) => request,
            Err(error) => return (Vec::new(), Err(error.into())),
        };
        let start = Instant::now();
        let (came, answer) = match self.gateway().call(&request).await {
            Ok(came) => {
                let answer = call.read(came.body(), self.merchant()).map_err(CallError::from);
                (came, answer)
            }
            Err(error) => (GatewayAnswer::default(), Err(error.into())),
        };
        events::called(service(&request), answer.as_ref().err(), came.trace_id(), start.elapsed());
        (came.into_body(), answer)
    }
}

/// What the request calls itself: `service`, or `method` in the OpenAPI generation.
fn service(request: &SignedRequest) -> &str {
    request.field("service").or_else(|| request.field("method")).unwrap_or_default()
}
