//! A payment that was not compared with an order is another type.

use alipay_tower::{VerifiedPayment, protocol::UnmatchedPayment};

fn forge(payment: UnmatchedPayment) -> VerifiedPayment {
    payment
}

fn main() {}
