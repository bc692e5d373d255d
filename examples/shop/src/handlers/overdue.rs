//! Refunds of which nothing was heard: their notification, or the answer, was lost, and the shop asks.

use std::time::{Duration, SystemTime};

use alipay_sqlx_store::{RefundRequest, SqlStoreError};
use alipay_tower::protocol::{Scheme, Timestamp, openapi};

use crate::{BoxError, shop::Shop};

const INTERVAL: Duration = Duration::from_secs(60);
/// How long a notification may take; in seconds.
const PATIENCE: i64 = 300;
/// What is older than a week is a person's; in seconds.
const WINDOW: i64 = 604_800;
/// How many are asked about in one round.
const LIMIT: u32 = 50;

/// Asks in every interval, until the shop stops.
pub(crate) async fn ask(shop: Shop) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = shop.clone().stopped() => return,
        }
        let now = Timestamp::from(SystemTime::now()).unix_seconds();
        let begun_before = Timestamp::from_unix_seconds(now.saturating_sub(PATIENCE));
        if let Err(error) = shop.ask_about_refunds(begun_before).await {
            tracing::warn!(target: "shop::refunds", %error, "the unfinished refunds cannot be read");
        }
    }
}

impl Shop {
    /// Asks Alipay about every unfinished refund that was begun before this, and records what it says. Nothing is sent
    /// again: that is the operator's move.
    ///
    /// # Errors
    ///
    /// When the books cannot be read.
    pub async fn ask_about_refunds(&self, begun_before: Timestamp) -> Result<(), SqlStoreError> {
        let after = Timestamp::from_unix_seconds(begun_before.unix_seconds().saturating_sub(WINDOW));
        for request in self.store().unfinished_refunds(after, begun_before, LIMIT).await? {
            let number = request.batch_no();
            if let Err(error) = self.ask_about_refund(&request).await {
                tracing::warn!(target: "shop::refunds", %number, %error, "what became of a refund is not known yet");
            }
        }
        Ok(())
    }

    async fn ask_about_refund(&self, request: &RefundRequest) -> Result<(), BoxError> {
        let (id, number) = (request.out_trade_no(), request.batch_no().as_str());
        match self.alipay().merchant().scheme() {
            Scheme::OpenApi => {
                let question = openapi::QueryRefund::by_trade_no(request.trade_no(), number);
                if self.alipay().call(&question).await?.is_refunded() {
                    let _ = self.store().record_refund(id, number, request.amount()).await?;
                }
            }
            // The trade's total ends what it explains.
            _ => drop(self.alipay().receive_query(id).await?),
        }
        Ok(())
    }
}
