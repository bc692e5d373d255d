//! A trade message cannot be put together from parts either.

use alipay_tower::protocol::{OutTradeNo, TradeNo, TradeNotice, TradeStatus};

fn forge(out_trade_no: OutTradeNo, trade_no: TradeNo, status: TradeStatus) -> TradeNotice {
    TradeNotice { message: any(), out_trade_no, trade_no, status, by: any() }
}

fn main() {}

fn any<T>() -> T {
    unreachable!()
}
