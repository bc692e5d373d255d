//! `goods_detail`: one kind of goods in an order.

use crate::protocol::{
    Money,
    openapi::request::{amount, macros::object},
};

object! {
    /// One kind of goods in an order (`goods_detail`).
    GoodsDetail {
        /// `alipay_goods_id`: Alipay's number of the goods, up to 32 characters.
        with_alipay_goods_id = "alipay_goods_id",
        /// `body`: a description, up to 1000 characters.
        with_body = "body",
        /// `categories_tree`: the category, from the root down, joined by `|`, up to 128 characters.
        with_categories_tree = "categories_tree",
        /// `goods_category`: the category, up to 24 characters.
        with_goods_category = "goods_category",
        /// `out_item_id`: the shop's number of the item.
        with_out_item_id = "out_item_id",
        /// `out_sku_id`: the shop's number of the variant.
        with_out_sku_id = "out_sku_id",
        /// `show_url`: the page of the goods, absolute, up to 400 characters.
        with_show_url = "show_url",
    }
}

impl GoodsDetail {
    /// `goods_id` (up to 64 characters), `goods_name` (up to 256), `quantity` and `price` of one piece.
    pub fn new(
        goods_id: impl Into<String>,
        goods_name: impl Into<String>,
        quantity: u32,
        price: Money,
    ) -> Self {
        Self::default()
            .set("goods_id", goods_id.into())
            .set("goods_name", goods_name.into())
            .set("quantity", quantity)
            .set("price", amount(price))
    }
}
