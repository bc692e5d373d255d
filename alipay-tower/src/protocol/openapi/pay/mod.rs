//! Payments, one builder for each way to the buyer.

mod app;
mod channel;
mod macros;
mod page;
mod passback;
mod precreate;
#[cfg(test)]
mod tests;
mod wap;

use self::macros::{page, payment};
pub use self::{
    app::AppPay,
    channel::PayChannel,
    page::PagePay,
    passback::{passback_params, read_passback_params},
    precreate::{Precreate, PrecreateAnswer},
    wap::WapPay,
};
pub(super) use self::{
    channel::channels,
    passback::{passback_text, read_passback_text},
};
use super::{
    detail,
    request::{Limit, Limits, Request, Rule, amount, exclusive, total},
};
use crate::protocol::{Money, OutTradeNo, RequestError};

/// What the payments have in common (Alipay, *alipay.trade.page.pay*, request parameters).
const RULES: &[&[Rule]] = &[
    &[
        ("alipay_store_id", Limit::Text(32)),
        ("auth_token", Limit::Text(40)),
        ("body", Limit::Text(128)),
        ("business_params", Limit::Text(512)),
        ("disable_pay_channels", Limit::Text(128)),
        ("enable_pay_channels", Limit::Text(128)),
        ("merchant_order_no", Limit::Text(32)),
        ("operator_id", Limit::Text(28)),
        ("out_trade_no", Limit::Code(64)),
        ("passback_params", Limit::Text(512)),
        ("product_code", Limit::Text(64)),
        ("promo_params", Limit::Text(512)),
        ("qr_code_timeout_express", Limit::Timeout),
        ("qrcode_width", Limit::Digits(4)),
        ("quit_url", Limit::Page(400)),
        ("request_from_url", Limit::Page(400)),
        ("specified_channel", Limit::Text(128)),
        ("store_id", Limit::Text(32)),
        ("subject", Limit::Title(256)),
        ("terminal_id", Limit::Text(32)),
        ("timeout_express", Limit::Timeout),
    ],
    detail::RULES,
];

const LIMITS: Limits = Limits { required: &["subject"], rules: RULES, together };

fn order(method: &'static str, out_trade_no: &OutTradeNo, subject: String, total_amount: Money) -> Request {
    Request::of(method)
        .with("out_trade_no", out_trade_no.as_str())
        .with("subject", subject)
        .with("total_amount", amount(total_amount))
}

fn together(request: &Request) -> Result<(), RequestError> {
    total(request)?;
    exclusive(request, "enable_pay_channels", "disable_pay_channels")?;
    let instalments = request.get("extend_params").is_some_and(|params| params.get("hb_fq_num").is_some());
    if instalments && request.has("specified_channel") {
        return Err(RequestError::new("specified_channel", "cannot be sent together with instalments"));
    }
    Ok(())
}
