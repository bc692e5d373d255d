//! What the buyer is to pay.

use super::logistics::GROUPS;
use crate::protocol::{Money, request::Parameters};

/// The one total of the order, when there is one.
pub(super) fn expected(fields: &Parameters) -> Option<Money> {
    let mut totals = all(fields);
    let first = totals.next()?;
    let one = totals.all(|total| total == first);
    let fen = u64::try_from(first).ok().filter(|fen| one && *fen > 0)?;
    Money::from_fen(fen).ok()
}

/// The totals in fen, one for each carrier that the buyer may choose. Without bounds: they are the caller's.
pub(super) fn all(fields: &Parameters) -> impl Iterator<Item = i128> {
    let goods = i128::from(fields.fen("price")) * fields.value("quantity").parse().unwrap_or(0);
    let (sign, amount) = match fields.value("discount") {
        text if text.starts_with('-') => (-1, text.trim_start_matches('-')),
        text => (1, text),
    };
    let discount = sign * amount.parse::<Money>().map_or(0, |amount| i128::from(amount.fen()));
    let stated = fields.has("total_fee").then(|| i128::from(fields.fen("total_fee")));
    GROUPS.into_iter().filter(|[kind, ..]| fields.has(kind)).map(move |[_, fee, payment]| {
        let with_order = fields.value(payment) == "BUYER_PAY";
        let carrier = if with_order { i128::from(fields.fen(fee)) } else { 0 };
        stated.unwrap_or(goods + carrier + discount)
    })
}
