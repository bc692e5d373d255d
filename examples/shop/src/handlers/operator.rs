//! The operator's page: orders, journal, outbox.

use alipay_sqlx_store::SqlStoreError;
use subtle::ConstantTimeEq;

use crate::{
    answer::Answer,
    config::{host_of, is_loopback},
    forms::OperatorForm,
    pages::{Door, Frame, Messages, Operator, State},
    shop::Shop,
    visitor::{Visitor, order_no},
};

/// How many rows of each table are shown.
const ROWS: u32 = 100;
/// How far back a message is looked for: rows on an open page grow old while messages come in.
const REACH: u32 = 1000;
/// How long the operator stays known: half a day.
const SESSION: u32 = 43_200;

impl Shop {
    /// `GET /operator`: everything, for the operator alone.
    pub async fn operator(&self, visitor: &Visitor) -> Answer {
        let frame = self.frame(visitor, "/operator");
        if !self.is_operator(visitor) {
            return self.show(visitor, 401, &Door { frame, wrong: false });
        }
        match self.books(frame).await {
            Ok(page) => self.show(visitor, 200, &page),
            Err(error) => self.unavailable(visitor, &error),
        }
    }

    /// `POST /operator`: the operator says the token.
    #[must_use]
    pub fn operator_enters(&self, visitor: &Visitor, form: &OperatorForm) -> Answer {
        if visitor.is_foreign() {
            return self.say(visitor, Messages::Foreign);
        }
        if self.is_token(&form.token) {
            let cookie = self.cookie("shop_operator", &form.token, "Strict", SESSION);
            return Answer::go("/operator".to_owned()).with_cookie(cookie);
        }
        self.show(visitor, 401, &Door { frame: self.frame(visitor, "/operator"), wrong: true })
    }

    /// `POST /operator/orders/{no}/close`: the order takes no payment any more. A payment that comes all the same is
    /// refused and kept among the unmatched payments, for a person to look at.
    pub async fn close_order(&self, visitor: &Visitor, no: &str) -> Answer {
        if visitor.is_foreign() {
            return self.say(visitor, Messages::Foreign);
        }
        if !self.is_operator(visitor) {
            return self.show(visitor, 401, &Door { frame: self.frame(visitor, "/operator"), wrong: false });
        }
        let Some(id) = order_no(no) else { return self.not_found(visitor) };
        match self.store().close_order(&id).await {
            Ok(_was_pending) => Answer::go("/operator".to_owned()),
            Err(error) => self.unavailable(visitor, &error),
        }
    }

    /// `GET /operator/journal/{id}/raw`: a refused message as the journal has it, for `alipay-simulator explain`.
    pub async fn refused_message(&self, visitor: &Visitor, id: &str) -> Answer {
        if !self.is_operator(visitor) {
            return self.show(visitor, 401, &Door { frame: self.frame(visitor, "/operator"), wrong: false });
        }
        let entries = match self.store().journal_entries(REACH).await {
            Ok(entries) => entries,
            Err(error) => return self.unavailable(visitor, &error),
        };
        match entries.iter().find(|entry| entry.is_refused() && entry.id().to_string() == id) {
            Some(entry) => {
                Answer::download(&format!("alipay-{}-{id}.txt", entry.channel()), entry.raw().to_vec())
            }
            None => self.not_found(visitor),
        }
    }

    /// Without a token the shop is on the operator's own machine, and must be called by that machine's name: a page
    /// elsewhere whose name is pointed at this machine does not get in.
    fn is_operator(&self, visitor: &Visitor) -> bool {
        match (&self.inner.operator_token, visitor.operator_token()) {
            (None, _) => visitor.host().is_some_and(|host| is_loopback(host_of(host))),
            (Some(_), Some(said)) => self.is_token(said),
            (Some(_), None) => false,
        }
    }

    fn is_token(&self, said: &str) -> bool {
        let token = self.inner.operator_token.as_deref();
        token.is_some_and(|token| bool::from(token.as_bytes().ct_eq(said.as_bytes())))
    }

    async fn books(&self, frame: Frame) -> Result<Operator, SqlStoreError> {
        let store = self.store();
        let orders: Vec<_> =
            store.orders(ROWS).await?.into_iter().map(|order| (State::of(&order), order)).collect();
        let outbox = store.outbox(ROWS).await?;
        Ok(Operator {
            frame,
            paid: orders.iter().filter(|(state, _)| state.is_paid()).count(),
            unsent: outbox.iter().filter(|message| message.done_at().is_none()).count(),
            refused: store.refused_hits().await?,
            extra: store.extra_payments(ROWS).await?,
            unmatched: store.unmatched_payments(ROWS).await?,
            orders: orders.into_iter().map(|(state, order)| (order, state)).collect(),
            journal: store.journal_entries(ROWS).await?,
            outbox,
        })
    }
}
