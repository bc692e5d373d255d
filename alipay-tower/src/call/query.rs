//! Asking how a trade stands, and walking the answer to its end as a notification.

use super::CallError;
#[cfg(feature = "rsa")]
use crate::protocol::{Scheme, openapi};
use crate::{
    alipay::Alipay,
    protocol::{Channel, ConfirmedNotification, OutTradeNo, ParseError, SingleTradeQuery, TradeQueryAnswer},
    rejection::Rejection,
    store::{Hit, Receipt},
};

/// A description of a trade that can be believed, and the bytes that it came in.
pub(crate) struct Queried {
    raw: Vec<u8>,
    pub(crate) trade: ConfirmedNotification,
}

impl Alipay {
    /// Asks the gateway how the trade of an order stands; `None` when there is no trade (yet): the buyer has not reached the
    /// cashier.
    ///
    /// Nothing is recorded: see [`receive_query`](Self::receive_query).
    ///
    /// # Errors
    ///
    /// [`CallError`] when no answer came that can be believed.
    pub async fn query(&self, id: &OutTradeNo) -> Result<Option<ConfirmedNotification>, CallError> {
        match self.ask_about(id).await {
            Ok(answer) => Ok(answer.map(|answer| answer.trade)),
            Err((_, error)) => Err(error),
        }
    }

    /// Asks the gateway how the trade of an order stands, and receives the answer as a notification is received: match,
    /// settle, observe. It is how a notification that was lost is found again. `None` when there is no trade (yet).
    ///
    /// Of a trade that was paid and paid back since, the payment is settled first and the refund observed after it; the
    /// receipt is the payment's, and its [`progress`](crate::VerifiedPayment::progress) says what followed.
    ///
    /// # Errors
    ///
    /// [`Rejection`] says why there is no answer, or why its payment does not fit the books; what came was told to the
    /// store's journal as [`Channel::Query`].
    pub async fn receive_query(&self, id: &OutTradeNo) -> Result<Option<Receipt>, Rejection> {
        match self.queried(id).await? {
            Some(answer) => self.receive_answer(answer).await.map(Some),
            None => Ok(None),
        }
    }

    /// The question of [`receive_query`](Self::receive_query); an answer that cannot be believed is journaled.
    pub(crate) async fn queried(&self, id: &OutTradeNo) -> Result<Option<Queried>, Rejection> {
        self.ask_about(id).await.map_err(|(raw, error)| {
            let rejection = Rejection::from(error);
            // A hit has bytes; that none came is told by the event of the call.
            if !raw.is_empty() {
                self.refuse(Channel::Query, &raw, &rejection);
            }
            rejection
        })
    }

    /// Receives everything that the answer says, in the order in which it came to pass; the first receipt is the answer's.
    pub(crate) async fn receive_answer(&self, answer: Queried) -> Result<Receipt, Rejection> {
        let Queried { raw, trade } = answer;
        let (id, key) = (trade.out_trade_no(), trade.key());
        let received = async {
            let mut first = None;
            for event in trade.into_events()? {
                let order = self.find(event.out_trade_no()).await?;
                let receipt = match self.receive(event, order.as_ref()).await? {
                    Receipt::AlreadySettled(payment) => self.again(payment, order.as_ref()).await?,
                    receipt => receipt,
                };
                self.journal(Hit::queried(&raw, &receipt));
                first.get_or_insert(receipt);
            }
            first.ok_or_else(|| Rejection::from(ParseError::Empty))
        };
        received.await.map_err(|rejection| {
            let rejection = rejection.about(id, key);
            self.refuse(Channel::Query, &raw, &rejection);
            rejection
        })
    }

    /// The question about a trade, in the words of the merchant's generation. An error comes with the bytes that caused it,
    /// if any did.
    async fn ask_about(&self, id: &OutTradeNo) -> Result<Option<Queried>, (Vec<u8>, CallError)> {
        let (raw, trade) = match self.merchant().scheme() {
            #[cfg(feature = "rsa")]
            Scheme::OpenApi => {
                let (raw, answer) = self.exchange(&openapi::QueryTrade::by_out_trade_no(id)).await;
                let trade = match answer {
                    Ok(answer) => answer.into_confirmed().map(Some).map_err(openapi_error),
                    Err(error) if error.is_trade_not_exist() => Ok(None),
                    Err(error) => Err(error),
                };
                (raw, trade)
            }
            // Without RSA there is no merchant of the other generation.
            _ => {
                let (raw, answer) = self.exchange(&SingleTradeQuery::by_out_trade_no(id.clone())).await;
                (raw, answer.map(TradeQueryAnswer::into_confirmed))
            }
        };
        match trade {
            Ok(trade) => Ok(trade.map(|trade| Queried { raw, trade })),
            Err(error) => Err((raw, error)),
        }
    }
}

