//! Orders, and payments that were one too many.

use std::fmt;

use alipay_tower::{
    Money, Order,
    protocol::{OrderState, OutTradeNo, SellerId, Timestamp, TradeNo},
};

/// An order to be recorded, before the buyer is sent to pay.
///
/// ```
/// use alipay_sqlx_store::NewOrder;
/// use alipay_tower::protocol::OutTradeNo;
///
/// let order = NewOrder::new(OutTradeNo::new("T20240101000001")?, "10.50".parse()?, "a pot of tea")
///     .with_contact("buyer@example.com");
/// # let _ = order;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "an order is recorded by SqlStore::create_order"]
pub struct NewOrder {
    pub(crate) out_trade_no: OutTradeNo,
    pub(crate) amount: Money,
    pub(crate) subject: String,
    pub(crate) contact: Option<String>,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) adjusted_price: bool,
}

impl NewOrder {
    /// What every order has: a number that was never used before, what is to be paid, and what for.
    pub fn new(out_trade_no: OutTradeNo, amount: Money, subject: impl Into<String>) -> Self {
        let (contact, seller_id, adjusted_price) = (None, None, false);
        Self { out_trade_no, amount, subject: subject.into(), contact, seller_id, adjusted_price }
    }

    /// Where the receipt goes, an e-mail address for example. Default: nowhere.
    pub fn with_contact(self, contact: impl Into<String>) -> Self {
        Self { contact: Some(contact.into()), ..self }
    }

    /// Accepts coupons and discounts at Alipay, see [`Order::with_adjusted_price_accepted`]. Default: a mismatch.
    pub fn with_adjusted_price_accepted(self) -> Self {
        Self { adjusted_price: true, ..self }
    }

    /// The seller that is to receive the money, for partners with several. Default: not compared.
    pub fn with_seller_id(self, seller_id: SellerId) -> Self {
        Self { seller_id: Some(seller_id), ..self }
    }
}

/// Without the contact, which is personal data.
impl fmt::Debug for NewOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewOrder")
            .field("out_trade_no", &self.out_trade_no)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

/// The columns of an order that are not part of [`Order`].
#[derive(Clone)]
pub(crate) struct OrderColumns {
    pub(crate) subject: String,
    pub(crate) contact: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) paid_at: Option<i64>,
    pub(crate) closed_at: Option<i64>,
}

/// An order as it stands in the books.
#[derive(Clone)]
pub struct OrderRecord {
    order: Order,
    columns: OrderColumns,
}

impl OrderRecord {
    pub(crate) const fn new(order: Order, columns: OrderColumns) -> Self {
        Self { order, columns }
    }

    /// What a payment is compared with.
    #[must_use]
    pub const fn order(&self) -> &Order {
        &self.order
    }

    /// The shop's order number.
    #[must_use]
    pub const fn out_trade_no(&self) -> &OutTradeNo {
        self.order.out_trade_no()
    }

    /// What is to be paid.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.order.amount()
    }

    /// What for.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.columns.subject
    }

    /// Where the receipt goes. Personal data.
    #[must_use]
    pub fn contact(&self) -> Option<&str> {
        self.columns.contact.as_deref()
    }

    /// The seller that is to receive the money, when it is fixed.
    #[must_use]
    pub const fn seller_id(&self) -> Option<&SellerId> {
        self.order.seller_id()
    }

    /// Where the order stands.
    #[must_use]
    pub const fn state(&self) -> &OrderState {
        self.order.state()
    }

    /// The trade that settled the order, if one has.
    #[must_use]
    pub const fn trade_no(&self) -> Option<&TradeNo> {
        self.order.settled_by()
    }

    /// When the order was recorded.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.columns.created_at)
    }

    /// When the payment was settled here.
    #[must_use]
    pub fn paid_at(&self) -> Option<Timestamp> {
        self.columns.paid_at.map(Timestamp::from_unix_seconds)
    }

    /// When the order was closed without payment.
    #[must_use]
    pub fn closed_at(&self) -> Option<Timestamp> {
        self.columns.closed_at.map(Timestamp::from_unix_seconds)
    }
}

/// Without subject and contact, which may be personal data.
impl fmt::Debug for OrderRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderRecord")
            .field("order", &self.order)
            .field("created_at", &self.created_at())
            .field("paid_at", &self.paid_at())
            .field("closed_at", &self.closed_at())
            .finish_non_exhaustive()
    }
}

/// A further payment of a paid order: money that must go back.
#[derive(Clone, Debug)]
pub struct ExtraPayment {
    pub(crate) out_trade_no: OutTradeNo,
    pub(crate) trade_no: TradeNo,
    pub(crate) earlier: TradeNo,
    pub(crate) amount: Money,
    pub(crate) at: i64,
}

impl ExtraPayment {
    /// The order that was paid twice.
    #[must_use]
    pub const fn out_trade_no(&self) -> &OutTradeNo {
        &self.out_trade_no
    }

    /// The trade that came too late.
    #[must_use]
    pub const fn trade_no(&self) -> &TradeNo {
        &self.trade_no
    }

    /// The trade that settled the order.
    #[must_use]
    pub const fn earlier(&self) -> &TradeNo {
        &self.earlier
    }

    /// What must go back.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// When it was recorded.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.at)
    }
}
