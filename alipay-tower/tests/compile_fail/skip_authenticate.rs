//! A message that was only read gives nothing away and cannot be confirmed.

use alipay_tower::protocol::{Confirmation, Notification};

fn forge(read: Notification, confirmation: &Confirmation) {
    let _amount = read.field("total_fee");
    let _confirmed = read.confirm(confirmation);
}

fn main() {}
