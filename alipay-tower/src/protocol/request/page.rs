//! What a browser can be sent to the gateway with.

use super::RequestError;
use crate::protocol::{Merchant, SignedRequest, Timestamp};

/// A request that a browser takes to the gateway, because it ends in a page of Alipay: every payment, the refund with a
/// password, the payout batch.
///
/// [`Alipay::checkout`](crate::Alipay::checkout) takes any of them. A shop may implement it for a service that this library
/// does not know, with [`Merchant::sign_fields`].
pub trait PageRequest {
    /// Checks every limit and signs.
    ///
    /// `notify_url` and `return_url` are used where the service has them and the request has none of its own; `at` is the
    /// time of the request, for services that are told it.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit.
    fn sign_page(
        &self,
        merchant: &Merchant,
        notify_url: &str,
        return_url: &str,
        at: Timestamp,
    ) -> Result<SignedRequest, RequestError>;
}
