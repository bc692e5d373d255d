//! What is left for catchers: every other refusal is a route's answer.

use alipay_rocket::alipay_tower::{adapter, protocol::Channel};
use rocket::{Catcher, Request, catch, catchers};
use shop::Shop;

use crate::{
    elsewhere,
    guest::Guest,
    reply::{Refusal, Reply},
};

pub(crate) fn catchers() -> Vec<Catcher> {
    catchers![unknown_method, broken]
}

/// Rocket refuses methods that it does not know before it routes, and shows them to catchers as `GET`.
#[catch(400)]
async fn unknown_method(request: &Request<'_>) -> Result<Reply, Refusal> {
    let shop = request.rocket().state::<Shop>();
    match shop.filter(|_| request.uri().path().as_str() == shop::RETURN_PATH) {
        Some(shop) => {
            let rejection = adapter::method_not_allowed(Channel::Return, "");
            shop.alipay().refuse(Channel::Return, b"", &rejection);
            Ok(Reply(shop.returned(&Guest::of(request).0, Err(rejection)).await))
        }
        None => elsewhere::answer(request),
    }
}

/// A handler panicked.
#[catch(500)]
fn broken() -> Refusal {
    Refusal::broken()
}
