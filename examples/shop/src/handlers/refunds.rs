//! Money back, once: the number is in the books before it is sent, and what is sent again has the same number.

use std::time::SystemTime;

use alipay_sqlx_store::{OrderRecord, RefundIntent, RefundRequest, RefundStart};
use alipay_tower::{
    CallError, Money,
    protocol::{
        BatchNo, Currency, ForexAmount, ForexRefund, OutTradeNo, RefundDetail, RefundWithoutPassword, Scheme,
        Timestamp, openapi,
    },
};

use super::problem::MoveError;
use crate::{forms::MoveForm, pages::Moved, shop::Shop};

impl Shop {
    /// Sends money back. In the classic gateway the answer means *accepted*, and a notification tells what became of it;
    /// in the OpenAPI generation the answer says what was done. After an answer that never came, the same press sends the
    /// same number again.
    pub(super) async fn refund(&self, order: &OrderRecord, form: &MoveForm) -> Result<Moved, MoveError> {
        let id = order.out_trade_no();
        let open = self.store().open_refunds(id).await?;
        let amount = form.amount(order, &open).ok_or_else(too_much)?;
        let reason = if form.reason.trim().is_empty() { "refund" } else { form.reason.trim() };
        let mut intent = RefundIntent::new(id.clone(), amount).with_reason(reason);
        if !form.press.is_empty() {
            intent = intent.with_idempotency_key(format!("{id}:{}", form.press));
        }
        match self.store().begin_refund(now(), intent).await? {
            RefundStart::Again(request) if request.is_ended() => self.ended(&request).await,
            RefundStart::Again(request) => self.send_refund(order, &request, true).await,
            RefundStart::New(request) => self.send_refund(order, &request, false).await,
            RefundStart::OtherAmount(_) => Err(MoveError::new(
                "这个页面已用来退过另一笔金额，请用下面的新页面。",
                "this page was used for another amount before: use the fresh one below",
            )),
            _ => Err(too_much()),
        }
    }

    /// The operator has looked at Alipay's site: a refund whose number is of another day was not carried out.
    pub(super) async fn release(&self, order: &OrderRecord, form: &MoveForm) -> Result<Moved, MoveError> {
        let open = self.store().open_refunds(order.out_trade_no()).await?;
        let old = open
            .iter()
            .find(|request| request.batch_no().as_str() == form.batch_no && !request.is_of_day(now()));
        let old = old.ok_or_else(|| {
            MoveError::new("没有这笔旧的未了退款。", "there is no such unfinished refund of another day")
        })?;
        self.store().release_refund(old.batch_no()).await?;
        Ok(Moved::Released)
    }

    async fn send_refund(
        &self,
        order: &OrderRecord,
        request: &RefundRequest,
        again: bool,
    ) -> Result<Moved, MoveError> {
        let currency = order.order().currency();
        match self.alipay().merchant().scheme() {
            Scheme::OpenApi => self.refund_at_once(request).await,
            _ if currency != Currency::CNY => self.refund_abroad(request, currency).await,
            // Alipay has it, or takes the number no more.
            _ if request.is_accepted() || !request.is_of_day(now()) => self.look(request).await,
            _ => self.refund_in_a_batch(request, again).await,
        }
    }

    async fn refund_in_a_batch(&self, request: &RefundRequest, again: bool) -> Result<Moved, MoveError> {
        let (trade_no, number) = (request.trade_no().clone(), request.batch_no());
        let item = RefundDetail::new(trade_no, request.amount(), request.reason());
        let batch = RefundWithoutPassword::new(number.clone(), [item])
            .with_notify_url(self.alipay().endpoints().notify_url());
        match self.alipay().call(&batch).await {
            Ok(_) => {}
            Err(error) if is_duplicate(&error) => {
                // An earlier sending has arrived, or one at the same moment. Without any the number is somebody else's.
                if !again && self.store().refund_refused(number).await? {
                    return Err(foreign(number));
                }
            }
            Err(error) => return Err(self.no_refund(request, &error).await),
        }
        self.store().refund_accepted(number).await?;
        Ok(Moved::RefundAccepted)
    }

    /// No notification tells of it, so the answer is to say that it was done.
    async fn refund_abroad(&self, request: &RefundRequest, currency: Currency) -> Result<Moved, MoveError> {
        let (id, number) = (request.out_trade_no(), request.batch_no().as_str());
        let amount = ForexAmount::new(currency, request.amount());
        let refund = ForexRefund::new(OutTradeNo::new(number)?, id.clone(), amount)
            .with_synchronous_result(true)
            .with_reason(request.reason());
        if let Err(error) = self.alipay().call(&refund).await {
            return Err(self.no_refund(request, &error).await);
        }
        // A sum above the payment is in the order's history and in a letter to the shop.
        let _ = self.store().record_refund(id, number, request.amount()).await?;
        Ok(Moved::Refunded)
    }

