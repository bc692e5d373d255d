//! One desk, with the limits of this adapter around it.

use std::{panic::AssertUnwindSafe, time::Duration};

use alipay_tower::{Alipay, Rejection, VerifiedPayment, adapter, protocol::Channel, store::Receipt};
use rocket::{Data, Request, futures::FutureExt, http::Method, tokio::time::timeout};

use crate::body;

/// Made for each request: where it began, it ends.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    pub(crate) alipay: Alipay,
    pub(crate) body_timeout: Duration,
    pub(crate) deadline: Duration,
}

impl Desk {
    /// A notification: gathered, checked, settled. The journal hears of every outcome.
    pub(crate) async fn receive(&self, request: &Request<'_>, data: Data<'_>) -> Result<Receipt, Rejection> {
        let work = async {
            let gathered =
                match timeout(self.body_timeout, body::gather(request, data, body_limit(request))).await {
                    Ok(gathered) => gathered,
                    Err(_late) => Err(adapter::body_too_slow()),
                };
            match gathered {
                Ok(raw) => self.alipay.receive_notify(&raw).await,
                Err(rejection) => Err(self.refused(Channel::Notify, rejection)),
            }
        };
        // A panic of the host's store must not become an error page: the gateway is told `fail`.
        match timeout(self.deadline, AssertUnwindSafe(work).catch_unwind()).await {
            Ok(Ok(result)) => result,
            Ok(Err(_panic)) => Err(self.refused(Channel::Notify, adapter::panicked())),
            Err(_late) => Err(self.refused(Channel::Notify, adapter::deadline_exceeded(Channel::Notify))),
        }
    }

    /// A return: checked, never settled.
    pub(crate) async fn show(&self, request: &Request<'_>) -> Result<VerifiedPayment, Rejection> {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return Err(self.wrong_method(Channel::Return, request.method().as_str()));
        }
        let query = request.uri().query().map(|query| query.as_str()).unwrap_or_default();
        let limit = adapter::query_limit(body_limit(request));
        if query.len() > limit {
            return Err(self.refused(Channel::Return, adapter::query_too_large(limit)));
        }
        let work = AssertUnwindSafe(self.alipay.receive_return(query.as_bytes())).catch_unwind();
        match timeout(self.deadline, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(_panic)) => Err(self.refused(Channel::Return, adapter::panicked())),
            Err(_late) => Err(self.refused(Channel::Return, adapter::deadline_exceeded(Channel::Return))),
        }
    }

    pub(crate) fn wrong_method(&self, channel: Channel, method: &str) -> Rejection {
        self.refused(channel, adapter::method_not_allowed(channel, method))
    }

    fn refused(&self, channel: Channel, rejection: Rejection) -> Rejection {
        self.alipay.refuse(channel, b"", &rejection);
        rejection
    }
}

/// Rocket's data limit `alipay`.
fn body_limit(request: &Request<'_>) -> usize {
    match request.limits().get("alipay") {
        Some(limit) => usize::try_from(limit.as_u64()).unwrap_or(usize::MAX),
        None => adapter::BODY_LIMIT,
    }
}
