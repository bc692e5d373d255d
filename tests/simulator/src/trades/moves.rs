//! The moves that are allowed in the book (Alipay, *Trade status*).

use std::time::{SystemTime, UNIX_EPOCH};

use alipay_tower::{
    Money,
    protocol::{Timestamp, TradeStatus},
};

use super::{TradeError, Trades};
use crate::{
    goods::{Consignee, Parcel},
    trade::{Mode, Refund, Trade},
};

/// Where the goods go, and who carries them.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// A place among the carriers of the request.
    pub(crate) carrier: usize,
    pub(crate) consignee: Consignee,
}

/// What the buyer did at the cashier.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payment<'a> {
    pub(crate) channel: &'a str,
    pub(crate) mode: Mode,
    /// Whether the contract knows no refunds, so that the payment is the end.
    pub(crate) is_final: bool,
}

impl Trades {
    /// The buyer of an escrow trade says where the goods go; the carrier decides the total.
    pub(crate) fn address(
        &self,
        trade_no: &str,
        address: Address,
        now: Timestamp,
    ) -> Result<Trade, TradeError> {
        self.change(trade_no, &[TradeStatus::WaitBuyerPay], |trade| {
            let status = || TradeError::Status(TradeStatus::WaitBuyerPay);
            let goods = trade.purchase.goods.as_ref().ok_or_else(status)?;
            let carrier = goods.carriers.get(address.carrier).ok_or_else(status)?;
            trade.total = trade.purchase.fee.with_shipping(carrier.cost()).ok_or(TradeError::Amount)?;
            trade.carrier = address.carrier;
            trade.consignee = Some(address.consignee);
            trade.mode = Mode::Escrow;
            trade.times.logistics = Some(now);
            Ok(())
        })
    }

    pub(crate) fn pay(
        &self,
        trade_no: &str,
        payment: Payment<'_>,
        now: Timestamp,
    ) -> Result<Trade, TradeError> {
        self.change(trade_no, &[TradeStatus::WaitBuyerPay], |trade| {
            trade.mode = payment.mode;
            trade.status = match payment.mode {
                Mode::Escrow => TradeStatus::WaitSellerSendGoods,
                _ if payment.is_final => TradeStatus::TradeFinished,
                _ => TradeStatus::TradeSuccess,
            };
            trade.channel = Some(payment.channel.to_owned());
            trade.times.payment = Some(now);
            Ok(())
        })
    }

    pub(crate) fn ship(&self, trade_no: &str, parcel: Parcel, now: Timestamp) -> Result<Trade, TradeError> {
        self.change(trade_no, &[TradeStatus::WaitSellerSendGoods], |trade| {
            trade.status = TradeStatus::WaitBuyerConfirmGoods;
            trade.parcel = Some(parcel);
            trade.times.send_goods = Some(now);
            Ok(())
        })
    }

    /// The buyer has the goods, and the seller gets the money.
    pub(crate) fn confirm(&self, trade_no: &str, now: Timestamp) -> Result<Trade, TradeError> {
        self.change(trade_no, &[TradeStatus::WaitBuyerConfirmGoods], |trade| {
            trade.status = TradeStatus::TradeFinished;
            trade.times.close = Some(now);
            Ok(())
        })
    }

    pub(crate) fn close(&self, trade_no: &str, now: Timestamp) -> Result<Trade, TradeError> {
        self.change(trade_no, &[TradeStatus::WaitBuyerPay], |trade| {
            trade.status = TradeStatus::TradeClosed;
            trade.times.close = Some(now);
            Ok(())
        })
    }

    pub(crate) fn finish(&self, trade_no: &str, now: Timestamp) -> Result<Trade, TradeError> {
        self.change(trade_no, &[TradeStatus::TradeSuccess], |trade| {
            trade.status = TradeStatus::TradeFinished;
            trade.times.close = Some(now);
            Ok(())
        })
    }

    /// A partial refund leaves the status, a full one closes the trade. An escrow trade that is refunded in part after
    /// shipping is over: `TRADE_FINISHED` with `REFUND_SUCCESS` (Alipay, *Refund status*).
    pub(crate) fn refund(
        &self,
        trade_no: &str,
        number: &str,
        amount: Money,
        reason: &str,
        now: Timestamp,
    ) -> Result<Trade, TradeError> {
        use TradeStatus::{TradeFinished, TradeSuccess, WaitBuyerConfirmGoods, WaitSellerSendGoods};
        let from = [TradeFinished, TradeSuccess, WaitBuyerConfirmGoods, WaitSellerSendGoods];
        self.change(trade_no, &from, |trade| {
            // Finished means that there are no refunds any more, but for cross-border trades, which begin there.
            if trade.status == TradeFinished && !trade.product().is_forex() {
                return Err(TradeError::Status(TradeFinished));
            }
            // At the same moment as its repetition.
            if trade.refund_of(number).is_some() {
                return Ok(());
            }
            let left = trade.left();
            let in_part = amount < left;
            if amount.fen() == 0 || amount > left || (in_part && trade.status == WaitSellerSendGoods) {
                return Err(TradeError::Amount);
            }
            let (number, reason) = (number.to_owned(), reason.to_owned());
            let millis =
                SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_millis());
            trade.refunds.push(Refund { number, amount, reason, at: now, millis });
            trade.times.refund = Some(now);
            if !in_part {
                trade.status = TradeStatus::TradeClosed;
            } else if trade.status == WaitBuyerConfirmGoods {
                trade.status = TradeFinished;
            }
            if !in_part || trade.is_escrow() {
                trade.times.close = Some(now);
            }
            Ok(())
        })
    }
}
