//! `alipay.trade.wap.pay`: payment in a phone's browser.

use super::{page, payment};
use crate::protocol::openapi::request::macros::{builder, setters};

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

payment!(WapPay, "alipay.trade.wap.pay", product_code: "QUICK_WAP_WAY");
page!(WapPay);

impl WapPay {
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
