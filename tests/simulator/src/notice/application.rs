//! Messages of the OpenAPI generation.

use std::time::SystemTime;

use alipay_tower::{Merchant, Money, protocol::Channel};

use super::{Notice, now};
use crate::random;

impl Notice {
    /// A message about a trade of an application (OpenAPI), of any status; [`sign`](Notice::sign) adds the ids of the
    /// application.
    ///
    /// ```
    /// use alipay_simulator::{Notice, demo_application, demo_openapi};
    /// # let _ = (demo_application()?, demo_openapi()?);
    ///
    /// let notice = Notice::of_application("T20240101000001", "0.01".parse()?, "TRADE_SUCCESS");
    /// assert_eq!(notice.field("total_amount"), Some("0.01"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_application(out_trade_no: &str, total_amount: Money, trade_status: &str) -> Self {
        let classic = Self::of_status(out_trade_no, total_amount, trade_status);
        let same = |name| classic.field(name).unwrap_or_default();
        let (now, total) = (now(), total_amount.to_string());
        let pairs = [
            ("notify_type", "trade_status_sync"),
            ("notify_id", same("notify_id")),
            ("out_trade_no", out_trade_no),
            ("trade_no", same("trade_no")),
            ("trade_status", trade_status),
            ("total_amount", &total),
            ("subject", same("subject")),
            ("buyer_id", same("buyer_id")),
            ("gmt_create", &now),
        ];
        Self { sellers: true, ..Self::bare(Channel::Notify, pairs) }
    }

    /// A message of the message service, such as `alipay.trade.refund.depositback.completed`, with this JSON for what happened
    /// (Alipay, *Message service*); [`sign`](Notice::sign) adds the id of the application.
    pub fn message(msg_method: &str, biz_content: &str) -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let pairs = [
            ("notify_id", format!("{}0msg", random::hex())),
            ("utc_timestamp", since.as_millis().to_string()),
            ("msg_method", msg_method.to_owned()),
            ("version", "1.1".to_owned()),
            ("biz_content", biz_content.to_owned()),
        ];
        let fields = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { channel: Channel::Notify, fields, sellers: true }
    }

    /// The same news as the buyer's browser carries it: no status, so no proof of payment (Alipay, *Synchronous return*).
    /// The method is the web page's unless it is set.
    pub fn into_application_return(mut self) -> Self {
        let time = self.field("notify_time").unwrap_or_default().to_owned();
        let method = self.field("method").unwrap_or("alipay.trade.page.pay.return").to_owned();
        self.fields.retain(|(name, _)| ["out_trade_no", "total_amount", "trade_no"].contains(&name.as_str()));
        let returned = Self { channel: Channel::Return, sellers: true, ..self };
        returned.with("method", &method).with("timestamp", &time)
    }

    /// The fields that say whose message it is, unless they are set.
    pub(super) fn addressed(mut self, merchant: &Merchant) -> Self {
        let is_message = self.field("msg_method").is_some();
        let email = merchant.seller_email().filter(|_| self.channel == Channel::Notify);
        let ids = [
            ("app_id", Some(merchant.id())),
            ("auth_app_id", Some(merchant.id())),
            ("charset", Some(merchant.charset().label())),
            ("seller_email", email),
            ("seller_id", Some(merchant.seller_id().as_str())),
            ("version", Some("1.0")),
        ];
        // Messages of the message service name the application and nobody else.
        for (name, value) in
            ids.into_iter().filter(|(name, _)| !is_message || ["app_id", "charset"].contains(name))
        {
            if let (Some(value), None) = (value, self.field(name)) {
                self = self.with(name, value);
            }
        }
        self
    }
}
