//! The guard of the return page.

use std::ops::Deref;

use alipay_tower::{VerifiedPayment, protocol::Channel};
use rocket::{
    Ignite, Request, Rocket, Sentinel,
    request::{FromRequest, Outcome},
};

use crate::{NotPaid, front::Front};

/// The verified payment that the buyer's browser came back with.
///
/// Take it in the route whose path is the path of `return_url` (of several merchants, a route for all of them, such as
/// `/pay/<shop>/return`), under any mount: `Paid` where the page makes no sense
/// without it, `Option<Paid>` where it does, `Result<Paid, NotPaid>` to explain why there is none. However many guards of
/// one request ask, the return is verified once. A return never writes: the notification moves the money.
///
/// An application that uses it without [`AlipayFairing`](crate::AlipayFairing) does not launch.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a guard is a pattern: `Paid(payment)`")]
pub struct Paid(pub VerifiedPayment);

impl Deref for Paid {
    type Target = VerifiedPayment;

    fn deref(&self) -> &VerifiedPayment {
        &self.0
    }
}

/// The type is the key of the request's cache.
struct Verdict(Result<VerifiedPayment, NotPaid>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Paid {
    type Error = NotPaid;

    /// Never forwards: Rocket would log the whole address, and with it what the buyer's browser carries.
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, NotPaid> {
        let Verdict(verdict) = request.local_cache_async(async { Verdict(verify(request).await) }).await;
        match verdict {
            Ok(payment) => Outcome::Success(Self(payment.clone())),
            Err(reason) => Outcome::Error((reason.status(), reason.clone())),
        }
    }
}

async fn verify(request: &Request<'_>) -> Result<VerifiedPayment, NotPaid> {
    let front = Front::of(request).ok_or(NotPaid::FairingMissing)?;
    match front.at(request) {
        Some((desk, Channel::Return)) => desk.show(request).await.map_err(NotPaid::NotVerified),
        _ => Err(NotPaid::OtherPath),
    }
}

impl Sentinel for Paid {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        Front::is_missing(rocket, "Paid")
    }
}
