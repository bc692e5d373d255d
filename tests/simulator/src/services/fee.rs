//! What is to be paid: `total_fee`, or `price` and `quantity`, or an amount of another currency.

use alipay_tower::{Money, protocol::Currency};

use crate::{access::Request, goods::Carrier, money, purchase::Fee, refusal::Refusal};

/// The most of one escrow trade, and of one cross-border trade: a million.
const MILLION: u64 = 100_000_000;

/// `total_fee`, or `price` and `quantity`, never both (Alipay, *create_direct_pay_by_user*).
pub(super) fn either(request: &Request) -> Result<Fee, Refusal> {
    match (request.get("total_fee"), request.get("price"), request.get("quantity")) {
        (Some(_), None, None) => total(request),
        (None, Some(_), Some(_)) => by_price(request),
        _ => Err(fee_param("send either total_fee, or price and quantity")),
    }
}

/// `total_fee` alone.
pub(super) fn total(request: &Request) -> Result<Fee, Refusal> {
    match (request.get("total_fee"), request.has("price") || request.has("quantity")) {
        (Some(total), false) => Ok(Fee::of(amount("total_fee", total)?)),
        _ => Err(fee_param("send total_fee, and neither price nor quantity")),
    }
}

/// Price by quantity, `discount` added, the first carrier paid for (Alipay, *create_partner_trade_by_buyer*).
pub(super) fn of_escrow(request: &Request, first: &Carrier) -> Result<Fee, Refusal> {
    if !request.has("price") || !request.has("quantity") {
        return Err(Refusal::new("PARAMTER_IS_NULL", "price, quantity: missing"));
    }
    let fee = Fee { discount: discount(request)?, ..by_price(request)? };
    if fee.price.fen() > MILLION {
        return Err(Refusal::new("ILLEGAL_MONEY_FORMAT", "price: 0.01 to 1000000.00"));
    }
    let total = fee.with_shipping(first.cost()).filter(|total| total.fen() <= MILLION);
    let Some(total) = total else {
        let below = fee.discount < 0;
        let code = if below { "TOTAL_FEE_LESSEQUAL_ZERO" } else { "ILLEGAL_FEE_PARAM" };
        return Err(Refusal::new(code, "price × quantity + logistics_fee + discount: 0.01 to 1000000.00"));
    };
    match request.get("total_fee").map(|text| amount("total_fee", text)).transpose()? {
        Some(named) if named != total => {
            Err(fee_param("total_fee: leave it out, or price × quantity + logistics_fee + discount"))
        }
        _ => Ok(Fee { total, ..fee }),
    }
}

/// `total_fee` in the currency, or `rmb_fee` (Alipay, *create_forex_trade*).
pub(super) fn of_forex(request: &Request) -> Result<Fee, Refusal> {
    let currency = request.get("currency").unwrap_or_default();
    let currency = money::currency(currency)
        .ok_or_else(|| Refusal::new("ILLEGAL_ARGUMENT", "currency: none that goods are settled in"))?;
    let (total, rmb) = match (request.get("total_fee"), request.get("rmb_fee")) {
        (Some(text), None) => (foreign("total_fee", text, currency)?, None),
        (None, Some(text)) => {
            let rmb = foreign("rmb_fee", text, Currency::CNY)?;
            let too_little = || fee_param("rmb_fee: less than the smallest amount of the currency");
            (money::exchanged(rmb, currency).ok_or_else(too_little)?, Some(rmb))
        }
        _ => return Err(fee_param("send either total_fee or rmb_fee")),
    };
    Ok(Fee { currency, rmb, ..Fee::of(total) })
}

fn by_price(request: &Request) -> Result<Fee, Refusal> {
    let price = amount("price", request.get("price").unwrap_or_default())?;
    let quantity = request.get("quantity").unwrap_or_default();
    let digits = quantity.bytes().all(|byte| byte.is_ascii_digit());
    let quantity: u64 = quantity
        .parse()
        .ok()
        .filter(|count| digits && *count > 0)
        .ok_or_else(|| Refusal::new("ILLEGAL_INTEGER_FORMAT", "quantity: a whole number from 1"))?;
    let total = price.fen().checked_mul(quantity).and_then(|fen| Money::from_fen(fen).ok());
    let total = total.ok_or_else(|| fee_param("price × quantity: at most 100000000.00"))?;
    Ok(Fee { price, quantity, by_price: true, ..Fee::of(total) })
}

fn discount(request: &Request) -> Result<i64, Refusal> {
    let Some(text) = request.get("discount") else { return Ok(0) };
    let (digits, sign) = text.strip_prefix('-').map_or((text, 1), |digits| (digits, -1));
    let fen = digits.parse::<Money>().ok().and_then(|money| i64::try_from(money.fen()).ok());
    fen.map(|fen| sign * fen).ok_or_else(|| {
        Refusal::new("ILLEGAL_MONEY_FORMAT", "discount: -100000000.00 to 100000000.00, at most two decimals")
    })
}

/// An amount of yuan, more than nothing.
pub(super) fn amount(name: &str, text: &str) -> Result<Money, Refusal> {
    money::read(text, Currency::CNY).ok_or_else(|| {
        Refusal::new("ILLEGAL_MONEY_FORMAT", format!("{name}: 0.01 to 100000000.00, at most two decimals"))
    })
}

/// An amount of a currency, more than nothing and at most a million.
pub(super) fn foreign(name: &str, text: &str, currency: Currency) -> Result<Money, Refusal> {
    money::read(text, currency).filter(|amount| amount.fen() <= MILLION).ok_or_else(|| {
        let decimals = if currency.is_whole() { "no decimals" } else { "at most two decimals" };
        Refusal::new("ILLEGAL_MONEY_FORMAT", format!("{name}: 0.01 to 1000000.00 {currency}, {decimals}"))
    })
}

fn fee_param(advice: &str) -> Refusal {
    Refusal::new("ILLEGAL_FEE_PARAM", advice)
}
