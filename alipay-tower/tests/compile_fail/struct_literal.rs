//! The fields of a payment, and of the step before it, are private.

use alipay_tower::{
    VerifiedPayment,
    protocol::{TradeNotice, UnmatchedPayment},
};

fn forge(notice: TradeNotice) -> (UnmatchedPayment, VerifiedPayment) {
    (UnmatchedPayment { notice }, VerifiedPayment { verified: any() })
}

fn main() {}

fn any<T>() -> T {
    unreachable!()
}
