//! The structured values of notifications, read when somebody asks for them.

use super::{FundBill, Json, Voucher, pay::read_passback_text, read_passback_params};
use crate::protocol::{Merchant, MessageNotice, Money, TradeNotice};

impl TradeNotice {
    /// `fund_bill_list`: where the money came from; empty when it did not come or is not of its form, for it decides nothing.
    #[must_use]
    pub fn fund_bills(&self) -> Vec<FundBill> {
        self.field("fund_bill_list").map(FundBill::parse).unwrap_or_default()
    }

    /// `voucher_detail_list`: the vouchers that the buyer used; empty when it did not come or is not of its form.
    #[must_use]
    pub fn vouchers(&self) -> Vec<Voucher> {
        self.field("voucher_detail_list").map(Voucher::parse).unwrap_or_default()
    }

    /// `receipt_amount`: what the seller really got.
    #[must_use]
    pub fn receipt_amount(&self) -> Option<Money> {
        self.field("receipt_amount")?.parse().ok()
    }

    /// `send_back_fee`: what the buyer really got back, beside a refund.
    #[must_use]
    pub fn send_back_fee(&self) -> Option<Money> {
        self.field("send_back_fee")?.parse().ok()
    }

    /// `passback_params`: what the shop wrote with [`passback_params`](super::passback_params); `None` when it did not come
    /// or was written in another way.
    #[must_use]
    pub fn passback_params(&self) -> Option<Vec<(String, String)>> {
        read_passback_params(self.field("passback_params")?)
    }

    /// `passback_params` of a shop that wrote a text of its own (`with_passback_text` of the payments), decoded; a text that
    /// was sent as it is stands in its [field](Self::field).
    #[must_use]
    pub fn passback_text(&self) -> Option<String> {
        read_passback_text(self.field("passback_params")?)
    }
}

impl MessageNotice {
    /// What happened: `biz_content`, decrypted with the merchant's AES key when it is encrypted; `None` when it is not JSON,
    /// or encrypted with another key.
    #[must_use]
    pub fn content(&self, merchant: &Merchant) -> Option<Json> {
        match self.field("encrypt_type") {
            None => Json::parse(self.biz_content()).ok(),
            Some(_) => Json::parse(&merchant.decrypted(self.biz_content()).ok()?).ok(),
        }
    }
}
