//! One trade, as the gateway describes it when it is asked.

use super::{AnswerError, read::speaks_of};
use crate::protocol::{
    ConfirmedNotification, Fields, KeyMatch, Money, OutTradeNo, ParseError, RefundStatus, Scheme, Timestamp,
    TradeNo, TradeStatus, ids::trade_numbers,
};

/// A trade in the answer of `single_trade_query` (Alipay, *single_trade_query*, response).
///
/// Optional values are `None` when they did not come or are not of their documented form; every value as it came is a
/// [`field`](Self::field), unknown ones too.
#[derive(Clone, Debug)]
pub struct QueriedTrade {
    fields: Fields,
    key: KeyMatch,
    out_trade_no: OutTradeNo,
    trade_no: TradeNo,
    status: TradeStatus,
}

/// Names that no description of a trade has, and other messages signed with the same key do.
const FOREIGN: [&str; 4] = ["is_success", "notify_id", "notify_type", "service"];

impl QueriedTrade {
    pub(super) fn read(fields: Fields, key: KeyMatch) -> Result<Self, ParseError> {
        if let Some(name) = FOREIGN.into_iter().find(|name| fields.get(name).is_some()) {
            return Err(ParseError::BadValue(name));
        }
        let required = |name| match text(&fields, name) {
            Some(value) => Ok(value),
            None => Err(ParseError::Missing(name)),
        };
        let bad = |name| move |_| ParseError::BadValue(name);
        let out_trade_no = OutTradeNo::new(required("out_trade_no")?).map_err(bad("out_trade_no"))?;
        let trade_no = TradeNo::new(required("trade_no")?).map_err(bad("trade_no"))?;
        let status = TradeStatus::from(required("trade_status")?);
        Ok(Self { fields, key, out_trade_no, trade_no, status })
    }

    /// Whether it is the trade that was asked for.
    pub(super) fn answers(
        &self,
        out_trade_no: Option<&str>,
        trade_no: Option<&str>,
    ) -> Result<(), AnswerError> {
        speaks_of(Some(self.out_trade_no.as_str()), out_trade_no)?;
        speaks_of(Some(self.trade_no.as_str()), trade_no)
    }

    /// The description as a confirmed message, which walks on as a notification does.
    #[must_use]
    pub fn into_confirmed(self) -> ConfirmedNotification {
        ConfirmedNotification::of_answer(Scheme::Mapi, self.key, self.fields)
    }

    /// Which of the merchant's keys verified the answer.
    #[must_use]
    pub const fn key(&self) -> KeyMatch {
        self.key
    }

    /// A value by its Alipay name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        text(&self.fields, name)
    }

    /// All values, sorted by name, and the signature.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        self.fields.iter().map(move |(name, value)| (text(name), text(value)))
    }

    fn money(&self, name: &str) -> Option<Money> {
        self.field(name)?.parse().ok()
    }

    fn date(&self, name: &str) -> Option<Timestamp> {
        Timestamp::of_answer(self.field(name)?)
    }

    /// Answers say `T` and `F` where notifications say `Y` and `N`.
    fn flag(&self, name: &str) -> Option<bool> {
        match self.field(name)? {
            "T" => Some(true),
            "F" => Some(false),
            _ => None,
        }
    }
}

trade_numbers!(QueriedTrade);

/// How it stands.
impl QueriedTrade {
    /// How the trade stands. `TRADE_CLOSED` alone does not tell whether it was ever paid: [`paid_at`](Self::paid_at) does.
    #[must_use]
    pub const fn trade_status(&self) -> &TradeStatus {
        &self.status
    }

    /// `additional_trade_status`: how it came to be closed or confirmed, such as `DAEMON_CONFIRM_CLOSE`.
    #[must_use]
    pub fn additional_trade_status(&self) -> Option<&str> {
        self.field("additional_trade_status")
    }

    /// Where a refund stands, when there is one.
    #[must_use]
    pub fn refund_status(&self) -> Option<RefundStatus> {
        self.field("refund_status").map(RefundStatus::from)
    }

    /// `flag_trade_locked`: whether Alipay has locked the trade.
    #[must_use]
    pub fn is_locked(&self) -> Option<bool> {
        match self.field("flag_trade_locked")? {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        }
    }

    /// `is_total_fee_adjust`: whether the seller changed the price.
    #[must_use]
    pub fn is_total_fee_adjusted(&self) -> Option<bool> {
        self.flag("is_total_fee_adjust")
    }

    /// `use_coupon`: whether the buyer used a coupon.
    #[must_use]
    pub fn uses_coupon(&self) -> Option<bool> {
        self.flag("use_coupon")
    }
}

/// Amounts.
impl QueriedTrade {
    /// `total_fee`: the order's total.
    #[must_use]
    pub fn total_fee(&self) -> Option<Money> {
        self.money("total_fee")
    }

    /// `refund_fee`: what was paid back so far.
    #[must_use]
    pub fn refund_fee(&self) -> Option<Money> {
        self.money("refund_fee")
    }

    /// `to_buyer_fee`: what the buyer got of the total.
    #[must_use]
    pub fn to_buyer_fee(&self) -> Option<Money> {
        self.money("to_buyer_fee")
    }

    /// `to_seller_fee`: what the seller got of the total.
    #[must_use]
    pub fn to_seller_fee(&self) -> Option<Money> {
        self.money("to_seller_fee")
    }
}

/// Dates, Beijing time; milliseconds are dropped.
impl QueriedTrade {
    /// `gmt_create`: when the trade was created.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.date("gmt_create")
    }

    /// `gmt_payment`: when the buyer paid.
    #[must_use]
    pub fn paid_at(&self) -> Option<Timestamp> {
        self.date("gmt_payment")
    }

    /// `gmt_send_goods`: when the seller shipped.
    #[must_use]
    pub fn shipped_at(&self) -> Option<Timestamp> {
        self.date("gmt_send_goods")
    }

    /// `gmt_refund`: when a refund last moved.
    #[must_use]
    pub fn refunded_at(&self) -> Option<Timestamp> {
        self.date("gmt_refund")
    }

    /// `gmt_close`: when the trade ended.
    #[must_use]
    pub fn closed_at(&self) -> Option<Timestamp> {
        self.date("gmt_close")
    }

    /// `gmt_last_modified_time`: when anything about it last changed.
    #[must_use]
    pub fn modified_at(&self) -> Option<Timestamp> {
        self.date("gmt_last_modified_time")
    }
}

/// A value that came and is not empty.
fn text<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    std::str::from_utf8(fields.get(name)?).ok().filter(|text| !text.is_empty())
}
