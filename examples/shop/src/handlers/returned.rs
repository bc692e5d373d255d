//! The return page: the buyer is back, and the notification is on its way, or here already, or lost.

use std::time::Duration;

use alipay_sqlx_store::OrderRecord;
use alipay_tower::{Rejection, RejectionKind, VerifiedPayment, protocol::OutTradeNo};

use crate::{
    answer::Answer,
    pages::{News, Returned, State},
    shop::Shop,
    visitor::Visitor,
};

/// As a rule notification and buyer arrive together, so the page is worth a moment's patience.
const PATIENCE: Duration = Duration::from_millis(1500);
const PAUSE: Duration = Duration::from_millis(75);

impl Shop {
    /// `GET /alipay/return`: says what is known, and no more. *Paid* it says only of a payment that the books hold or
    /// that this very return proves.
    pub async fn returned(&self, visitor: &Visitor, result: Result<VerifiedPayment, Rejection>) -> Answer {
        let (status, id, mut news) = match &result {
            Ok(payment) => (200, Some(payment.out_trade_no()), News::Verified),
            Err(rejection) => (rejection.status(), rejection.out_trade_no(), hope(rejection.kind())),
        };
        let order = match id {
            Some(id) if news == News::Verified => self.wait_for_settlement(id).await,
            Some(id) => self.store().order(id).await.ok().flatten(),
            None => None,
        };
        if let Some(known) = in_books(order.as_ref()).filter(|_| news != News::Refused) {
            news = known;
        }
        let mut frame = self.frame(visitor, "/orders");
        if let Some(order) = &order {
            let here = format!("/orders/{}", order.out_trade_no());
            if matches!(news, News::Verified | News::Processing) {
                frame = frame.refreshed(2, format!("{here}?wait=1"));
            }
            frame.here = here;
        }
        let status = if matches!(news, News::Refunded | News::Settled) { 200 } else { status };
        self.show(visitor, status, &Returned { frame, news, order })
    }

    async fn wait_for_settlement(&self, id: &OutTradeNo) -> Option<OrderRecord> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let order = self.store().order(id).await.ok().flatten();
            if in_books(order.as_ref()).is_some() || tokio::time::Instant::now() >= deadline {
                return order;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn in_books(order: Option<&OrderRecord>) -> Option<News> {
    News::of(State::of(order?))
}

/// What may still become of a refused message: most refusals are final, some only say that nobody could look.
const fn hope(kind: RejectionKind) -> News {
    match kind {
        RejectionKind::DeadlineExceeded
        | RejectionKind::GatewayDenied
        | RejectionKind::GatewayUnreachable
        | RejectionKind::NotPaid
        | RejectionKind::Overloaded
        | RejectionKind::Panicked
        | RejectionKind::Processing
        | RejectionKind::StoreFailed => News::Processing,
        RejectionKind::OrderClosed => News::PaidAfterClose,
        _ => News::Refused,
    }
}
