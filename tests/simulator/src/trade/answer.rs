//! What the classic gateway answers when it is asked about a trade.

use alipay_tower::{
    Money,
    protocol::{Timestamp, TradeStatus},
};

use super::Trade;
use crate::money;

impl Trade {
    /// The fields of `single_trade_query`; booleans are `T` and `F` there (Alipay, *single_trade_query*).
    pub(crate) fn answer(&self) -> Vec<(&'static str, String)> {
        let (purchase, fee) = (&self.purchase, &self.purchase.fee);
        let received = if self.status.is_paid() || self.times.payment.is_some() && !self.is_escrow() {
            self.total_text()
        } else {
            Money::default().to_string()
        };
        let mut fields = vec![
            ("body", purchase.body.clone().unwrap_or_default()),
            ("buyer_email", purchase.buyer.email.clone()),
            ("buyer_id", purchase.buyer.id.clone()),
            ("discount", fee.discount_text()),
            ("flag_trade_locked", "0".to_owned()),
            ("gmt_create", self.times.create.to_string()),
            ("gmt_last_modified_time", self.last_change().to_string()),
            ("is_total_fee_adjust", "F".to_owned()),
            ("operator_role", "B".to_owned()),
            ("out_trade_no", purchase.out_trade_no.clone()),
            ("payment_type", purchase.payment_type.clone()),
            ("price", money::written(fee.price, fee.currency)),
            ("quantity", fee.quantity.to_string()),
            ("subject", purchase.subject.clone()),
            ("to_buyer_fee", self.refunded_text()),
            ("to_seller_fee", received),
            ("total_fee", self.total_text()),
            ("trade_no", self.trade_no.clone()),
            ("trade_status", self.status.to_string()),
            ("use_coupon", "F".to_owned()),
        ];
        if self.product().is_forex() {
            fields.push(("currency", fee.currency.to_string()));
        }
        fields.extend(self.times().map(|(name, time)| (name, time.to_string())));
        // Addresses are the notification's; the query has the carrier alone.
        fields.extend(self.logistics().into_iter().filter(|(name, _)| name.starts_with("logistics")));
        self.refund_fields(&mut fields);
        if self.status == TradeStatus::TradeClosed {
            fields.push(("additional_trade_status", "DAEMON_CONFIRM_CLOSE".to_owned()));
        }
        fields.sort();
        fields
    }

    fn refund_fields(&self, fields: &mut Vec<(&'static str, String)>) {
        if self.refunds.is_empty() {
            return;
        }
        let full = self.left() == Money::default();
        fields.push(("refund_fee", self.refunded_text()));
        fields.push(("refund_flow_type", if full { "3" } else { "1" }.to_owned()));
        fields.push(("refund_status", "REFUND_SUCCESS".to_owned()));
        let id: String = self.trade_no.chars().rev().take(11).collect();
        fields.push(("refund_id", id));
    }

    fn last_change(&self) -> Timestamp {
        self.times().map(|(_, time)| time).max().unwrap_or(self.times.create)
    }
}