#[cfg(feature = "rsa")]
fn openapi_error(error: openapi::AnswerError) -> CallError {
    CallError::Answer(error.into())
}

#[cfg(test)]
#[cfg(feature = "reconcile")]
mod tests {
    use super::*;
    use crate::{
        protocol::{Call, OrderState, Progress, SignedRequest, Stage, TradeState},
        rejection::RejectionKind,
        scripted::*,
    };

    #[tokio::test]
    async fn asking_records_nothing_and_receiving_settles() {
        let store = Recording::with([order("T1")]);
        let gateway = Scripted::new(|request, _| trade(request, &[]));
        let desk = store.desk(&gateway);
        let confirmed = desk.query(&id("T1")).await.unwrap().unwrap();
        assert_eq!(
            (confirmed.field("total_fee"), confirmed.trade_no()),
            (Some("10.50"), Some(trade_no(TRADE)))
        );
        assert!(store.told().is_empty());

        let receipt = desk.receive_query(&id("T1")).await.unwrap().unwrap();
        assert_eq!((receipt.name(), receipt.payment().unwrap().channel()), ("settled", Channel::Query));
        let receipt = desk.receive_query(&id("T1")).await.unwrap().unwrap();
        assert_eq!(receipt.name(), "already_settled");
        let told = ["settle T1", "journal query settled", "settle T1", "journal query already_settled"];
        assert_eq!(store.told(), told);
    }

    #[tokio::test]
    async fn no_trade_is_no_receipt() {
        let store = Recording::with([order("T1")]);
        let desk = store.desk(&Scripted::new(|_, _| refused("TRADE_NOT_EXIST")));
        assert!(desk.query(&id("T1")).await.unwrap().is_none());
        assert!(desk.receive_query(&id("T1")).await.unwrap().is_none());
        assert!(store.told().is_empty());
    }

    #[tokio::test]
    async fn news_of_a_paid_order_move_its_progress() {
        let shipped = Progress::default().with_stage(Stage::Held);
        let paid = order("T1").with_escrow_accepted().with_state(OrderState::Paid(trade_no(TRADE)));
        let store = Recording::with([paid.with_progress(shipped)]);
        let desk =
            store.desk(&Scripted::new(|request, _| trade(request, &[("trade_status", "TRADE_FINISHED")])));
        desk.receive_query(&id("T1")).await.unwrap();
        assert_eq!(store.order("T1").await.progress().state(), TradeState::Finished);
    }

    #[tokio::test]
    async fn money_for_an_order_that_nobody_knows_is_kept() {
        let store = Recording::with([]);
        let desk = store.desk(&Scripted::new(|request, _| trade(request, &[])));
        let rejection = desk.receive_query(&id("T1")).await.unwrap_err();
        assert_eq!(
            (rejection.kind(), rejection.out_trade_no()),
            (RejectionKind::UnknownOrder, Some(&id("T1")))
        );
        assert_eq!(store.told(), ["unmatched unknown_order", "journal query unknown_order"]);
    }

    #[tokio::test]
    async fn every_failure_of_a_call_says_whether_it_may_have_worked() {
        let store = Recording::with([]);
        type Failure = fn(&SignedRequest, usize) -> Reply;
        let failures: [(Failure, &str, bool); 5] = [
            (|_, _| down(), "gateway_unreachable", true),
            (|_, _| refused("SYSTEM_ERROR"), "refused", true),
            (|_, _| refused("ILLEGAL_SIGN"), "refused", false),
            (|_, _| Ok(b"<html>".to_vec()), "answer_unreadable", true),
            (|_, _| accepted(), "answer_unsigned", true),
        ];
        for (script, code, unknown) in failures {
            let error = store.desk(&Scripted::new(script)).query(&id("T1")).await.unwrap_err();
            assert_eq!((error.code(), error.is_outcome_unknown()), (code, unknown));
            assert!(std::error::Error::source(&error).is_some());
        }

        struct Broken;

        impl Call for Broken {
            type Answer = ();

            fn sign(
                &self,
                merchant: &crate::Merchant,
                _at: crate::protocol::Timestamp,
            ) -> Result<SignedRequest, crate::protocol::RequestError> {
                merchant.sign_fields([("service", "x"), ("service", "y")])
            }

            fn read(&self, _: &[u8], _: &crate::Merchant) -> Result<(), crate::protocol::AnswerError> {
                Ok(())
            }
        }

        let gateway = Scripted::new(|_, _| accepted());
        let error = store.desk(&gateway).call(&Broken).await.unwrap_err();
        assert_eq!((error.code(), error.is_outcome_unknown()), ("not_sent", false));
        assert!(gateway.services().is_empty());
        assert!(store.told().is_empty());
    }
}
