//! Orders.

use std::fmt;

use alipay_tower::{
    Money, Order,
    protocol::{Currency, OrderState, OutTradeNo, Progress, SellerId, Timestamp, TradeNo, TradeState},
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
    pub(crate) currency: Currency,
    pub(crate) subject: String,
    pub(crate) contact: Option<String>,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) adjusted_price: bool,
    pub(crate) escrow: bool,
}

impl NewOrder {
    /// What every order has: a number that was never used before, what is to be paid, and what for.
    pub fn new(out_trade_no: OutTradeNo, amount: Money, subject: impl Into<String>) -> Self {
        Self {
            out_trade_no,
            amount,
            currency: Currency::CNY,
            subject: subject.into(),
            contact: None,
            seller_id: None,
            adjusted_price: false,
            escrow: false,
        }
    }

    /// Where the receipt goes, an e-mail address for example. Default: nowhere.
    pub fn with_contact(self, contact: impl Into<String>) -> Self {
        Self { contact: Some(contact.into()), ..self }
    }

    /// Accepts coupons and discounts at Alipay, see [`Order::with_adjusted_price_accepted`]. Default: a mismatch.
    pub fn with_adjusted_price_accepted(self) -> Self {
        Self { adjusted_price: true, ..self }
    }

    /// The currency of the amount, for the cross-border products. Default: `CNY`.
    pub fn with_currency(self, currency: Currency) -> Self {
        Self { currency, ..self }
    }

    /// Takes the order for paid when Alipay holds the money, see [`Order::with_escrow_accepted`]. Default: held money is no
    /// payment.
    pub fn with_escrow_accepted(self) -> Self {
        Self { escrow: true, ..self }
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
    pub(crate) checks: u32,
    pub(crate) next_check_at: Option<i64>,
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

    /// The trade that paid the order, in time or after it was closed.
    #[must_use]
    pub const fn trade_no(&self) -> Option<&TradeNo> {
        match self.order.state() {
            OrderState::Paid(trade_no) | OrderState::PaidAfterClose(trade_no) => Some(trade_no),
            _ => None,
        }
    }

    /// The currency of the amount.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.order.currency()
    }

    /// Whether the order was settled on a signature alone, and the gateway has not been asked since.
    #[must_use]
    pub const fn is_unconfirmed(&self) -> bool {
        self.order.is_unconfirmed()
    }

    /// How far the trade that paid the order has come.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        self.order.progress()
    }

    /// How much went back to the buyer, as far as a message or the shop has said: everything when the trade was closed after
    /// the payment. The classic gateway's notices of refunds made on Alipay's site name no amount, so it may be less than
    /// the truth while [`Progress::is_refund_seen`] says that there was one.
    #[must_use]
    pub fn refunded(&self) -> Money {
        match self.progress().state() {
            TradeState::Refunded => self.amount(),
            _ => self.progress().refunded(),
        }
    }

    /// When the order was recorded.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.columns.created_at)
    }

    /// When the payment was recorded here.
    #[must_use]
    pub fn paid_at(&self) -> Option<Timestamp> {
        self.columns.paid_at.map(Timestamp::from_unix_seconds)
    }

    /// When the order was closed without payment, or before it.
    #[must_use]
    pub fn closed_at(&self) -> Option<Timestamp> {
        self.columns.closed_at.map(Timestamp::from_unix_seconds)
    }

    /// How often the gateway was asked about the order in vain.
    #[must_use]
    pub const fn checks(&self) -> u32 {
        self.columns.checks
    }

    /// Before when the gateway is not asked again.
    #[must_use]
    pub fn next_check_at(&self) -> Option<Timestamp> {
        self.columns.next_check_at.map(Timestamp::from_unix_seconds)
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
