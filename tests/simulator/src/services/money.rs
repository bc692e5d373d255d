//! What is to be paid: `total_fee`, or `price` and `quantity`, never both.

use alipay_tower::Money;

use crate::{access::Request, purchase::Fee, refusal::Refusal};

pub(super) fn read(request: &Request) -> Result<Fee, Refusal> {
    let mixed = "send either total_fee, or price and quantity";
    match (request.get("total_fee"), request.get("price"), request.get("quantity")) {
        (Some(total), None, None) => {
            let total = amount("total_fee", total)?;
            Ok(Fee { total, price: total, quantity: 1, by_price: false })
        }
        (None, Some(price), Some(quantity)) => {
            let price = amount("price", price)?;
            let digits = quantity.bytes().all(|byte| byte.is_ascii_digit());
            let quantity: u64 =
                quantity.parse().ok().filter(|count| digits && *count > 0).ok_or_else(|| {
                    Refusal::new("ILLEGAL_INTEGER_FORMAT", "quantity: a whole number from 1")
                })?;
            let total = price.fen().checked_mul(quantity).and_then(|fen| Money::from_fen(fen).ok());
            let too_much = || Refusal::new("ILLEGAL_FEE_PARAM", "price × quantity: at most 100000000.00");
            Ok(Fee { total: total.ok_or_else(too_much)?, price, quantity, by_price: true })
        }
        _ => Err(Refusal::new("ILLEGAL_FEE_PARAM", mixed)),
    }
}

fn amount(name: &str, text: &str) -> Result<Money, Refusal> {
    match text.parse::<Money>() {
        Ok(amount) if amount.fen() > 0 => Ok(amount),
        _ => Err(Refusal::new(
            "ILLEGAL_MONEY_FORMAT",
            format!("{name}: 0.01 to 100000000.00, at most two decimals"),
        )),
    }
}
