//! What the gateway tells the shop about a trade, and the classic one's words for it.

use alipay_tower::protocol::{Channel, Scheme, Timestamp, TradeStatus};

use super::{Mode, Trade};
use crate::{money, notice::Notice};

impl Trade {
    /// The notification about the trade as it stands now.
    pub(crate) fn notice(&self) -> Notice {
        match self.product() {
            product if product.scheme() == Scheme::OpenApi => self.application_notice(),
            product if product.is_forex() => self.forex_notice(),
            _ => self.domestic_notice(),
        }
    }

    /// What the browser carries back: the return has no news of its own.
    pub(crate) fn returned(&self) -> Notice {
        if self.product().scheme() == Scheme::OpenApi {
            return self.application_return();
        }
        if self.product().is_forex() {
            return self.forex_notice().into_forex_return();
        }
        let returned = self.domestic_notice().into_return_of(self.product().as_str(), self.is_escrow());
        if !self.is_escrow() {
            return returned;
        }
        // What either side may do next (Alipay, *create_partner_trade_by_buyer*, return).
        let (buyer, seller) = match self.status {
            TradeStatus::WaitSellerSendGoods => ("REFUND", "SEND_GOODS"),
            TradeStatus::WaitBuyerConfirmGoods => ("REFUND,CONFIRM_GOODS", "EXTEND_TIMEOUT"),
            _ => return returned,
        };
        returned.with("buyer_actions", buyer).with("seller_actions", seller)
    }

    /// Cross-border messages name the currency, and no seller (Alipay, *create_forex_trade*, notification).
    fn forex_notice(&self) -> Notice {
        let total = self.total_text();
        let pairs = [
            ("notify_type", "trade_status_sync"),
            ("trade_no", &self.trade_no),
            ("total_fee", &total),
            ("out_trade_no", &self.purchase.out_trade_no),
            ("currency", self.purchase.fee.currency.as_str()),
            ("trade_status", self.status.as_str()),
        ];
        Notice::bare(Channel::Notify, pairs)
    }

    fn domestic_notice(&self) -> Notice {
        let (purchase, fee) = (&self.purchase, &self.purchase.fee);
        // The seller's price is fixed when the buyer has chosen a carrier (Alipay, *create_partner_trade_by_buyer*).
        let open = self.is_waiting() && self.product().ships() && self.consignee.is_none();
        let mut notice = Notice::of_status(&purchase.out_trade_no, self.total, self.status.as_str())
            .with("subject", &purchase.subject)
            .with("trade_no", &self.trade_no)
            .with("payment_type", &purchase.payment_type)
            .with("discount", &fee.discount_text())
            .with("price", &fee.price.to_string())
            .with("quantity", &fee.quantity.to_string())
            .with("buyer_id", &purchase.buyer.id)
            .with("buyer_email", &purchase.buyer.email)
            .with("gmt_create", &self.times.create.to_string())
            .with("is_total_fee_adjust", if open { "Y" } else { "N" });
        notice = match &purchase.body {
            // The request takes 1000 characters, the message has room for 400.
            Some(body) => notice.with("body", &body.chars().take(400).collect::<String>()),
            None => notice.without("body"),
        };
        if let Some(text) = &purchase.echo {
            notice = notice.with("extra_common_param", text);
        }
        for (name, time) in self.times() {
            notice = notice.with(name, &time.to_string());
        }
        if self.times.refund.is_some() {
            notice = notice.with("refund_status", "REFUND_SUCCESS");
        }
        for (name, value) in self.logistics() {
            notice = notice.with(name, &value);
        }
        notice
    }

    /// The times that were reached.
    pub(super) fn times(&self) -> impl Iterator<Item = (&'static str, Timestamp)> {
        let times = [
            ("gmt_payment", self.times.payment),
            ("gmt_send_goods", self.times.send_goods),
            ("gmt_logistics_modify", self.times.logistics),
            ("gmt_refund", self.times.refund),
            ("gmt_close", self.times.close),
        ];
        times.into_iter().filter_map(|(name, time)| Some((name, time?)))
    }

    /// Carrier and address, once the buyer has confirmed them.
    pub(super) fn logistics(&self) -> Vec<(&'static str, String)> {
        let (Some(consignee), Some(carrier), Mode::Escrow) =
            (&self.consignee, self.chosen_carrier(), self.mode)
        else {
            return Vec::new();
        };
        let mut fields = vec![
            ("logistics_type", carrier.kind.clone()),
            ("logistics_fee", carrier.fee.to_string()),
            ("logistics_payment", carrier.payment.clone()),
        ];
        fields.extend(consignee.fields().map(|(name, value)| (name, value.to_owned())));
        fields
    }

    /// What went back, as the messages of the trade's currency write it.
    pub(super) fn refunded_text(&self) -> String {
        money::written(self.refunded(), self.currency())
    }
}
