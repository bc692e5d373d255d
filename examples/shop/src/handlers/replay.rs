//! A kept notification, received once more.

use alipay_sqlx_store::JournalEntry;
use alipay_tower::{
    Rejection, RejectionKind,
    protocol::{BatchNo, Channel, Notification, OutTradeNo},
};

use super::problem::MoveError;
use crate::{
    answer::Answer,
    pages::Moved,
    shop::Shop,
    visitor::{Visitor, order_no},
};

impl Shop {
    /// `POST /operator/journal/{id}/replay`: a kept notification walks the whole way once more, as if Alipay had sent it
    /// again. What was settled before is not settled twice. Of one that was acknowledged the classic gateway knows nothing
    /// any more; then it is asked about the trade.
    pub async fn replay(&self, visitor: &Visitor, id: &str) -> Answer {
        if let Some(refused) = self.keep_out(visitor) {
            return refused;
        }
        let Ok(id) = id.parse() else { return self.not_found(visitor) };
        let entry = match self.store().journal_entry(id).await {
            Ok(Some(entry)) if entry.channel() == "notify" => entry,
            Ok(_) => return self.not_found(visitor),
            Err(error) => return self.unavailable(visitor, &error),
        };
        let about = match self.about(&entry).await {
            Ok(about) => about,
            Err(error) => return self.unavailable(visitor, &error),
        };
        let moved = self.receive_again(&entry, about.as_ref()).await;
        let order = match about.as_ref() {
            Some(id) => self.store().order(id).await,
            None => Ok(None),
        };
        match (order, moved) {
            (Ok(Some(order)), Ok(moved)) => {
                Answer::go(format!("/operator/orders/{}?did={}", order.out_trade_no(), moved.name()))
            }
            (Ok(Some(order)), Err(problem)) => {
                self.order_page(visitor, 409, order, None, Some(problem)).await
            }
            (Ok(None), Ok(moved)) => self.replayed_page(visitor, 200, Ok(moved)).await,
            (Ok(None), Err(problem)) => self.replayed_page(visitor, 409, Err(problem)).await,
            (Err(error), _) => self.unavailable(visitor, &error),
        }
    }

    async fn receive_again(
        &self,
        entry: &JournalEntry,
        about: Option<&OutTradeNo>,
    ) -> Result<Moved, MoveError> {
        match (self.alipay().receive_notify(entry.raw()).await, about) {
            (Ok(receipt), _) => Ok(Moved::Replayed(receipt.name())),
            (Err(denied), Some(id)) if denied.kind() == RejectionKind::GatewayDenied => {
                match self.alipay().receive_query(id).await {
                    Ok(Some(_)) => Ok(Moved::AskedInstead),
                    Ok(None) => Err(denied_and("支付宝没有这笔交易", "it has no such trade")),
                    Err(refused) => Err(denied_and(refused.kind().as_str(), &refused.to_string())),
                }
            }
            (Err(denied), None) if denied.kind() == RejectionKind::GatewayDenied => Err(denied_and(
                "账上没有它说的订单，没有可查询的交易",
                "the books have no order that it is about, so there is no trade to ask about",
            )),
            (Err(refused), _) => Err(not_received(&refused)),
        }
    }

    /// The order that a notification is about; of a batch, the order for which the shop made it.
    async fn about(
        &self,
        entry: &JournalEntry,
    ) -> Result<Option<OutTradeNo>, alipay_sqlx_store::SqlStoreError> {
        if let Some(id) = entry.out_trade_no().and_then(order_no) {
            return Ok(Some(id));
        }
        let signed = Notification::parse(Channel::Notify, entry.raw());
        let Some(signed) = signed.ok().and_then(|it| it.authenticate(self.alipay().merchant()).ok()) else {
            return Ok(None);
        };
        let Some(number) = signed.field("batch_no").and_then(|number| BatchNo::new(number).ok()) else {
            return Ok(None);
        };
        Ok(self.store().refund_request(&number).await?.map(|request| request.out_trade_no().clone()))
    }
}

fn denied_and(zh: &str, en: &str) -> MoveError {
    MoveError::new(
        format_args!("这条通知已答复过，支付宝不再为它作证；改为查询交易，也没有结果：{zh}。账目没有变动。"),
        format_args!(
            "it was acknowledged before, so Alipay no longer vouches for it; asking about the trade instead came to nothing \
             either: {en}. Nothing moved"
        ),
    )
}

fn not_received(refused: &Rejection) -> MoveError {
    let kind = refused.kind().as_str();
    MoveError::new(
        format_args!("通知没有通过（{kind}）：{refused}"),
        format_args!("the notification was refused ({kind}): {refused}"),
    )
}
