//! `alipay.trade.page.pay`: payment on a computer.

use super::{page, payment};
use crate::protocol::{
    QrPayMode,
    openapi::request::macros::{builder, setters},
};

builder! {
    /// A payment in the browser of a computer (`alipay.trade.page.pay`, 电脑网站支付).
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{AppId, OutTradeNo, PrivateKey, SellerId, openapi::PagePay}};
    ///
    /// # let (own, alipay) = (PrivateKey::generate()?, PrivateKey::generate()?.public().clone());
    /// let (app, seller) = (AppId::new("2021000000000001")?, SellerId::new("2088000000000001")?);
    /// let merchant = Merchant::rsa2(app, seller, own, alipay)?;
    /// let signed = PagePay::new(&OutTradeNo::new("T20240101000001")?, "测试订单", "88.00".parse()?)
    ///     .with_notify_url("https://shop.example.com/alipay/notify")
    ///     .with_return_url("https://shop.example.com/paid")
    ///     .sign(&merchant, "2024-01-01 10:00:00".parse()?)?;
    /// assert!(signed.url().starts_with("https://openapi.alipay.com/gateway.do?app_id=2021000000000001&"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    PagePay
}

payment!(PagePay, "alipay.trade.page.pay", product_code: "FAST_INSTANT_TRADE_PAY");
page!(PagePay);

impl PagePay {
    /// `qr_pay_mode` (and `qrcode_width`): show the code in a frame of the shop's page.
    pub fn with_qr_pay_mode(mut self, mode: QrPayMode) -> Self {
        self.request.remove("qrcode_width");
        if let QrPayMode::FrameWidth(pixels) = mode {
            self.request.set("qrcode_width", u32::from(pixels));
        }
        self.set("qr_pay_mode", mode.digit().to_string())
    }

    /// `integration_type` = `PCWEB`: the page is shown in a browser, as it is without saying so.
    pub fn with_integration_in_browser(mut self) -> Self {
        self.request.remove("request_from_url");
        self.set("integration_type", "PCWEB")
    }

    /// `integration_type` = `ALIAPP`: the page is shown inside of Alipay's app, and the buyer who gives up goes back to
    /// `request_from_url`, absolute.
    pub fn with_integration_in_app(self, request_from_url: impl Into<String>) -> Self {
        self.set("integration_type", "ALIAPP").set("request_from_url", request_from_url.into())
    }
}

setters! {
    /// Everything else that a payment may say.
    PagePay:
    agreement_sign_params, auth_token, body, business_params, channels, ext_user_info, extend_params, goods_detail,
    invoice_info, merchant_order_no, notify_url, passback_params, promo_params, query_options, return_url, royalty_info,
    settle_info, store_id, sub_merchant, time_expire, timeout_express, virtual_goods,
}
