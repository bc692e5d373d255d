//! `forex_refund`: a refund of a cross-border payment.

use crate::protocol::{
    ForexAmount, Merchant, OutTradeNo, RequestError, SignedRequest, SplitFund, Timestamp,
    request::{
        Parameters,
        limits::{Form, Limits, Rule},
        request, setters, split_funds, whole, yes_no,
    },
};

request! {
    /// Gives back all or a part of a cross-border payment (`forex_refund`).
    ///
    /// The number of the refund keeps it from being carried out twice: after an unknown outcome send the same number
    /// again. Leave at least three seconds between two refunds (Alipay, *forex_refund*).
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{
    ///     Currency, ForexAmount, ForexRefund, Md5Key, OutTradeNo, PartnerId, Timestamp,
    /// }};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let now: Timestamp = "2024-01-03 12:00:00".parse()?;
    /// let amount = ForexAmount::new(Currency::new("USD")?, "0.01".parse()?);
    /// let (refund, order) = (OutTradeNo::new("R1")?, OutTradeNo::new("F20240101000001")?);
    /// let signed = ForexRefund::new(refund, order, amount).with_reason("returned").sign(&merchant, now)?;
    /// assert_eq!(signed.field("gmt_return"), Some("20240103120000"));
    /// assert_eq!(signed.field("return_amount"), Some("0.01"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ForexRefund
}

/// Seven digits and two decimals.
const MOST: u64 = 999_999_999;

const RULES: &[Rule] = &[
    ("notify_url", 190, Form::Callback),
    ("product_code", 64, Form::Code),
    ("reason", 256, Form::Text),
    ("return_amount", 10, Form::Amount(MOST)),
    ("return_rmb_amount", 10, Form::Amount(MOST)),
    ("split_fund_info", 4000, Form::Text),
];

const LIMITS: Limits =
    Limits { required: &[], rules: &[RULES], together: |fields| whole(fields, "return_amount") };

impl ForexRefund {
    /// The shop's number of the refund (`out_return_no`, of the form of an order number), the order, and what goes back.
    pub fn new(out_return_no: OutTradeNo, out_trade_no: OutTradeNo, amount: ForexAmount) -> Self {
        let mut parameters = Parameters::of("forex_refund")
            .with("out_return_no", out_return_no)
            .with("out_trade_no", out_trade_no);
        amount.add_to(&mut parameters, "return_amount", "return_rmb_amount");
        Self { parameters }
    }

    /// `is_sync`: whether the answer is to tell the result, and not only that the refund was accepted.
    pub fn with_synchronous_result(self, synchronous: bool) -> Self {
        self.set("is_sync", yes_no(synchronous))
    }

    /// `split_fund_info`: what other accounts give back of their parts, in the order's currency.
    pub fn with_split_fund_info(self, parts: impl IntoIterator<Item = SplitFund>) -> Self {
        self.set("split_fund_info", split_funds(parts))
    }

    /// Checks every limit and signs, with this time as `gmt_return`.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit, does not fit the charset, or would let the
    /// signed text be read in two ways.
    pub fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        self.parameters.clone().with("gmt_return", at.compact()).sign(merchant, &LIMITS)
    }
}

setters! {
    ForexRefund:
    [notify_url]
    [text with_reason "reason" "why, up to 256 characters."]
    [text with_product_code "product_code" "the product of the payment, where the contract has one."]
}
