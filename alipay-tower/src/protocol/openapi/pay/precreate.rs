//! `alipay.trade.precreate`: payment by a code that the buyer scans.

use super::{RULES, payment, together};
use crate::protocol::{
    Merchant, Money, RequestError, Timeout,
    openapi::{
        Answer, AnswerError,
        call::{call, whole},
        request::{
            Limits, Request, amount,
            macros::{builder, setters},
        },
    },
};

builder! {
    /// A payment by a code on the shop's screen (`alipay.trade.precreate`, 扫码支付): a call between servers, whose answer
    /// holds the text of the code.
    ///
    /// ```
    /// use alipay_tower::protocol::{OutTradeNo, openapi::Precreate};
    ///
    /// let payment = Precreate::new(&OutTradeNo::new("T20240101000001")?, "item", "88.00".parse()?)
    ///     .with_store_id("store1")
    ///     .with_notify_url("https://shop.example.com/alipay/notify");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Precreate
}

const LIMITS: Limits = Limits {
    required: &["subject"],
    rules: RULES,
    together: |request| {
        together(request)?;
        parts(request)
    },
};

/// If all three amounts are given, the parts are the whole.
fn parts(request: &Request) -> Result<(), RequestError> {
    let (discountable, undiscountable) = ("discountable_amount", "undiscountable_amount");
    let sum = request.fen(discountable).saturating_add(request.fen(undiscountable));
    let both = request.has(discountable) && request.has(undiscountable);
    if (both && sum != request.fen("total_amount")) || sum > request.fen("total_amount") {
        return Err(RequestError::new(
            undiscountable,
            "must make up the total together with discountable_amount",
        ));
    }
    Ok(())
}

payment!(Precreate, "alipay.trade.precreate");
call!(Precreate => PrecreateAnswer, LIMITS);

impl Precreate {
    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] when there is no code.
    pub fn read(&self, body: &[u8], merchant: &Merchant) -> Result<PrecreateAnswer, AnswerError> {
        let answer = Answer::read(body, self.request.method(), merchant)?;
        answer.is_about("out_trade_no", Some(self.request.text("out_trade_no")))?;
        let qr_code =
            answer.id("qr_code", |text| if text.len() <= 1024 { Ok(text.into()) } else { Err(()) })?;
        Ok(PrecreateAnswer { qr_code, answer })
    }

    /// `notify_url` of the desk, unless the request has its own.
    pub(crate) fn with_default_notify_url(&self, url: &str) -> Self {
        Self { request: self.request.clone().with_common_default("notify_url", url) }
    }

    /// `product_code`. Default at Alipay: `FACE_TO_FACE_PAYMENT`; `QR_CODE_OFFLINE` for the newer order code.
    pub fn with_product_code(self, code: impl Into<String>) -> Self {
        self.set("product_code", code.into())
    }

    /// `discountable_amount`: the part of the total that discounts apply to.
    pub fn with_discountable_amount(self, money: Money) -> Self {
        self.set("discountable_amount", amount(money))
    }

    /// `undiscountable_amount`: the part of the total that discounts do not apply to.
    pub fn with_undiscountable_amount(self, money: Money) -> Self {
        self.set("undiscountable_amount", amount(money))
    }

    /// `qr_code_timeout_express`: how long the code is valid, 1 minute to 15 days; Alipay ends it after two hours anyway.
    pub fn with_qr_code_timeout(self, timeout: Timeout) -> Self {
        self.set("qr_code_timeout_express", timeout.to_string())
    }

    /// `alipay_store_id`: Alipay's number of the store.
    pub fn with_alipay_store_id(self, store: impl Into<String>) -> Self {
        self.set("alipay_store_id", store.into())
    }

    /// `code_type` = `share_code`: ask for a code to share besides.
    pub fn with_share_code(self) -> Self {
        self.set("code_type", "share_code")
    }
}

setters! {
    /// Everything else that a payment may say.
    Precreate:
    body, business_params, channels, ext_user_info, extend_params, goods_detail, merchant_order_no, notify_url,
    operator_id, passback_params, query_options, royalty_info, seller_id, settle_info, store_id, sub_merchant, terminal_id,
    time_expire, timeout_express,
}

/// The code of a payment.
///
/// The trade begins when a buyer has scanned it: a query before that says that there is no such trade.
#[derive(Clone, Debug)]
pub struct PrecreateAnswer {
    qr_code: Box<str>,
    answer: Answer,
}

whole!(PrecreateAnswer);

impl PrecreateAnswer {
    /// `qr_code`: the text of the code, up to 1024 characters; valid for two hours at most. A picture of it is made with
    /// the feature `qr`.
    #[must_use]
    pub fn qr_code(&self) -> &str {
        &self.qr_code
    }

    /// `share_code`, when it was asked for.
    #[must_use]
    pub fn share_code(&self) -> Option<&str> {
        self.answer.field("share_code")
    }
}
