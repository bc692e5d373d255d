//! Closing an order that nobody pays, safe against a payment in flight.

use super::{Finding, Reconciler};
#[cfg(feature = "rsa")]
use crate::protocol::{Scheme, openapi};
use crate::{
    call::CallError,
    protocol::{
        CloseTrade, OrderState, OutTradeNo, TradeEvent, TradeNo, TradeNotice, TradeRole, TradeStatus,
    },
    rejection::{Rejection, RejectionKind},
    store::Receipt,
};

/// How often the gateway is asked again because the trade moved between two questions.
const ROUNDS: usize = 3;

/// What closing an order came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Closing {
    /// It is closed in the books, and its trade at Alipay, if there was one, cannot be paid any more.
    Closed,
    /// The trade is in a state in which Alipay does not close it, such as a bank transfer on its way: try again later.
    Open,
    /// It is paid, perhaps since this moment: nothing was closed.
    Paid,
}

/// What Alipay did with a trade that was to be closed.
enum Closed {
    /// It cannot be paid any more, or there is none.
    Gone,
    /// It moved, or nobody knows: ask again.
    Moved,
}

impl Reconciler {
    /// Closes one order: the gateway is asked first, the trade is closed there, and then the order in the books, by one
    /// conditional statement.
    ///
    /// A payment that the gateway knows of is settled instead. Of an order that the buyer never carried to the cashier there
    /// is no trade to close: it is closed in the books alone, and a payment that comes after is kept as one that fits no
    /// order ([`OrderStore::unmatched`](crate::OrderStore::unmatched)).
    ///
    /// # Errors
    ///
    /// [`Rejection`] when the shop has no such order, the gateway or the store does not answer, or the gateway knows of a
    /// payment that does not fit the order. The order is then as it was.
    pub async fn close(&self, id: &OutTradeNo) -> Result<Closing, Rejection> {
        Ok(match self.at_present().close_order(id).await? {
            Finding::Closed => Closing::Closed,
            Finding::Open => Closing::Open,
            _ => Closing::Paid,
        })
    }

    pub(super) async fn close_order(&self, id: &OutTradeNo) -> Result<Finding, Rejection> {
        let known = self.in_the_books(id).await?;
        if known != Finding::Open {
            return Ok(known);
        }
        for _ in 0..ROUNDS {
            let Some(answer) = self.alipay.queried(id).await? else { return self.close_here(id).await };
            match self.alipay.receive_answer(answer).await? {
                Receipt::Observed(TradeEvent::Closed(_)) => return self.close_here(id).await,
                Receipt::Observed(TradeEvent::Waiting(notice)) if can_be_closed(&notice) => {
                    if let Closed::Gone = self.close_there(notice.trade_no()).await? {
                        return self.close_here(id).await;
                    }
                }
                receipt => return Ok(Finding::from(&receipt)),
            }
        }
        Ok(Finding::Open)
    }

    /// Closes the trade at Alipay, in the words of the merchant's generation.
    async fn close_there(&self, trade_no: &TradeNo) -> Result<Closed, CallError> {
        let answer = match self.alipay.merchant().scheme() {
            #[cfg(feature = "rsa")]
            Scheme::OpenApi => self.alipay.call(&openapi::CloseTrade::by_trade_no(trade_no)).await.map(drop),
            // Without RSA there is no merchant of the other generation.
            _ => {
                let close = CloseTrade::by_trade_no(trade_no.clone()).with_trade_role(TradeRole::Seller);
                self.alipay.call(&close).await.map(drop)
            }
        };
        match answer {
            Ok(()) => Ok(Closed::Gone),
            Err(error) if error.is_trade_not_exist() => Ok(Closed::Gone),
            Err(error) if error.is_trade_status_refused() || error.is_outcome_unknown() => Ok(Closed::Moved),
            Err(error) => Err(error),
        }
    }

    /// Closes the order in the books; a notification may have been faster.
    pub(super) async fn close_here(&self, id: &OutTradeNo) -> Result<Finding, Rejection> {
        if self.store.close(id).await? { Ok(Finding::Closed) } else { self.in_the_books(id).await }
    }

    async fn in_the_books(&self, id: &OutTradeNo) -> Result<Finding, Rejection> {
        let order = self.store.find(id).await?;
        let order =
            order.ok_or_else(|| Rejection::new(RejectionKind::UnknownOrder, "the shop has no such order"))?;
        Ok(match order.state() {
            OrderState::Closed | OrderState::PaidAfterClose(_) => Finding::Closed,
            OrderState::Paid(_) => Finding::AlreadySettled,
            OrderState::Pending => Finding::Open,
        })
    }
}

/// Only a trade that waits for its buyer can be closed (Alipay, *close_trade*).
fn can_be_closed(notice: &TradeNotice) -> bool {
    matches!(notice.trade_status(), TradeStatus::CodWaitSellerSendGoods | TradeStatus::WaitBuyerPay)
}
