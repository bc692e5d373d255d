//! The documented limits of cross-border payments, as data (Alipay, *create_forex_trade*, request parameters).

use crate::protocol::{
    Currency, RequestError,
    request::{
        Parameters,
        limits::{CALLBACKS, Form, Limits, Rule, first_broken},
    },
};

/// 1,000,000.00 in hundredths.
const MILLION: u64 = 100_000_000;

const RULES: &[Rule] = &[
    ("auth_token", 256, Form::Text),
    ("body", 400, Form::Echoed),
    ("merchant_url", 400, Form::Page),
    ("product_code", 64, Form::Code),
    ("refer_url", 400, Form::Page),
    ("rmb_fee", 10, Form::Amount(MILLION)),
    ("secondary_merchant_id", 64, Form::Text),
    ("secondary_merchant_industry", 16, Form::Code),
    ("secondary_merchant_name", 64, Form::Text),
    ("split_fund_info", 4000, Form::Text),
    ("subject", 256, Form::Title),
    ("supplier", 64, Form::Text),
    (
        "timeout_rule",
        3,
        Form::Choice(&["5m", "10m", "15m", "30m", "1h", "2h", "3h", "5h", "10h", "12h", "1d"]),
    ),
    // Whole yen and won are amounts of this form too.
    ("total_fee", 10, Form::Amount(MILLION)),
];

pub(super) const WEB: Limits = Limits { required: &["subject"], rules: &[CALLBACKS, RULES], together };
pub(super) const WAP: Limits =
    Limits { required: &["merchant_url", "subject"], rules: &[CALLBACKS, RULES], together };

/// Amounts of currencies that have no smaller unit are whole.
pub(in crate::protocol) fn whole(fields: &Parameters, amount: &'static str) -> Result<(), RequestError> {
    let currency = Currency::new(fields.value("currency")).unwrap_or_default();
    let problem = "must be whole: the currency has no decimals";
    let amounts = fields.value("split_fund_info").split("'amount':'").skip(1);
    let mut parts = amounts.map(|rest| rest.split('\'').next().unwrap_or_default());
    first_broken([
        (currency.is_whole() && fields.value(amount).contains('.'), amount, problem),
        (currency.is_whole() && parts.any(|part| part.contains('.')), "split_fund_info", problem),
    ])
}

fn together(fields: &Parameters) -> Result<(), RequestError> {
    whole(fields, "total_fee")?;
    let seconds = fields.value("order_valid_time").parse::<u32>();
    first_broken([(
        fields.has("order_valid_time") && !seconds.is_ok_and(|seconds| (1..=2_592_000).contains(&seconds)),
        "order_valid_time",
        "must be 1 to 2592000 seconds",
    )])
}
