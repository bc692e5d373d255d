//! `alipay.trade.wap.pay`: payment in a phone's browser.

use super::{RULES, order, together};
use crate::protocol::{
    Merchant, Money, OutTradeNo, PageRequest, RequestError, SignedRequest, Timestamp,
    openapi::request::{
        Limits,
        macros::{builder, setters},
    },
};

builder! {
    /// A payment in a phone's browser (`alipay.trade.wap.pay`, 手机网站支付).
    ///
    /// ```
    /// use alipay_tower::protocol::{OutTradeNo, openapi::{Json, WapPay}};
    ///
    /// let payment = WapPay::new(&OutTradeNo::new("T20240101000001")?, "item", "88.00".parse()?)
    ///     .with_quit_url("https://shop.example.com/cart");
    /// assert_eq!(payment.field("product_code").and_then(Json::as_str), Some("QUICK_WAP_WAY"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    WapPay
}

const LIMITS: Limits = Limits { required: &["subject"], rules: RULES, together };

impl WapPay {
    /// An order: its number (letters, digits, `_` and `-`), its title (up to 256 characters, without `/`, `=`, `&`), and its
    /// total.
    pub fn new(out_trade_no: &OutTradeNo, subject: impl Into<String>, total_amount: Money) -> Self {
        let request = order("alipay.trade.wap.pay", out_trade_no, subject.into(), total_amount);
        Self { request: request.with("product_code", "QUICK_WAP_WAY") }
    }

    /// Checks every limit and signs; `at` is the time of the request, by which the gateway knows a stale one.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit.
    pub fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        self.request.sign(merchant, &LIMITS, at)
    }

    /// `quit_url`: where the buyer who gives up goes back to, absolute, up to 400 characters.
    pub fn with_quit_url(self, url: impl Into<String>) -> Self {
        self.set("quit_url", url.into())
    }
}

setters! {
    /// Everything else that a payment may say.
    WapPay:
    agreement_sign_params, auth_token, body, business_params, channels, ext_user_info, extend_params, goods_detail,
    invoice_info, merchant_order_no, notify_url, passback_params, promo_params, query_options, return_url, royalty_info,
    seller_id, settle_info, specified_channel, store_id, sub_merchant, time_expire, timeout_express, virtual_goods,
}

impl PageRequest for WapPay {
    fn sign_page(
        &self,
        merchant: &Merchant,
        notify_url: &str,
        return_url: &str,
        at: Timestamp,
    ) -> Result<SignedRequest, RequestError> {
        let request = self.request.clone().with_common_default("notify_url", notify_url);
        request.with_common_default("return_url", return_url).sign(merchant, &LIMITS, at)
    }
}
