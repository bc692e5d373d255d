//! The vouchers that a buyer used.

use super::Json;
use crate::protocol::Money;

/// One voucher of a payment (`voucher_detail_list`).
///
/// Notifications and answers spell its parts differently (`voucherId`, `id`; `merchantContribute`, `merchant_contribute`);
/// both are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voucher {
    id: Option<Box<str>>,
    name: Box<str>,
    kind: Box<str>,
    amount: Money,
    merchant_contribute: Option<Money>,
    other_contribute: Option<Money>,
    memo: Option<Box<str>>,
}

impl Voucher {
    /// Reads the `voucher_detail_list` of a notification. What is not of its form is left out: it decides nothing.
    ///
    /// ```
    /// use alipay_tower::protocol::openapi::Voucher;
    ///
    /// let vouchers = Voucher::parse(
    ///     r#"[{"amount":"0.20","merchantContribute":"0.00","name":"5% off","otherContribute":"0.20","type":"ALIPAY_BIZ_VOUCHER"}]"#,
    /// );
    /// assert_eq!((vouchers[0].kind(), vouchers[0].amount().fen()), ("ALIPAY_BIZ_VOUCHER", 20));
    /// assert_eq!(vouchers[0].other_contribute(), Some("0.20".parse()?));
    /// assert!(Voucher::parse("nonsense").is_empty());
    /// # Ok::<(), alipay_tower::protocol::MoneyError>(())
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
        let money = |names| text(names).and_then(|amount| amount.parse().ok());
        Some(Self {
            id: text(["id", "voucherId"]).map(Into::into),
            name: json.text("name").unwrap_or_default().into(),
            kind: json.text("type")?.into(),
            amount: json.text("amount")?.parse().ok()?,
            merchant_contribute: money(["merchant_contribute", "merchantContribute"]),
            other_contribute: money(["other_contribute", "otherContribute"]),
            memo: json.text("memo").map(Into::into),
        })
    }

    /// The number of the voucher.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `type`: the kind, such as `ALIPAY_BIZ_VOUCHER` or `ALIPAY_FIX_VOUCHER`; more come without notice.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What it was worth.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// The part that the merchant bore.
    #[must_use]
    pub const fn merchant_contribute(&self) -> Option<Money> {
        self.merchant_contribute
    }

    /// The part that others bore.
    #[must_use]
    pub const fn other_contribute(&self) -> Option<Money> {
        self.other_contribute
    }

    /// What else is said of it.
    #[must_use]
    pub fn memo(&self) -> Option<&str> {
        self.memo.as_deref()
    }
}
