//! `alipay.trade.refund`: money back.

use super::{RULES, call, numbers, read, trade, trade_answer};
use crate::protocol::{
    Merchant, Money, OutTradeNo, RequestError, Timestamp, TradeNo,
    openapi::{
        Answer, AnswerError, FundBill, Json,
        request::{
            Limits, Request, amount,
            macros::{builder, object, setters},
        },
    },
};

builder! {
    /// Pays money back, all or a part (`alipay.trade.refund`).
    ///
    /// A refund has a number of its own, `out_request_no`. Repeating a call with the same number never pays twice, so after
    /// an [unknown outcome](AnswerError::is_outcome_unknown) it is repeated with the same, never with a new one. Refunds of
    /// one trade should be three seconds apart.
    ///
    /// ```
    /// use alipay_tower::protocol::{OutTradeNo, openapi::RefundTrade};
    ///
    /// let refund = RefundTrade::by_out_trade_no(&OutTradeNo::new("T20240101000001")?, "1.00".parse()?)
    ///     .with_out_request_no("T20240101000001_R1")
    ///     .with_refund_reason("wrong size");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    RefundTrade
}

const LIMITS: Limits = Limits {
    required: &[],
    rules: RULES,
    together: |request| {
        trade(request)?;
        if request.fen("refund_amount") == 0 {
            return Err(RequestError::new("refund_amount", "must be 0.01 to 100000000.00"));
        }
        Ok(())
    },
};

call!(RefundTrade => RefundAnswer, LIMITS);

setters! {
    /// What else a refund may say.
    RefundTrade: goods_detail, operator_id, org_pid, out_trade_no, query_options, store_id, terminal_id, trade_no,
}

impl RefundTrade {
    /// `refund_amount` of the trade with the shop's order number.
    pub fn by_out_trade_no(number: &OutTradeNo, refund_amount: Money) -> Self {
        Self::of("out_trade_no", number.as_str(), refund_amount)
    }

    /// `refund_amount` of the trade with Alipay's number.
    pub fn by_trade_no(number: &TradeNo, refund_amount: Money) -> Self {
        Self::of("trade_no", number.as_str(), refund_amount)
    }

    fn of(name: &'static str, number: &str, refund_amount: Money) -> Self {
        let request = Request::of("alipay.trade.refund").with(name, number);
        Self { request: request.with("refund_amount", amount(refund_amount)) }
    }

    /// `out_request_no`: the number of the refund, up to 64 characters, one for each refund of the trade. Without one only
    /// the whole amount can be refunded.
    pub fn with_out_request_no(self, number: impl Into<String>) -> Self {
        self.set("out_request_no", number.into())
    }

    /// `refund_reason`: why, up to 256 characters.
    pub fn with_refund_reason(self, reason: impl Into<String>) -> Self {
        self.set("refund_reason", reason.into())
    }

    /// `refund_currency`: of cross-border trades.
    pub fn with_refund_currency(self, currency: impl Into<String>) -> Self {
        self.set("refund_currency", currency.into())
    }

    /// `refund_goods_detail`: what comes back.
    pub fn with_refund_goods(self, goods: impl IntoIterator<Item = RefundGoods>) -> Self {
        self.set("refund_goods_detail", Json::list(goods))
    }

    /// `refund_royalty_parameters`: which shares come back.
    pub fn with_refund_royalties(self, royalties: impl IntoIterator<Item = RefundRoyalty>) -> Self {
        self.set("refund_royalty_parameters", Json::list(royalties))
    }

    /// `related_settle_confirm_no`: the settlement that the refund belongs to.
    pub fn with_related_settle_confirm_no(self, number: impl Into<String>) -> Self {
        self.set("related_settle_confirm_no", number.into())
    }

    /// `refund_trans_out` and `refund_trans_out_type`: the account that bears the refund, by a contract of its own.
    pub fn with_refund_trans_out(self, account: impl Into<String>, kind: impl Into<String>) -> Self {
        self.set("refund_trans_out", account.into()).set("refund_trans_out_type", kind.into())
    }

