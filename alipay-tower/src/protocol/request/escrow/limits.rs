//! The documented limits of escrow and dual payments, as data (Alipay, *create_partner_trade_by_buyer* and
//! *trade_create_by_buyer*, request parameters).

use super::{logistics::TOO_MANY, total};
use crate::protocol::{
    Money, RequestError,
    request::{
        Parameters,
        limits::{CALLBACKS, Form, Limits, PARTIES, Rule, first_broken, quantity, timeout},
    },
};

/// 1,000,000.00 yuan in fen.
const MILLION: u64 = 100_000_000;

const RULES: &[Rule] = &[
    ("body", 400, Form::Echoed),
    ("logistics_fee", 10, Form::Fee(MILLION)),
    ("logistics_fee_1", 10, Form::Fee(MILLION)),
    ("logistics_fee_2", 10, Form::Fee(MILLION)),
    ("logistics_fee_3", 10, Form::Fee(MILLION)),
    ("price", 10, Form::Amount(MILLION)),
    ("receive_address", 256, Form::Text),
    ("receive_mobile", 20, Form::Text),
    ("receive_name", 128, Form::Text),
    ("receive_phone", 30, Form::Text),
    ("receive_zip", 20, Form::Text),
    ("show_url", 400, Form::Page),
    ("subject", 256, Form::Title),
    ("token", 40, Form::Text),
    ("total_fee", 12, Form::Amount(Money::MAX.fen())),
];

/// One trade in escrow is at most 1,000,000.00 yuan.
pub(super) const ESCROW: Limits =
    Limits { required: &["subject"], rules: &[CALLBACKS, PARTIES, RULES], together: escrow };

/// The buyer may choose an instant payment, which has no upper limit of its own.
pub(super) const DUAL: Limits =
    Limits { required: &["subject"], rules: &[CALLBACKS, PARTIES, RULES], together: dual };

fn escrow(fields: &Parameters) -> Result<(), RequestError> {
    together(fields, MILLION, "an escrow trade is at most 1000000.00")
}

fn dual(fields: &Parameters) -> Result<(), RequestError> {
    together(fields, Money::MAX.fen(), "a trade is at most 100000000.00")
}

fn together(fields: &Parameters, most: u64, too_much: &'static str) -> Result<(), RequestError> {
    quantity(fields)?;
    first_broken([(fields.has(TOO_MANY), "logistics_type", "at most four carriers")])?;
    for name in ["t_b_rec_post", "t_s_send_1", "t_s_send_2"] {
        first_broken([(fields.value(name) == "0d", name, "must be at least one day")])?;
    }
    for total in total::all(fields) {
        first_broken([
            (total <= 0, "discount", "must leave something to pay"),
            (total > i128::from(most), "price", too_much),
        ])?;
    }
    timeout(fields)
}
