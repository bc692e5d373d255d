//! Where the money of a payment came from, or went back to.

use super::Json;
use crate::protocol::Money;

/// One channel of a payment or a refund (`fund_bill_list`, `refund_detail_item_list`).
///
/// Notifications and answers spell its parts differently (`fundChannel`, `fund_channel`); both are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundBill {
    channel: Box<str>,
    amount: Money,
    real_amount: Option<Money>,
}

impl FundBill {
    /// Reads the `fund_bill_list` of a notification. What is not of its form is left out: it decides nothing.
    ///
    /// ```
    /// use alipay_tower::protocol::openapi::FundBill;
    ///
    /// let bills = FundBill::parse(r#"[{"amount":"0.01","fundChannel":"ALIPAYACCOUNT"}]"#);
    /// assert_eq!((bills[0].channel(), bills[0].amount().fen()), ("ALIPAYACCOUNT", 1));
    /// assert!(FundBill::parse("nonsense").is_empty());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Vec<Self> {
        Json::parse(text).map(|json| Self::list(&json)).unwrap_or_default()
    }

    pub(super) fn list(json: &Json) -> Vec<Self> {
        json.items().iter().filter_map(Self::read).collect()
    }

    fn read(json: &Json) -> Option<Self> {
        let text = |names: [&str; 2]| names.into_iter().find_map(|name| json.text(name));
        Some(Self {
            channel: text(["fund_channel", "fundChannel"])?.into(),
            amount: json.text("amount")?.parse().ok()?,
            real_amount: text(["real_amount", "realAmount"]).and_then(|amount| amount.parse().ok()),
        })
    }

    /// The channel, such as `ALIPAYACCOUNT`, `PCREDIT` or `COUPON`; more come without notice.
    #[must_use]
    pub fn channel(&self) -> &str {
        &self.channel
    }

    /// What the channel bore.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// What was really taken from it.
    #[must_use]
    pub const fn real_amount(&self) -> Option<Money> {
        self.real_amount
    }
}
