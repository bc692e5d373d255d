//! One trade: what was ordered, and what became of it.

use alipay_tower::{
    Money,
    protocol::{PartnerId, Timestamp, TradeStatus},
};

use crate::{notice::Notice, purchase::Purchase, random};

/// A trade as the gateway knows it.
#[derive(Clone, Debug)]
pub struct Trade {
    pub(crate) purchase: Purchase,
    pub(crate) trade_no: String,
    pub(crate) status: TradeStatus,
    pub(crate) channel: Option<String>,
    pub(crate) refunded: Money,
    pub(crate) gmt_create: Timestamp,
    pub(crate) gmt_payment: Option<Timestamp>,
    pub(crate) gmt_refund: Option<Timestamp>,
    pub(crate) gmt_close: Option<Timestamp>,
}

impl Trade {
    pub(crate) fn new(purchase: Purchase, now: Timestamp) -> Self {
        Self {
            purchase,
            trade_no: format!("{}{}", now.date(), random::digits(20)),
            status: TradeStatus::WaitBuyerPay,
            channel: None,
            refunded: Money::default(),
            gmt_create: now,
            gmt_payment: None,
            gmt_refund: None,
            gmt_close: None,
        }
    }

    /// Alipay's number of the trade.
    #[must_use]
    pub fn trade_no(&self) -> &str {
        &self.trade_no
    }

    /// The shop's order number.
    #[must_use]
    pub fn out_trade_no(&self) -> &str {
        &self.purchase.out_trade_no
    }

    /// The merchant's PID.
    #[must_use]
    pub const fn partner(&self) -> &PartnerId {
        &self.purchase.partner
    }

    /// The title of the goods.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.purchase.subject
    }

    /// What is paid.
    #[must_use]
    pub const fn total_fee(&self) -> Money {
        self.purchase.fee.total
    }

    /// Where the trade stands.
    #[must_use]
    pub const fn status(&self) -> &TradeStatus {
        &self.status
    }

    /// What was paid back.
    #[must_use]
    pub const fn refunded(&self) -> Money {
        self.refunded
    }

    /// What paid it: `balance`, or the code of a bank; `None` while unpaid.
    #[must_use]
    pub fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    /// When the buyer paid.
    #[must_use]
    pub const fn paid_at(&self) -> Option<Timestamp> {
        self.gmt_payment
    }

    /// Where notifications go.
    #[must_use]
    pub fn notify_url(&self) -> Option<&str> {
        self.purchase.notify_url.as_deref()
    }

    /// Where the browser goes after payment.
    #[must_use]
    pub fn return_url(&self) -> Option<&str> {
        self.purchase.return_url.as_deref()
    }

    /// The message about the trade as it stands now.
    pub(crate) fn notice(&self) -> Notice {
        let (purchase, fee) = (&self.purchase, &self.purchase.fee);
        let mut notice = Notice::of_status(&purchase.out_trade_no, fee.total, self.status.as_str())
            .with("subject", &purchase.subject)
            .with("trade_no", &self.trade_no)
            .with("payment_type", &purchase.payment_type)
            .with("price", &fee.price.to_string())
            .with("quantity", &fee.quantity.to_string())
            .with("buyer_id", &purchase.buyer.id)
            .with("buyer_email", &purchase.buyer.email)
            .with("gmt_create", &self.gmt_create.to_string());
        notice = match &purchase.body {
            // The request takes 1000 characters, the message has room for 400.
            Some(body) => notice.with("body", &body.chars().take(400).collect::<String>()),
            None => notice.without("body"),
        };
        if let Some(text) = &purchase.extra_common_param {
            notice = notice.with("extra_common_param", text);
        }
        let times = [
            ("gmt_payment", self.gmt_payment),
            ("gmt_refund", self.gmt_refund),
            ("gmt_close", self.gmt_close),
        ];
        for (name, time) in times {
            if let Some(time) = time {
                notice = notice.with(name, &time.to_string());
            }
        }
        if self.gmt_refund.is_some() {
            notice = notice.with("refund_status", "REFUND_SUCCESS");
        }
        notice
    }

    /// The fields of `single_trade_query`; booleans are `T` and `F` there.
    pub(crate) fn answer(&self) -> Vec<(&'static str, String)> {
        let (purchase, fee) = (&self.purchase, &self.purchase.fee);
        let mut fields = vec![
            ("body", purchase.body.clone().unwrap_or_default()),
            ("buyer_email", purchase.buyer.email.clone()),
            ("buyer_id", purchase.buyer.id.clone()),
            ("discount", "0.00".to_owned()),
            ("flag_trade_locked", "0".to_owned()),
            ("gmt_create", self.gmt_create.to_string()),
            ("gmt_last_modified_time", self.last_change().to_string()),
            ("is_total_fee_adjust", "F".to_owned()),
            ("operator_role", "B".to_owned()),
            ("out_trade_no", purchase.out_trade_no.clone()),
            ("payment_type", purchase.payment_type.clone()),
            ("price", fee.price.to_string()),
            ("quantity", fee.quantity.to_string()),
            ("subject", purchase.subject.clone()),
            ("to_buyer_fee", self.refunded.to_string()),
            ("to_seller_fee", self.gmt_payment.map_or(Money::default(), |_| fee.total).to_string()),
            ("total_fee", fee.total.to_string()),
            ("trade_no", self.trade_no.clone()),
            ("trade_status", self.status.to_string()),
            ("use_coupon", "F".to_owned()),
        ];
        let times = [
            ("gmt_payment", self.gmt_payment),
            ("gmt_refund", self.gmt_refund),
            ("gmt_close", self.gmt_close),
        ];
        fields.extend(times.into_iter().filter_map(|(name, time)| Some((name, time?.to_string()))));
        if self.gmt_refund.is_some() {
            fields.push(("refund_fee", self.refunded.to_string()));
            fields.push(("refund_status", "REFUND_SUCCESS".to_owned()));
        }
        if self.status == TradeStatus::TradeClosed {
            fields.push(("additional_trade_status", "DAEMON_CONFIRM_CLOSE".to_owned()));
        }
        fields.sort();
        fields
    }

    fn last_change(&self) -> Timestamp {
        let times = [Some(self.gmt_create), self.gmt_payment, self.gmt_refund, self.gmt_close];
        times.into_iter().flatten().max().unwrap_or(self.gmt_create)
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.status == TradeStatus::WaitBuyerPay
    }
}
