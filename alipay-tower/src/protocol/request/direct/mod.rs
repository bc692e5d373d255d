//! `create_direct_pay_by_user`: instant payment.

mod limits;
mod options;

use super::{Parameters, RequestError, payment_page, request};
use crate::protocol::{Merchant, Money, OutTradeNo, SignedRequest};

request! {
    /// An instant payment that a buyer is to be sent to (`create_direct_pay_by_user`, 标准即时到账): the money is the
    /// seller's at once.
    ///
    /// Setters take typed values and never fail; [`sign`](Self::sign) checks all documented limits at once and names the
    /// field that breaks one (Alipay, *create_direct_pay_by_user*, request parameters).
    ///
    /// ```
    /// use alipay_tower::{Merchant, PaymentRequest, protocol::{Md5Key, OutTradeNo, PartnerId, Timeout}};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let request = PaymentRequest::new(OutTradeNo::new("T20240101000001")?, "测试订单", "0.01".parse()?)
    ///     .with_notify_url("https://pay.example.com/alipay/notify")
    ///     .with_return_url("https://pay.example.com/alipay/return")
    ///     .with_timeout(Timeout::Minutes(90));
    /// let signed = request.sign(&merchant)?;
    /// assert!(signed.url().starts_with("https://mapi.alipay.com/gateway.do?_input_charset=utf-8&"));
    ///
    /// let too_long = request.with_subject("订".repeat(129)).sign(&merchant).unwrap_err();
    /// assert_eq!(too_long.to_string(), "subject: longer than 256 (a Chinese character counts 2)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    PaymentRequest
}

payment_page!(PaymentRequest);

impl PaymentRequest {
    /// An order with its total.
    pub fn new(out_trade_no: OutTradeNo, subject: impl Into<String>, total_fee: Money) -> Self {
        Self::order(out_trade_no, subject.into()).set("total_fee", total_fee)
    }

    /// An order by unit price and quantity; Alipay multiplies.
    pub fn priced(out_trade_no: OutTradeNo, subject: impl Into<String>, price: Money, quantity: u32) -> Self {
        Self::order(out_trade_no, subject.into()).set("price", price).set("quantity", quantity)
    }

    fn order(out_trade_no: OutTradeNo, subject: String) -> Self {
        let parameters = Parameters::of("create_direct_pay_by_user")
            .with("payment_type", "1")
            .with("out_trade_no", out_trade_no)
            .with("subject", subject);
        Self { parameters }
    }

    /// Checks every limit and signs.
    ///
    /// The merchant's `partner` and `_input_charset` are added, and its `seller_id` when no seller was set.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit, does not fit the charset, or would let the
    /// signed text be read in two ways.
    pub fn sign(&self, merchant: &Merchant) -> Result<SignedRequest, RequestError> {
        let sellers = ["seller_id", "seller_email", "seller_account_name"];
        let parameters = self.parameters.clone();
        parameters.with_default(&sellers, "seller_id", merchant.seller_id()).sign(merchant, &limits::LIMITS)
    }
}
