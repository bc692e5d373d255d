//! What the OpenAPI gateway tells the shop about a trade.

use alipay_tower::protocol::Channel;

use super::Trade;
use crate::{notice::Notice, product::Product};

impl Trade {
    /// The notification about the trade as it stands now (Alipay, *Asynchronous notification*).
    pub(super) fn application_notice(&self) -> Notice {
        let purchase = &self.purchase;
        let mut notice = Notice::of_application(&purchase.out_trade_no, self.total, self.status.as_str())
            .with("trade_no", &self.trade_no)
            .with("subject", &purchase.subject)
            .with("buyer_id", &purchase.buyer.id)
            .with("buyer_logon_id", &self.masked_buyer())
            .with("gmt_create", &self.times.create.to_string());
        if let Some(body) = &purchase.body {
            notice = notice.with("body", body);
        }
        if let Some(echo) = &purchase.echo {
            notice = notice.with("passback_params", echo);
        }
        if let Some(at) = self.times.payment {
            notice = notice.with("gmt_payment", &at.to_string());
        }
        if let Some(at) = self.times.close {
            notice = notice.with("gmt_close", &at.to_string());
        }
        // What was paid is told until all of it went back.
        if self.status.is_paid() {
            let total = self.total.to_string();
            let bill = format!("[{{\"amount\":\"{total}\",\"fundChannel\":\"{}\"}}]", self.fund_channel());
            for name in ["receipt_amount", "invoice_amount", "buyer_pay_amount"] {
                notice = notice.with(name, &total);
            }
            notice = notice.with("point_amount", "0.00").with("fund_bill_list", &bill);
        }
        match (self.refunds.last(), self.times.refund) {
            (Some(refund), Some(at)) => notice
                .with("refund_fee", &self.refunded().to_string())
                .with("gmt_refund", &format!("{at}.{:03}", refund.millis))
                .with("out_biz_no", &refund.number),
            _ => notice,
        }
    }

    /// What the browser carries back: no status, so no proof of payment (Alipay, *Synchronous return*).
    pub(super) fn application_return(&self) -> Notice {
        let method = match self.product() {
            Product::WapPay => "alipay.trade.wap.pay.return",
            _ => "alipay.trade.page.pay.return",
        };
        let total = self.total.to_string();
        let notice = Notice::bare(
            Channel::Return,
            [
                ("method", method),
                ("out_trade_no", self.purchase.out_trade_no.as_str()),
                ("total_amount", &total),
                ("trade_no", &self.trade_no),
            ],
        );
        notice.into_application_return()
    }

    /// The buyer's login, with stars in the middle.
    pub(crate) fn masked_buyer(&self) -> String {
        let email = &self.purchase.buyer.email;
        let (name, host) = email.split_once('@').unwrap_or((email, ""));
        let head: String = name.chars().take(3).collect();
        format!("{head}***@{host}")
    }

    /// Where the money came from.
    pub(crate) fn fund_channel(&self) -> &'static str {
        match self.channel.as_deref() {
            None | Some("balance") => "ALIPAYACCOUNT",
            Some(_) => "BANKCARD",
        }
    }
}
