//! A signed message says nothing before the gateway confirmed it.

use alipay_tower::protocol::{SignedNotification, TradeEvent};

fn forge(signed: SignedNotification) -> Option<TradeEvent> {
    signed.into_event().ok()
}

fn main() {}