    async fn refund_at_once(&self, request: &RefundRequest) -> Result<Moved, MoveError> {
        let number = request.batch_no().as_str();
        let refund = openapi::RefundTrade::by_trade_no(request.trade_no(), request.amount())
            .with_out_request_no(number)
            .with_refund_reason(request.reason());
        let moved = match self.alipay().call(&refund).await {
            Ok(answer) if answer.is_money_moved() => true,
            // Of an earlier sending, or still on its way.
            Ok(_) => {
                let question = openapi::QueryRefund::by_trade_no(request.trade_no(), number);
                self.alipay().call(&question).await.is_ok_and(|answer| answer.is_refunded())
            }
            Err(error) => return Err(self.no_refund(request, &error).await),
        };
        if !moved {
            self.store().refund_accepted(request.batch_no()).await?;
            return Ok(Moved::RefundAccepted);
        }
        // A sum above the payment is in the order's history and in a letter to the shop.
        let _ = self.store().record_refund(request.out_trade_no(), number, request.amount()).await?;
        Ok(Moved::Refunded)
    }

    /// The trade's own total tells of a refund whose notification was lost.
    async fn look(&self, request: &RefundRequest) -> Result<Moved, MoveError> {
        let asked = self.alipay().receive_query(request.out_trade_no()).await;
        let open = self.store().open_refunds(request.out_trade_no()).await?;
        if !open.iter().any(|other| other.batch_no() == request.batch_no()) {
            return self.ended(request).await;
        }
        if request.is_of_day(now()) {
            return Ok(Moved::RefundAccepted);
        }
        let number = request.batch_no();
        let (zh, en) = match asked {
            Ok(_) => ("查询结果不能说明这笔退款", "its answer does not explain it"),
            Err(_) => ("查询没有答复", "it did not answer"),
        };
        Err(MoveError::new(
            format_args!(
                "退款 {number} 不是今天的，编号已不能再发；已问支付宝，{zh}。请在支付宝网站上核对，没有退出再放弃它。"
            ),
            format_args!(
                "refund {number} is of another day, and its number can no longer be sent; Alipay was asked, and {en}. Look \
                 at Alipay's site, and give it up here when no money went back"
            ),
        ))
    }

    async fn ended(&self, request: &RefundRequest) -> Result<Moved, MoveError> {
        let refunds = self.store().refunds(request.out_trade_no()).await?;
        if refunds.iter().any(|refund| refund.key() == request.batch_no().as_str()) {
            return Ok(Moved::Refunded);
        }
        let events = self.store().events(request.out_trade_no(), 200).await?;
        let failed = events.iter().filter_map(|event| event.detail());
        if failed.into_iter().any(|detail| detail.starts_with(request.batch_no().as_str())) {
            let number = request.batch_no();
            return Err(MoveError::new(
                format_args!("退款 {number} 没有成功，见时间线。"),
                format_args!("refund {number} was not carried out; the timeline says why"),
            ));
        }
        Ok(Moved::Refunded)
    }

    /// Tells a certain no from an answer that nobody knows.
    async fn no_refund(&self, request: &RefundRequest, error: &CallError) -> MoveError {
        let number = request.batch_no();
        if !error.is_outcome_unknown() {
            match self.store().refund_refused(number).await {
                Ok(true) => return MoveError::new(error, error),
                Ok(false) => {}
                Err(books) => return books.into(),
            }
        }
        MoveError::new(
            format_args!(
                "不知道退款 {number} 是否已被支付宝受理（{error}）。再按一次会用同一编号重发，不会退两次。"
            ),
            format_args!(
                "nobody knows whether Alipay has refund {number} ({error}). Press again: it is sent under the same number, \
                 and never paid twice"
            ),
        )
    }
}

/// What can still be refunded when everything unfinished counts as gone.
pub(super) fn left_of(order: &OrderRecord, open: &[RefundRequest]) -> Money {
    if order.trade_no().is_none() {
        return Money::default();
    }
    let open: u64 = open.iter().map(|request| request.amount().fen()).sum();
    let left = order.amount().fen().saturating_sub(order.refunded().fen()).saturating_sub(open);
    Money::from_fen(left).unwrap_or_default()
}

impl MoveForm {
    /// The amount that the form names. When it names none: all that is left, or the one refund that is unfinished.
    fn amount(&self, order: &OrderRecord, open: &[RefundRequest]) -> Option<Money> {
        let left = left_of(order, open);
        let amount = match (self.amount.trim(), open) {
            ("", [only]) if left == Money::default() => Some(only.amount()),
            ("", _) => Some(left),
            (text, _) => text.parse().ok(),
        };
        amount.filter(|amount| amount.fen() > 0)
    }
}

fn is_duplicate(error: &CallError) -> bool {
    error.refused().is_some_and(|code| *code == "DUPLICATE_BATCH_NO")
}

fn foreign(number: &BatchNo) -> MoveError {
    MoveError::new(
        format_args!("编号 {number} 已被别的系统用过，没有退款。再按一次会取新的编号。"),
        format_args!(
            "number {number} was used by another system; nothing was refunded. Press again for a new number"
        ),
    )
}

fn too_much() -> MoveError {
    MoveError::new(
        "金额须在 0.01 元与可退余额之间；未了的退款已计入。",
        "the amount must be 0.01 to what is left of the payment; unfinished refunds count as gone",
    )
}

fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}
