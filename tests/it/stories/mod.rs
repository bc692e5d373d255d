//! Whole stories over real sockets: a shop, its books, its gateway, and what may happen between them. Every story is
//! told about every framework.

mod arrivals;
mod crashes;
mod gbk;
mod lifecycle;
mod mischief;
mod outages;
mod receipts;
mod restarts;
mod storms;
mod twice;

/// Makes tests of each story, one for each framework; there is no other way to tell one.
macro_rules! stories {
    (@on $module:ident, $shop:ident, $($story:ident)*) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    super::$story::<crate::shops::$shop>().await;
                }
            )*
        }
    };
    ($($story:ident),* $(,)?) => {
        $crate::stories::stories! { @on axum, AxumShop, $($story)* }
        $crate::stories::stories! { @on rocket, RocketShop, $($story)* }
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
    let state = page.split("data-state=\"").nth(1).and_then(|rest| rest.split('"').next());
    (status, state.unwrap_or_else(|| panic!("no state on {page}")).to_owned())
}
