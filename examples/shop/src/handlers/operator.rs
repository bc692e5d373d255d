//! The operator's page: orders, journal, outbox.

use alipay_sqlx_store::SqlStoreError;
use subtle::ConstantTimeEq;

use super::problem::MoveError;
use crate::{
    answer::Answer,
    config::{host_of, is_loopback},
    forms::OperatorForm,
    pages::{Door, Frame, Messages, Moved, Operator, Renewal, State},
    shop::Shop,
    visitor::Visitor,
};

/// How many rows of each table are shown.
pub(super) const ROWS: u32 = 100;
/// How long the operator stays known: half a day.
const SESSION: u32 = 43_200;

impl Shop {
    /// `GET /operator`: everything, for the operator alone.
    pub async fn operator(&self, visitor: &Visitor) -> Answer {
        if !self.is_operator(visitor) {
            return self.door(visitor);
        }
        self.operator_page(visitor, 200, Renewal::NotAsked).await
    }

    /// The same page, with what a replay came to that is about no order.
    pub(super) async fn replayed_page(
        &self,
        visitor: &Visitor,
        status: u16,
        news: Result<Moved, MoveError>,
    ) -> Answer {
        let frame = self.frame(visitor, "/operator");
        let (moved, problem) = match news {
            Ok(moved) => (Some(moved), None),
            Err(problem) => (None, Some(problem.text(frame.lang()))),
        };
        match self.books(frame).await {
            Ok(page) => {
                let certificates = self.certificate_list(Renewal::NotAsked);
                self.show(visitor, status, &Operator { certificates, moved, problem, ..page })
            }
            Err(error) => self.unavailable(visitor, &error),
        }
    }

    pub(super) async fn operator_page(&self, visitor: &Visitor, status: u16, renewal: Renewal) -> Answer {
        let frame = self.frame(visitor, "/operator");
        match self.books(frame).await {
            Ok(page) => {
                let certificates = self.certificate_list(renewal);
                self.show(visitor, status, &Operator { certificates, ..page })
            }
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

    pub(super) fn door(&self, visitor: &Visitor) -> Answer {
        self.show(visitor, 401, &Door { frame: self.frame(visitor, "/operator"), wrong: false })
    }

    /// The answer for those who may not change anything.
    pub(super) fn keep_out(&self, visitor: &Visitor) -> Option<Answer> {
        if visitor.is_foreign() {
            return Some(self.say(visitor, Messages::Foreign));
        }
        (!self.is_operator(visitor)).then(|| self.door(visitor))
    }

    /// `GET /operator/journal/{id}/raw`: a refused message as the journal has it, for `alipay-simulator explain`.
    pub async fn refused_message(&self, visitor: &Visitor, id: &str) -> Answer {
        if !self.is_operator(visitor) {
            return self.door(visitor);
        }
        let Ok(number) = id.parse() else { return self.not_found(visitor) };
        match self.store().journal_entry(number).await {
            Ok(Some(entry)) if entry.is_refused() => {
                Answer::download(&format!("alipay-{}-{id}.txt", entry.channel()), entry.raw().to_vec())
            }
            Ok(_) => self.not_found(visitor),
            Err(error) => self.unavailable(visitor, &error),
        }
    }

    pub(super) fn is_operator(&self, visitor: &Visitor) -> bool {
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
            certificates: None,
            pays_out: self.pays_out(),
            moved: None,
            problem: None,
            paid: orders.iter().filter(|(state, _)| state.is_paid()).count(),
            unsent: outbox.iter().filter(|message| message.done_at().is_none()).count(),
            circuit: self.circuit(),
            refused: store.refused_hits().await?,
            extra: store.extra_payments(ROWS).await?,
            unmatched: store.unmatched_payments(ROWS).await?,
            orders: orders.into_iter().map(|(state, order)| (order, state)).collect(),
            journal: store.journal_entries(ROWS).await?,
            outbox,
        })
    }
}
