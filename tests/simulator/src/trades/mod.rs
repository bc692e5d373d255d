//! The book of trades.

mod moves;

use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use alipay_tower::protocol::{Timestamp, TradeStatus};

pub(crate) use self::moves::{Address, Payment};
use crate::{purchase::Purchase, settings::MAX_TRADES, trade::Trade};

/// A trade that cannot move as it was told to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TradeError {
    /// The amount of a refund is nothing, or more than is left of the payment; before goods are shipped, all of it is
    /// refunded.
    Amount,
    /// The trade's status does not allow it.
    Status(TradeStatus),
    /// There is no such trade (any more).
    Unknown,
}

impl fmt::Display for TradeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount => f.write_str(
                "refund at least 0.01 and at most what is left of the payment; of an escrow trade that is not shipped \
                 yet, the whole",
            ),
            Self::Status(status) => write!(f, "a trade in {status} does not allow this"),
            Self::Unknown => f.write_str("there is no such trade"),
        }
    }
}

impl std::error::Error for TradeError {}

/// All trades, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Trades(Mutex<VecDeque<Trade>>);

impl Trades {
    /// The trade of an order: a new one, or the unpaid one that was opened before and is opened again.
    pub(crate) fn open(&self, purchase: Purchase, now: Timestamp) -> Result<(Trade, bool), &'static str> {
        let mut trades = self.lock();
        let own = |trade: &&mut Trade| {
            trade.account() == purchase.account && trade.purchase.out_trade_no == purchase.out_trade_no
        };
        if let Some(trade) = trades.iter_mut().find(own) {
            same_order(trade, &purchase)?;
            // Another language, address or description is no other order.
            trade.purchase = purchase;
            return Ok((trade.clone(), false));
        }
        if trades.len() >= MAX_TRADES {
            let over = trades.iter().position(|trade| !trade.is_waiting()).unwrap_or(0);
            trades.remove(over);
        }
        let trade = Trade::new(purchase, now);
        trades.push_back(trade.clone());
        Ok((trade, true))
    }

    pub(crate) fn all(&self) -> Vec<Trade> {
        self.lock().iter().cloned().collect()
    }

    pub(crate) fn find(&self, fits: impl Fn(&Trade) -> bool) -> Option<Trade> {
        self.lock().iter().rfind(|trade| fits(trade)).cloned()
    }

    pub(crate) fn by_number(&self, trade_no: &str) -> Option<Trade> {
        self.find(|trade| trade.trade_no == trade_no)
    }

    pub(crate) fn by_order(&self, account: &str, out_trade_no: &str) -> Option<Trade> {
        self.find(|trade| trade.account() == account && trade.purchase.out_trade_no == out_trade_no)
    }

    fn change(
        &self,
        trade_no: &str,
        from: &[TradeStatus],
        change: impl FnOnce(&mut Trade) -> Result<(), TradeError>,
    ) -> Result<Trade, TradeError> {
        let mut trades = self.lock();
        let trade = trades.iter_mut().find(|trade| trade.trade_no == trade_no).ok_or(TradeError::Unknown)?;
        if !from.contains(&trade.status) {
            return Err(TradeError::Status(trade.status.clone()));
        }
        change(trade)?;
        Ok(trade.clone())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Trade>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An order number stands for one amount and one buyer, and is payable once.
fn same_order(trade: &Trade, purchase: &Purchase) -> Result<(), &'static str> {
    let (old, new) = (trade.purchase.fee, purchase.fee);
    if old.by_price && new.by_price {
        if old.price != new.price {
            return Err("TRADE_PRICE_NOT_MATCH");
        }
        if old.quantity != new.quantity {
            return Err("TRADE_QUANTITY_NOT_MATCH");
        }
    }
    if old.total != new.total || old.currency != new.currency || trade.product() != purchase.product {
        return Err("TRADE_TOTALFEE_NOT_MATCH");
    }
    if trade.purchase.buyer != purchase.buyer {
        return Err("TRADE_BUYER_NOT_MATCH");
    }
    if trade.is_waiting() { Ok(()) } else { Err("TRADE_NOT_ALLOWED_PAY") }
}
