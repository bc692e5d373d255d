//! Payments that were one too many.

use alipay_tower::{
    Money,
    protocol::{OutTradeNo, Timestamp, TradeNo},
};

/// A further payment of a paid order: money that must go back.
#[derive(Clone, Debug)]
pub struct ExtraPayment {
    pub(crate) out_trade_no: OutTradeNo,
    pub(crate) trade_no: TradeNo,
    pub(crate) earlier: TradeNo,
    pub(crate) amount: Money,
    pub(crate) at: i64,
}

impl ExtraPayment {
    /// The order that was paid twice.
    #[must_use]
    pub const fn out_trade_no(&self) -> &OutTradeNo {
        &self.out_trade_no
    }

    /// The trade that came too late.
    #[must_use]
    pub const fn trade_no(&self) -> &TradeNo {
        &self.trade_no
    }

    /// The trade that settled the order.
    #[must_use]
    pub const fn earlier(&self) -> &TradeNo {
        &self.earlier
    }

    /// What must go back.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// When it was recorded.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.at)
    }
}
