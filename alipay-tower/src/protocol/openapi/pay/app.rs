//! `alipay.trade.app.pay`: payment in a phone's app.

use super::{LIMITS, payment};
use crate::protocol::{
    Merchant, PageRequest, RequestError, SignedRequest, Timestamp,
    openapi::{
        AgreementSignParams,
        request::macros::{builder, setters},
    },
};

/// How long the string that the phone is handed may be.
const MAX_ORDER_STRING: usize = 16384;

builder! {
    /// A payment in a phone's app (`alipay.trade.app.pay`, APP 支付): the phone hands
    /// [`SignedRequest::order_string`] to Alipay's own library. Nothing is sent by the shop, and no browser returns.
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{AppId, OutTradeNo, PrivateKey, SellerId, openapi::AppPay}};
    ///
    /// # let (own, alipay) = (PrivateKey::generate()?, PrivateKey::generate()?.public().clone());
    /// let (app, seller) = (AppId::new("2021000000000001")?, SellerId::new("2088000000000001")?);
    /// let merchant = Merchant::rsa2(app, seller, own, alipay)?;
    /// let signed = AppPay::new(&OutTradeNo::new("T20240101000001")?, "item", "88.00".parse()?)
    ///     .with_notify_url("https://shop.example.com/alipay/notify")
    ///     .sign(&merchant, "2024-01-01 10:00:00".parse()?)?;
    /// assert!(signed.order_string().starts_with("app_id=2021000000000001&biz_content=%7B%22"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    AppPay
}

payment!(AppPay, "alipay.trade.app.pay", product_code: "QUICK_MSECURITY_PAY");

impl AppPay {
    /// Checks every limit and signs; `at` is the time of the request, by which the gateway knows a stale one.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit, `biz_content` when the whole is too long for the
    /// phone's library.
    pub fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        let signed = self.request.sign(merchant, &LIMITS, at)?;
        if signed.order_string().len() > MAX_ORDER_STRING {
            let problem = format!("the order string is longer than {MAX_ORDER_STRING} characters");
            return Err(RequestError::new("biz_content", problem));
        }
        Ok(signed)
    }

    /// `agreement_sign_params` and `product_code` = `CYCLE_PAY_AUTH`: pay, and sign a contract for later deductions.
    pub fn with_agreement(self, agreement: AgreementSignParams) -> Self {
        self.set("agreement_sign_params", agreement).set("product_code", "CYCLE_PAY_AUTH")
    }
}

setters! {
    /// Everything else that a payment may say.
    AppPay:
    body, business_params, channels, ext_user_info, extend_params, goods_detail, invoice_info, merchant_order_no,
    notify_url, passback_params, promo_params, query_options, royalty_info, seller_id, settle_info, specified_channel,
    store_id, sub_merchant, time_expire, timeout_express, virtual_goods,
}

/// Through the desk: `return_url` is not for apps, and signed but not sent it would break the signature.
impl PageRequest for AppPay {
    fn sign_page(
        &self,
        merchant: &Merchant,
        notify_url: &str,
        _return_url: &str,
        at: Timestamp,
    ) -> Result<SignedRequest, RequestError> {
        Self { request: self.request.clone().with_common_default("notify_url", notify_url) }
            .sign(merchant, at)
    }
}
