//! `create_partner_trade_by_buyer` and `trade_create_by_buyer`: goods that are shipped before the money moves on.

mod limits;
mod logistics;
mod options;
mod total;

pub use self::logistics::{Discount, Logistics, LogisticsPayment, LogisticsType};
use super::{Parameters, RequestError, payment_page, request};
use crate::protocol::{Merchant, Money, OutTradeNo, SignedRequest};

request! {
    /// A payment in escrow (`create_partner_trade_by_buyer`, 担保交易): Alipay holds the money until the buyer has the
    /// goods.
    ///
    /// The buyer pays a unit price times a quantity, and the carrier. A paid order is *held*
    /// (`WAIT_SELLER_SEND_GOODS`): the shop ships, says so with [`SendGoods`](crate::protocol::SendGoods), and has the money
    /// when the buyer has confirmed (`TRADE_FINISHED`).
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{
    ///     EscrowPayment, Logistics, LogisticsPayment, LogisticsType, Md5Key, OutTradeNo, PartnerId,
    /// }};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let express = Logistics::new(LogisticsType::Express, "10.00".parse()?, LogisticsPayment::BuyerPay);
    /// let order = OutTradeNo::new("T20240101000001")?;
    /// let payment = EscrowPayment::new(order, "测试订单", "88.00".parse()?, 2, express)
    ///     .with_receive_name("张三")
    ///     .with_receive_address("浙江省 杭州市 示例路1号")
    ///     .with_receive_mobile("13000000000");
    /// assert_eq!(payment.expected_total(), Some("186.00".parse()?));
    ///
    /// let signed = payment.sign(&merchant)?;
    /// assert_eq!(signed.field("logistics_fee"), Some("10.00"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    EscrowPayment
}

request! {
    /// A payment of which the buyer chooses the kind at Alipay, escrow or instant (`trade_create_by_buyer`, 标准双接口).
    ///
    /// It takes what [`EscrowPayment`] takes. The messages tell what the buyer chose: a held order
    /// (`WAIT_SELLER_SEND_GOODS`) or a paid one (`TRADE_SUCCESS`, `TRADE_FINISHED`).
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{
    ///     Discount, DualPayment, Logistics, Md5Key, OutTradeNo, PartnerId,
    /// }};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let order = OutTradeNo::new("T20240101000001")?;
    /// let payment = DualPayment::new(order, "电子书", "10.00".parse()?, 1, Logistics::none())
    ///     .with_discount(Discount::Rebate("1.00".parse()?));
    /// assert_eq!(payment.expected_total(), Some("9.00".parse()?));
    ///
    /// let signed = payment.sign(&merchant)?;
    /// assert_eq!(signed.field("discount"), Some("-1.00"));
    /// // Nothing to pay for the carrier is a value like any other, and is signed.
    /// assert_eq!(signed.field("logistics_fee"), Some("0.00"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    DualPayment
}

payment_page!(EscrowPayment);
payment_page!(DualPayment);

macro_rules! builder {
    ($name:ident, $service:literal, $limits:path) => {
        impl $name {
            /// An order by unit price and quantity, and how it is shipped.
            pub fn new(
                out_trade_no: OutTradeNo,
                subject: impl Into<String>,
                price: Money,
                quantity: u32,
                logistics: Logistics,
            ) -> Self {
                let mut parameters = Parameters::of($service)
                    .with("payment_type", "1")
                    .with("out_trade_no", out_trade_no)
                    .with("subject", subject.into())
                    .with("price", price)
                    .with("quantity", quantity);
                logistics.add_to(&mut parameters);
                Self { parameters }
            }

            /// Checks every limit and signs.
            ///
            /// The merchant's `partner` and `_input_charset` are added, and its `seller_id` when no seller was set.
            ///
            /// # Errors
            ///
            /// [`RequestError`] with the field that breaks its documented limit, does not fit the charset, or would let
            /// the signed text be read in two ways.
            pub fn sign(&self, merchant: &Merchant) -> Result<SignedRequest, RequestError> {
                let sellers = ["seller_id", "seller_email", "seller_account_name"];
                let parameters = self.parameters.clone();
                parameters.with_default(&sellers, "seller_id", merchant.seller_id()).sign(merchant, &$limits)
            }

            /// What the buyer is to pay: `total_fee` when it was set, else price × quantity, plus the carrier's fee when
            /// the buyer pays it with the order, plus the discount.
            ///
            /// The formula is inferred from Alipay's descriptions of the single fields, which state none: compare it
            /// with the first notification of a new contract. `None` when it depends on which carrier the buyer
            /// chooses, or when it is no amount that Alipay takes.
            #[must_use]
            pub fn expected_total(&self) -> Option<Money> {
                total::expected(&self.parameters)
            }
        }
    };
}

builder!(EscrowPayment, "create_partner_trade_by_buyer", limits::ESCROW);
builder!(DualPayment, "trade_create_by_buyer", limits::DUAL);

#[cfg(test)]
mod tests;
