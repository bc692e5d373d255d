//! `settle_info`.

use crate::protocol::{
    Money,
    openapi::{
        Json,
        request::{amount, macros::object},
    },
};

object! {
    /// One settlement of a payment's money (`settle_detail_infos`).
    SettleDetail {
        /// `settle_entity_id`: the entity whose account it is, up to 64 characters.
        with_settle_entity_id = "settle_entity_id",
        /// `settle_entity_type`: the kind of entity, such as `SecondMerchant`, up to 32 characters.
        with_settle_entity_type = "settle_entity_type",
        /// `summary_dimension`: by what settlements are summed up, up to 64 characters.
        with_summary_dimension = "summary_dimension",
        /// `trans_in`: the receiving account, up to 64 characters; none for `defaultSettle`.
        with_trans_in = "trans_in",
    }
}

impl SettleDetail {
    /// `trans_in_type` (`cardAliasNo`, `userId`, `loginName` or `defaultSettle`) and `amount`.
    pub fn new(trans_in_type: impl Into<String>, money: Money) -> Self {
        Self::default().set("trans_in_type", trans_in_type.into()).set("amount", amount(money))
    }

    /// `actual_amount`: what is really settled.
    pub fn with_actual_amount(self, money: Money) -> Self {
        self.set("actual_amount", amount(money))
    }
}

object! {
    /// To whom the money of a payment is settled, and when (`settle_info`).
    SettleInfo {}
}

impl SettleInfo {
    /// `settle_detail_infos`; Alipay takes one today.
    pub fn new(details: impl IntoIterator<Item = SettleDetail>) -> Self {
        Self::default().set("settle_detail_infos", Json::list(details))
    }

    /// `settle_period_time`: after how many days, 1 to 365, the money is settled by itself.
    pub fn with_settle_period_days(self, days: u16) -> Self {
        self.set("settle_period_time", format!("{}d", days.clamp(1, 365)))
    }
}
