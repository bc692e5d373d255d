//! The gateway's word cannot be made up.

use alipay_tower::protocol::{Confirmation, NotifyId};

fn forge(notify_id: NotifyId) -> Confirmation {
    Confirmation { notify_id }
}

fn main() {}
