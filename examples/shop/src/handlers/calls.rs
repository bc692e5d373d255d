//! The calls behind the operator's moves, in the words of the merchant's generation.

use std::time::SystemTime;

use alipay_sqlx_store::OrderRecord;
use alipay_tower::{
    Money,
    protocol::{
        Currency, ForexAmount, ForexRefund, LogisticsType, OutTradeNo, RefundDetail, RefundWithoutPassword,
        Scheme, SendGoods, Timestamp, TradeNo, openapi,
    },
};

use super::moves::MoveError;
use crate::{pages::Moved, shop::Shop};

impl Shop {
    /// Sends money back. In the classic gateway the answer means *accepted*, and a notification tells what became of it;
    /// in the OpenAPI generation the answer says what was done.
    pub(super) async fn refund(
        &self,
        order: &OrderRecord,
        amount: Money,
        reason: &str,
    ) -> Result<Moved, MoveError> {
        let trade_no = paid_by(order)?;
        let reason = if reason.trim().is_empty() { "refund" } else { reason.trim() };
        match self.alipay().merchant().scheme() {
            Scheme::OpenApi => self.refund_at_once(order, amount, reason).await,
            _ if order.order().currency() != Currency::CNY => self.refund_abroad(order, amount, reason).await,
            _ => self.refund_in_a_batch(trade_no, amount, reason).await,
        }
    }

    async fn refund_in_a_batch(
        &self,
        trade_no: &TradeNo,
        amount: Money,
        reason: &str,
    ) -> Result<Moved, MoveError> {
        let now = Timestamp::from(SystemTime::now());
        // The number is in the books before it is used: what is sent twice is refunded once.
        let details = format!("{trade_no} {amount}");
        let batch_no = self.store().next_batch_no(now, "refund", &details).await?;
        let item = RefundDetail::new(trade_no.clone(), amount, reason);
        let batch = RefundWithoutPassword::new(batch_no, [item])
            .with_notify_url(self.alipay().endpoints().notify_url());
        self.alipay().call(&batch).await?;
        Ok(Moved::RefundAccepted)
    }

    /// No notification tells of it, so the answer is to say that it was done.
    async fn refund_abroad(
        &self,
        order: &OrderRecord,
        amount: Money,
        reason: &str,
    ) -> Result<Moved, MoveError> {
        let now = Timestamp::from(SystemTime::now());
        let (id, currency) = (order.out_trade_no(), order.order().currency());
        let details = format!("{id} {currency} {amount}");
        let number = self.store().next_batch_no(now, "forex_refund", &details).await?;
        let own = OutTradeNo::new(number.as_str())?;
        let refund = ForexRefund::new(own, id.clone(), ForexAmount::new(currency, amount))
            .with_synchronous_result(true)
            .with_reason(reason);
        self.alipay().call(&refund).await?;
        // A sum above the payment is in the order's history and in a letter to the shop.
        let _ = self.store().record_refund(id, number.as_str(), amount).await?;
        Ok(Moved::Refunded)
    }

    async fn refund_at_once(
        &self,
        order: &OrderRecord,
        amount: Money,
        reason: &str,
    ) -> Result<Moved, MoveError> {
        let now = Timestamp::from(SystemTime::now());
        let id = order.out_trade_no();
        let number = self.store().next_batch_no(now, "refund", &format!("{id} {amount}")).await?;
        let refund = openapi::RefundTrade::by_out_trade_no(id, amount)
            .with_out_request_no(number.as_str())
            .with_refund_reason(reason);
        let answer = self.alipay().call(&refund).await?;
        if answer.is_money_moved() {
            // A sum above the payment is in the order's history and in a letter to the shop.
            let _ = self.store().record_refund(id, number.as_str(), amount).await?;
            return Ok(Moved::Refunded);
        }
        Ok(Moved::RefundAccepted)
    }

    /// Tells Alipay that the goods of an escrow trade are on their way.
    pub(super) async fn ship(
        &self,
        order: &OrderRecord,
        carrier: &str,
        waybill: &str,
    ) -> Result<Moved, MoveError> {
        let trade_no = paid_by(order)?;
        let carrier = if carrier.trim().is_empty() { "EMS" } else { carrier.trim() };
        let mut goods = SendGoods::new(trade_no.clone(), carrier, LogisticsType::Express);
        if !waybill.trim().is_empty() {
            goods = goods.with_invoice_no(waybill.trim());
        }
        self.alipay().call(&goods).await?;
        Ok(Moved::Shipped)
    }
}

fn paid_by(order: &OrderRecord) -> Result<&TradeNo, MoveError> {
    order.trade_no().ok_or_else(|| MoveError::new("no trade has paid this order"))
}
