//! `alipay.trade.page.pay`, `wap.pay`, `app.pay` and `precreate`: the order in `biz_content`.

use alipay_tower::{Money, protocol::Timestamp};

use super::{call::Call, failure::Failure};
use crate::{
    loopback,
    product::Product,
    purchase::{Buyer, Channels, Deadline, Fee, Purchase},
    services,
    shared::{Shared, now},
};

/// Channels that the banks of the cashier stand for, and the balance.
const BANKS: [&str; 4] = ["bankPay", "debitCardExpress", "creditCardExpress", "creditCard"];
const BALANCE: [&str; 2] = ["balance", "moneyFund"];

/// The facts of a request, each checked against its documented limits (Alipay, the method's parameters).
pub(super) fn read(call: &Call, product: Product, shared: &Shared) -> Result<Purchase, Failure> {
    addresses(call, shared)?;
    let out_trade_no = call.required("out_trade_no", 64)?;
    if !out_trade_no.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) {
        return Err(Failure::parameter("out_trade_no: letters, digits and _"));
    }
    let subject = call.required("subject", 256)?;
    if subject.contains(['/', '=', '&']) || subject.contains(char::is_control) {
        return Err(Failure::parameter("subject: the characters / = & are not allowed"));
    }
    product_code(call, product)?;
    seller(call)?;
    let total = call.amount("total_amount")?;
    if total > Money::MAX {
        return Err(Failure::business("ACQ.TOTAL_FEE_EXCEED", "total_amount: at most 100000000.00"));
    }
    for (name, max) in [("quit_url", 400), ("merchant_order_no", 32), ("store_id", 32)] {
        call.bounded(name, max)?;
    }
    Ok(Purchase {
        product,
        account: call.account.id().to_owned(),
        partner: call.account.shop.partner().clone(),
        charset: call.charset,
        out_trade_no,
        subject,
        body: call.bounded("body", 128)?,
        payment_type: "1".to_owned(),
        fee: Fee::of(total),
        buyer: Buyer::default(),
        notify_url: call.get("notify_url").map(str::to_owned),
        return_url: return_url(call, product),
        show_url: call.text("quit_url"),
        echo: call.bounded("passback_params", 512)?,
        deadline: deadline(call)?,
        channels: channels(call)?,
        bank: None,
        goods: None,
    })
}

fn addresses(call: &Call, shared: &Shared) -> Result<(), Failure> {
    for name in ["notify_url", "return_url"] {
        let Some(url) = call.get(name) else { continue };
        if url.len() > 256 {
            return Err(Failure::parameter(format!("{name}: longer than 256")));
        }
        loopback::callable(name, url, shared.address)
            .map_err(|advice| Failure::parameter(format!("{name}: {advice}")))?;
    }
    Ok(())
}

/// Only the two page products send a browser back.
fn return_url(call: &Call, product: Product) -> Option<String> {
    let page = matches!(product, Product::PagePay | Product::WapPay);
    call.get("return_url").filter(|_| page).map(str::to_owned)
}

fn product_code(call: &Call, product: Product) -> Result<(), Failure> {
    let (required, words): (bool, &[&str]) = match product {
        Product::PagePay => (true, &["FAST_INSTANT_TRADE_PAY"]),
        Product::WapPay => (false, &["QUICK_WAP_WAY"]),
        Product::Precreate => (false, &["FACE_TO_FACE_PAYMENT", "QR_CODE_OFFLINE"]),
        _ => (false, &["QUICK_MSECURITY_PAY", "CYCLE_PAY_AUTH"]),
    };
    match call.text("product_code") {
        Some(code) if words.contains(&code.as_str()) => Ok(()),
        None if !required => Ok(()),
        _ => Err(Failure::parameter(format!("product_code: {}", words.join(" or ")))),
    }
}

fn seller(call: &Call) -> Result<(), Failure> {
    match call.bounded("seller_id", 28)? {
        Some(id) if id != call.account.shop.seller_id().as_str() => {
            Err(Failure::parameter("seller_id: not the seller of this application"))
        }
        _ => Ok(()),
    }
}

/// `time_expire` wins over `timeout_express`; fifteen days when neither says anything.
fn deadline(call: &Call) -> Result<Option<Deadline>, Failure> {
    if let Some(text) = call.text("time_expire") {
        let at = text.parse::<Timestamp>().ok();
        let seconds = at.map(|at| at.unix_seconds() - now().unix_seconds());
        let minutes = seconds.and_then(|seconds| u64::try_from(seconds / 60).ok());
        let minutes = minutes.filter(|minutes| (1..=21_600).contains(minutes));
        let advice = "time_expire: one minute to fifteen days from now, yyyy-MM-dd HH:mm:ss";
        return minutes.map(|minutes| Some(Deadline::Minutes(minutes))).ok_or(Failure::parameter(advice));
    }
    let Some(text) = call.text("timeout_express") else { return Ok(Some(Deadline::Minutes(21_600))) };
    let advice = "timeout_express: 1m to 15d in whole m, h or d, or 1c";
    services::relative(&text).map(Some).ok_or(Failure::parameter(advice))
}

/// Of all channels, the cashier has the balance and the banks; when the request leaves neither, both stay.
fn channels(call: &Call) -> Result<Channels, Failure> {
    let (enabled, disabled) =
        (call.bounded("enable_pay_channels", 128)?, call.bounded("disable_pay_channels", 128)?);
    let lists = |list: &str, names: &[&str]| list.split(',').any(|one| names.contains(&one));
    let allowed = |names: &[&str]| match (&enabled, &disabled) {
        (Some(list), _) => lists(list, names),
        (None, Some(list)) => !names.iter().all(|name| lists(list, &[name])),
        (None, None) => true,
    };
    if enabled.is_some() && disabled.is_some() {
        return Err(Failure::parameter("enable_pay_channels excludes disable_pay_channels"));
    }
    Ok(match (allowed(&BALANCE), allowed(&BANKS)) {
        (false, false) => Channels::ALL,
        (balance, bank) => Channels { balance, bank },
    })
}
