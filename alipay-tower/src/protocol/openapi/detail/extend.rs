//! `extend_params`.

use crate::protocol::openapi::request::macros::object;

object! {
    /// Additions to a payment (`extend_params`).
    ExtendParams {
        /// `card_type`: the kind of card, up to 32 characters.
        with_card_type = "card_type",
        /// `credit_ext_info`: what a credit product asks for.
        with_credit_ext_info = "credit_ext_info",
        /// `industry_reflux_info`: what an industry reports back, as JSON text, up to 512 characters.
        with_industry_reflux_info = "industry_reflux_info",
        /// `royalty_freeze`: whether shares are frozen first.
        with_royalty_freeze = "royalty_freeze",
        /// `specified_seller_name`: the seller's name that the buyer sees.
        with_specified_seller_name = "specified_seller_name",
        /// `sys_service_provider_id`: the account of the service provider that the commission goes to, up to 64
        /// characters.
        with_sys_service_provider_id = "sys_service_provider_id",
        /// `tc_installment_order_id`: the number of an instalment order.
        with_tc_installment_order_id = "tc_installment_order_id",
        /// `trade_component_order_id`: the number of an order of the trade component.
        with_trade_component_order_id = "trade_component_order_id",
    }
}

impl ExtendParams {
    /// `hb_fq_num` and `hb_fq_seller_percent`: payment in `count` instalments, their fee borne by the seller or by the
    /// buyer.
    pub fn with_instalments(self, count: u8, seller_bears_fee: bool) -> Self {
        let percent = if seller_bears_fee { "100" } else { "0" };
        self.set("hb_fq_num", count.to_string()).set("hb_fq_seller_percent", percent)
    }
}
