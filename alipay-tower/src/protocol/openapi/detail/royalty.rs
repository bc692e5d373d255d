//! `royalty_info`.

use crate::protocol::{
    Money,
    openapi::{
        Json,
        request::{amount, macros::object},
    },
};

object! {
    /// One receiver of a share of a payment (`royalty_detail_infos`).
    RoyaltyDetail {
        /// `amount_percentage`: the share in percent of the payment.
        with_amount_percentage = "amount_percentage",
        /// `batch_no`: the batch, up to 32 characters.
        with_batch_no = "batch_no",
        /// `desc`: what it is for, up to 1000 characters.
        with_desc = "desc",
        /// `out_relation_id`: the shop's own number of the share, up to 64 characters.
        with_out_relation_id = "out_relation_id",
        /// `trans_out`: the account that pays, up to 16 characters.
        with_trans_out = "trans_out",
        /// `trans_out_type`: the kind of the account that pays, up to 24 characters.
        with_trans_out_type = "trans_out_type",
    }
}

impl RoyaltyDetail {
    /// `trans_in` (the receiver, up to 28 characters), `trans_in_type` (`userId`, `bankIndex` or `storeId`) and `amount`.
    pub fn new(trans_in: impl Into<String>, trans_in_type: impl Into<String>, money: Money) -> Self {
        Self::default()
            .set("trans_in", trans_in.into())
            .set("trans_in_type", trans_in_type.into())
            .set("amount", amount(money))
    }

    /// `serial_no`: the place in the order of shares.
    pub fn with_serial_no(self, number: u32) -> Self {
        self.set("serial_no", number)
    }
}

object! {
    /// Who receives shares of a payment (`royalty_info`).
    RoyaltyInfo {}
}

impl RoyaltyInfo {
    /// `royalty_type` = `ROYALTY` and `royalty_detail_infos`.
    pub fn new(details: impl IntoIterator<Item = RoyaltyDetail>) -> Self {
        Self::default().set("royalty_type", "ROYALTY").set("royalty_detail_infos", Json::list(details))
    }
}
