//! `alipay.trade.app.pay`: the order string that a shop's server gives its app, and what the app gets back.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{call::Call, failure, pay};
use crate::{
    actions,
    product::Product,
    shared::{Shared, now},
    trade::Trade,
};

/// An order string that was taken, or why it was not: `sub_code` and a sentence.
type Opened = Result<Trade, (&'static str, String)>;

/// Opens the trade of an order string, as Alipay's app does when the shop's app hands it over.
pub(crate) fn open(shared: &Arc<Shared>, order_string: &str) -> Opened {
    let refused = |failure: failure::Failure| (failure.sub_code, failure.sub_msg);
    let call = Call::read(order_string.as_bytes(), None, shared).map_err(|(_, failure)| refused(failure))?;
    if call.method != "alipay.trade.app.pay" {
        return Err(("isv.invalid-method", "method: alipay.trade.app.pay".to_owned()));
    }
    let purchase = pay::read(&call, Product::AppPay, shared).map_err(refused)?;
    actions::open(shared, purchase).map_err(|refusal| refused(failure::of_order(refusal.code)))
}

/// `result` of what the app is told: signed like an answer, and no proof of payment (Alipay, *alipay.trade.app.pay*).
pub(crate) fn app_result(shared: &Shared, trade: &Trade) -> Option<String> {
    let account = shared.account(trade.account())?;
    let paid = trade.status().is_paid() && trade.product() == Product::AppPay;
    let merchant = account.alipay();
    let charset = trade.purchase.charset;
    let members = [
        ("code", "10000".to_owned()),
        ("msg", "Success".to_owned()),
        ("app_id", account.id().to_owned()),
        ("auth_app_id", account.id().to_owned()),
        ("charset", charset.label().to_owned()),
        ("out_trade_no", trade.out_trade_no().to_owned()),
        ("seller_id", merchant.seller_id().to_string()),
        ("timestamp", now().to_string()),
        ("total_amount", trade.total_fee().to_string()),
        ("trade_no", trade.trade_no().to_owned()),
    ];
    let node: Map<String, Value> =
        members.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
    let node = Value::Object(node).to_string();
    let sign = merchant.sign_text(&charset.encode(&node).ok()?);
    let sign_type = merchant.sign_type().as_str();
    let text = format!(
        "{{\"alipay_trade_app_pay_response\":{node},\"sign\":\"{sign}\",\"sign_type\":\"{sign_type}\"}}"
    );
    paid.then_some(text)
}
