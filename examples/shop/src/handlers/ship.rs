//! The goods leave.

use alipay_sqlx_store::OrderRecord;
use alipay_tower::protocol::{LogisticsType, SendGoods, TradeNo};

use super::problem::MoveError;
use crate::{pages::Moved, shop::Shop};

impl Shop {
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
    order.trade_no().ok_or_else(|| MoveError::new("这张订单没有付款的交易。", "no trade has paid this order"))
}