    /// `refund_advance_account` and `refund_advance_account_type`: the account that advances the money, by a contract of its
    /// own.
    pub fn with_refund_advance_account(self, account: impl Into<String>, kind: impl Into<String>) -> Self {
        self.set("refund_advance_account", account.into()).set("refund_advance_account_type", kind.into())
    }

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] when it is no clear word about this trade.
    pub fn read(&self, body: &[u8], merchant: &Merchant) -> Result<RefundAnswer, AnswerError> {
        let answer = read(&self.request, body, merchant)?;
        let (out_trade_no, trade_no) = numbers(&answer)?;
        let fund_change = match answer.field("fund_change") {
            Some("Y") => true,
            Some("N") => false,
            _ => return Err(AnswerError::Field("fund_change")),
        };
        let refund_fee = answer.id("refund_fee", str::parse)?;
        Ok(RefundAnswer { out_trade_no, trade_no, fund_change, refund_fee, answer })
    }
}

object! {
    /// Goods that come back (`refund_goods_detail`).
    RefundGoods {
        /// `out_item_id`: the shop's number of the item, up to 64 characters.
        with_out_item_id = "out_item_id",
        /// `out_sku_id`: the shop's number of the variant, up to 64 characters.
        with_out_sku_id = "out_sku_id",
    }
}

impl RefundGoods {
    /// `goods_id` and the part of the refund that is for it.
    pub fn new(goods_id: impl Into<String>, refund_amount: Money) -> Self {
        Self::default().set("goods_id", goods_id.into()).set("refund_amount", amount(refund_amount))
    }

    /// `out_certificate_no_list`: vouchers that come back.
    pub fn with_out_certificate_nos<'a>(self, numbers: impl IntoIterator<Item = &'a str>) -> Self {
        self.set("out_certificate_no_list", Json::list(numbers))
    }
}

object! {
    /// A share that comes back (`refund_royalty_parameters`).
    RefundRoyalty {
        /// `amount_percentage`: the share in percent instead of an amount, 1 to 100.
        with_amount_percentage = "amount_percentage",
        /// `desc`: what it is for, up to 1000 characters.
        with_desc = "desc",
        /// `royalty_scene`: up to 256 characters.
        with_royalty_scene = "royalty_scene",
        /// `royalty_type`: `transfer` or `replenish`.
        with_royalty_type = "royalty_type",
        /// `trans_in_name`: the name of who gets it, up to 64 characters.
        with_trans_in_name = "trans_in_name",
        /// `trans_in_type`: the kind of the account that gets it.
        with_trans_in_type = "trans_in_type",
        /// `trans_out_type`: the kind of the account that pays.
        with_trans_out_type = "trans_out_type",
    }
}

impl RefundRoyalty {
    /// From whom (`trans_out`), to whom (`trans_in`), how much (`amount`).
    pub fn new(trans_out: impl Into<String>, trans_in: impl Into<String>, money: Money) -> Self {
        Self::default()
            .set("trans_out", trans_out.into())
            .set("trans_in", trans_in.into())
            .set("amount", amount(money))
    }
}

/// What became of a refund.
#[derive(Clone, Debug)]
pub struct RefundAnswer {
    out_trade_no: OutTradeNo,
    trade_no: TradeNo,
    fund_change: bool,
    refund_fee: Money,
    answer: Answer,
}

trade_answer!(RefundAnswer);

impl RefundAnswer {
    /// Whether this call moved money (`fund_change` = `Y`). A call that was handled and moved none is a repetition of an
    /// earlier one, or a refund that is still on its way: [`QueryRefund`](super::QueryRefund) tells.
    #[must_use]
    pub const fn is_money_moved(&self) -> bool {
        self.fund_change
    }

    /// `refund_fee`: what was refunded of the trade *so far*, all refunds together.
    #[must_use]
    pub const fn refunded_so_far(&self) -> Money {
        self.refund_fee
    }

    /// `gmt_refund_pay`: when the money moved.
    #[must_use]
    pub fn refunded_at(&self) -> Option<Timestamp> {
        self.answer.time("gmt_refund_pay")
    }

    /// `send_back_fee`: what this refund really paid back, when it was asked for.
    #[must_use]
    pub fn send_back_fee(&self) -> Option<Money> {
        self.answer.money("send_back_fee")
    }

    /// `refund_detail_item_list`: where the money went, when it was asked for.
    #[must_use]
    pub fn fund_bills(&self) -> Vec<FundBill> {
        self.answer.json("refund_detail_item_list").map(FundBill::list).unwrap_or_default()
    }
}
