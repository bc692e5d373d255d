//! The extractor of the return page.

use std::ops::Deref;

use alipay_tower::{Rejection, VerifiedPayment};
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use crate::PaidRejection;

/// The payment that the layer verified for this request.
///
/// Take `Paid` where the page makes no sense without it, `Option<Paid>` where it does, `Result<Paid, PaidRejection>` to
/// explain why there is none. `Extension<VerifiedPayment>` works too.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "an extractor is a pattern: `Paid(payment)`")]
pub struct Paid(pub VerifiedPayment);

impl Deref for Paid {
    type Target = VerifiedPayment;

    fn deref(&self) -> &VerifiedPayment {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paid {
    type Rejection = PaidRejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, PaidRejection> {
        match (parts.extensions.get::<VerifiedPayment>(), parts.extensions.get::<Rejection>()) {
            (Some(payment), _) => Ok(Self(payment.clone())),
            (None, Some(rejection)) => Err(PaidRejection::NotVerified(rejection.clone())),
            (None, None) => Err(PaidRejection::LayerMissing),
        }
    }
}

/// `None` when there is no payment; a missing layer is a mistake in the application and never taken for one.
impl<S: Send + Sync> OptionalFromRequestParts<S> for Paid {
    type Rejection = PaidRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, PaidRejection> {
        match <Self as FromRequestParts<S>>::from_request_parts(parts, state).await {
            Ok(paid) => Ok(Some(paid)),
            Err(PaidRejection::NotVerified(_)) => Ok(None),
            Err(missing) => Err(missing),
        }
    }
}
