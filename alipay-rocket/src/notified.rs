//! The data guard of a host's own notify route.

use std::ops::Deref;

use alipay_tower::{protocol::Channel, store::Receipt};
use rocket::{
    Data, Ignite, Request, Rocket, Sentinel,
    data::{FromData, Outcome},
    http::{Method, Status},
};

use crate::{NotifyReply, front::Front};

/// A notification that was verified *and settled* before the handler runs, for hosts that keep their own notify route.
///
/// Attach the fairing with [`without_notify_route`](crate::AlipayFairing::without_notify_route), and take
/// `Result<Notified, NotifyReply>`: the error is the answer to a refused notification. With `Notified` alone, Rocket
/// would answer a refusal with an error page instead of `fail`.
///
/// ```
/// use alipay_rocket::{Notified, NotifyReply, alipay_tower::store::Receipt};
/// use rocket::post;
///
/// #[post("/alipay/notify", data = "<notified>")]
/// async fn notify(notified: Result<Notified, NotifyReply>) -> Result<NotifyReply, NotifyReply> {
///     let Notified(receipt) = notified?;
///     if let Receipt::Settled(payment) = &receipt {
///         println!("{} is paid", payment.out_trade_no()); // send the goods
///     }
///     Ok(NotifyReply::success())
/// }
/// ```
///
/// The handler runs again when the gateway repeats itself, then with [`Receipt::AlreadySettled`]. A handler that could not
/// do its work answers [`NotifyReply::fail`] to be called again. The deadline of the fairing ends where the handler
/// begins. The guard takes a POST on any path, with [several merchants](crate::AlipayFairing::desks) on their notify paths; Rocket answers the other methods, with its own pages.
///
/// An application that uses it without [`AlipayFairing`](crate::AlipayFairing) does not launch.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a guard is a pattern: `Notified(receipt)`")]
pub struct Notified(pub Receipt);

impl Deref for Notified {
    type Target = Receipt;

    fn deref(&self) -> &Receipt {
        &self.0
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Notified {
    type Error = NotifyReply;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        let refused = |reply: NotifyReply| Outcome::Error((reply.status(), reply));
        let Some(front) = Front::of(request) else {
            return refused(NotifyReply::fail(Status::InternalServerError));
        };
        let Some(desk) = front.notified(request) else {
            return refused(NotifyReply::fail(Status::NotFound));
        };
        if request.method() != Method::Post {
            return refused(desk.wrong_method(Channel::Notify, request.method().as_str()).into());
        }
        match desk.receive(request, data).await {
            Ok(receipt) => Outcome::Success(Self(receipt)),
            Err(rejection) => refused(rejection.into()),
        }
    }
}

impl Sentinel for Notified {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        Front::is_missing(rocket, "Notified")
    }
}
