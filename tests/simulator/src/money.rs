//! Amounts as text, in yuan or in another currency.

use alipay_tower::{Money, protocol::Currency};

/// The currencies of the cross-border products, and what one unit is worth, in thousandths of a yuan: a rate of the
/// simulator's own, which never moves.
const RATES: [(&str, u64); 15] = [
    ("AUD", 4600),
    ("CAD", 5000),
    ("CHF", 8000),
    ("DKK", 1050),
    ("EUR", 7800),
    ("GBP", 9000),
    ("HKD", 900),
    ("JPY", 50),
    ("KRW", 5),
    ("NOK", 660),
    ("NZD", 4200),
    ("SEK", 670),
    ("SGD", 5300),
    ("THB", 200),
    ("USD", 7000),
];

/// The currency of this code, if goods are settled in it.
pub(crate) fn currency(code: &str) -> Option<Currency> {
    RATES.iter().find(|(own, _)| *own == code).and_then(|(own, _)| Currency::new(own).ok())
}

/// Yuan in another currency, at the simulator's rate.
pub(crate) fn exchanged(rmb: Money, to: Currency) -> Option<Money> {
    let (_, rate) = RATES.iter().find(|(own, _)| *own == to.as_str())?;
    let hundredths = rmb.fen().checked_mul(1000)? / rate;
    let amount = if to.is_whole() { hundredths / 100 * 100 } else { hundredths };
    Money::from_fen(amount).ok().filter(|amount| amount.fen() > 0)
}

/// An amount as messages write it: with two decimals, or with none where the currency has none.
pub(crate) fn written(amount: Money, currency: Currency) -> String {
    if currency.is_whole() { (amount.fen() / 100).to_string() } else { amount.to_string() }
}

/// An amount of a currency; what has decimals that the currency does not have is none.
pub(crate) fn read(text: &str, currency: Currency) -> Option<Money> {
    let fits = !currency.is_whole() || !text.contains('.');
    text.parse().ok().filter(|amount: &Money| fits && amount.fen() > 0)
}

/// The sum of two amounts, at most [`Money::MAX`].
pub(crate) fn sum(one: Money, other: Money) -> Money {
    Money::from_fen(one.fen().saturating_add(other.fen())).unwrap_or(Money::MAX)
}

/// An amount that is not this one: a hundredth more, or at the largest amount a hundredth less.
pub(crate) fn another(amount: Money) -> Money {
    let less = || Money::from_fen(amount.fen().saturating_sub(1)).unwrap_or_default();
    Money::from_fen(amount.fen() + 1).unwrap_or_else(|_| less())
}

/// What is left of an amount when another is taken away.
pub(crate) fn rest(whole: Money, part: Money) -> Money {
    Money::from_fen(whole.fen().saturating_sub(part.fen())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yen_have_no_decimals() {
        let (usd, jpy) = (currency("USD").unwrap(), currency("JPY").unwrap());
        assert_eq!(read("100", jpy).map(|yen| written(yen, jpy)).as_deref(), Some("100"));
        assert_eq!((read("100.5", jpy), read("0.00", usd)), (None, None));
        let rmb = "7.00".parse().unwrap();
        assert_eq!(written(exchanged(rmb, usd).unwrap(), usd), "1.00");
        assert_eq!(written(exchanged(rmb, jpy).unwrap(), jpy), "140");
        assert_eq!((currency("XAU"), currency("CNY")), (None, None));
    }
}
