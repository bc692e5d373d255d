//! The hostile catalogue: what strangers, thieves and broken networks send. Every row is played against both shops, in
//! both generations where it means the same in both, over raw sockets, and asserts the whole answer, the journal's line, that no question left the house before the signature
//! was good, that nothing was lost, and that the two shops said the same, byte for byte.

mod business;
mod fields;
mod framing;
mod malformed;
#[cfg(target_os = "linux")]
mod memory;
mod methods;
mod returns;
mod returns_spoiled;
mod rsa;
mod signature;
mod stage;
mod tls;
mod transport;

/// Makes tests of each row, one for each generation, which plays it on every framework and compares. Rows behind
/// `classic:` or `openapi:` are about one generation only.
macro_rules! rows {
    (@on $module:ident, $axum:ty, $rocket:ty, $($row:ident)*) => {
        mod $module {
            #[allow(unused_imports, reason = "each module names two of the four")]
            use crate::{hostile::stage::Stage, shops::{AxumShop, OpenApi, RocketShop}};

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $row() {
                    let (axum, rocket) = tokio::join!(
                        Stage::play::<$axum>(super::$row),
                        Stage::play::<$rocket>(super::$row),
                    );
                    crate::hostile::stage::assert_twins(&axum, &rocket);
                }
            )*
        }
    };
    (classic: $($row:ident),* $(,)?) => {
        $crate::hostile::rows! { @on rows, AxumShop, RocketShop, $($row)* }
    };
    (openapi: $($row:ident),* $(,)?) => {
        $crate::hostile::rows! { @on openapi, OpenApi<AxumShop>, OpenApi<RocketShop>, $($row)* }
    };
    ($($row:ident),* $(,)? $(; classic: $($classic:ident),* $(,)?)? $(; openapi: $($openapi:ident),* $(,)?)?) => {
        $crate::hostile::rows! { classic: $($row,)* $($($classic,)*)? }
        $crate::hostile::rows! { openapi: $($row,)* $($($openapi,)*)? }
    };
}
pub(crate) use rows;
