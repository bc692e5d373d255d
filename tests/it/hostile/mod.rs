//! The hostile catalogue: what strangers, thieves and broken networks send. Every row is played against both shops over
//! raw sockets, and asserts the whole answer, the journal's line, that no question left the house before the signature
//! was good, that nothing was lost, and that the two shops said the same, byte for byte.

mod business;
mod fields;
mod framing;
mod malformed;
mod methods;
mod returns;
mod signature;
mod stage;
mod transport;

/// Makes one test of each row, which plays it on every framework and compares.
macro_rules! rows {
    ($($(#[$docs:meta])* $row:ident),* $(,)?) => {
        mod rows {
            $(
                $(#[$docs])*
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $row() {
                    use crate::{hostile::stage::Stage, shops::{AxumShop, RocketShop}};
                    let (axum, rocket) = tokio::join!(
                        Stage::play::<AxumShop>(super::$row),
                        Stage::play::<RocketShop>(super::$row),
                    );
                    crate::hostile::stage::assert_twins(&axum, &rocket);
                }
            )*
        }
    };
}
use rows;
