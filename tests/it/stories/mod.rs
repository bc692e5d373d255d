//! Whole stories over real sockets: a shop, its books, its gateway, and what may happen between them. Every story is
//! told about every framework, and in both generations where it has a meaning in both.

mod arrivals;
mod certificates;
mod checkups;
mod closing;
mod confirming;
mod crashes;
mod demos;
mod doubt;
mod escrow;
mod gbk;
mod lifecycle;
mod lost;
mod merchants;
mod messages;
mod mischief;
mod operator;
mod outages;
mod payouts;
mod products;
mod program;
mod receipts;
mod refunds;
mod restarts;
mod returned;
mod rollover;
mod rsa;
mod sha1;
mod shopping;
mod silent;
mod storms;
mod timeouts;
mod twice;
mod unheard;

/// Makes tests of each story, one for each framework and generation; there is no other way to tell one. Stories behind `classic:`
/// or `openapi:` are about one generation only.
macro_rules! stories {
    (@on $module:ident, $shop:ty, $($story:ident)*) => {
        mod $module {
            #[allow(unused_imports, reason = "each module names one of the four")]
            use crate::shops::{AxumShop, OpenApi, RocketShop};

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    super::$story::<$shop>().await;
                }
            )*
        }
    };
    (classic: $($story:ident),* $(,)?) => {
        $crate::stories::stories! { @on axum, AxumShop, $($story)* }
        $crate::stories::stories! { @on rocket, RocketShop, $($story)* }
    };
    (openapi: $($story:ident),* $(,)?) => {
        $crate::stories::stories! { @on axum_openapi, OpenApi<AxumShop>, $($story)* }
        $crate::stories::stories! { @on rocket_openapi, OpenApi<RocketShop>, $($story)* }
    };
    ($($story:ident),* $(,)? $(; classic: $($classic:ident),* $(,)?)? $(; openapi: $($openapi:ident),* $(,)?)?) => {
        $crate::stories::stories! { classic: $($story,)* $($($classic,)*)? }
        $crate::stories::stories! { openapi: $($story,)* $($($openapi,)*)? }
    };
}
pub(crate) use stories;

/// A visitor opens an address: the status and the page.
async fn visit(url: &str) -> (u16, String) {
    let response = reqwest::get(url).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// What the return page says: its status and the state that it shows.
async fn comes_back(url: &str) -> (u16, String) {
    let (status, page) = visit(url).await;
    (status, state_on(&page))
}

/// The state that a page shows.
fn state_on(page: &str) -> String {
    let state = page.split("data-state=\"").nth(1).and_then(|rest| rest.split('"').next());
    state.unwrap_or_else(|| panic!("no state on {page}")).to_owned()
}
