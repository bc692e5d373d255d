//! A payment has no constructor and no default.

use alipay_tower::VerifiedPayment;

fn main() {
    let _from_nothing = VerifiedPayment::new();
    let _by_default = VerifiedPayment::default();
}
