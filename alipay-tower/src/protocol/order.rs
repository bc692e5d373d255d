//! The order as the shop recorded it before the buyer was sent to pay.

use super::{Currency, Money, OutTradeNo, Progress, SellerId, TradeNo};

/// What a payment is compared with: facts of the shop, never of a message.
///
/// ```
/// use alipay_tower::{Order, protocol::OutTradeNo};
///
/// let order = Order::new(OutTradeNo::new("T20240101000001")?, "10.50".parse()?);
/// assert!(order.settled_by().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    out_trade_no: OutTradeNo,
    amount: Money,
    currency: Currency,
    seller_id: Option<SellerId>,
    adjusted_price: bool,
    escrow: bool,
    unconfirmed: bool,
    state: OrderState,
    progress: Progress,
}

/// Where an order stands in the shop's books.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrderState {
    /// Closed by the shop or by Alipay without payment.
    Closed,
    /// Settled by this trade.
    Paid(TradeNo),
    /// Paid by this trade after the shop had closed it: real money for goods that may be gone. A person decides.
    PaidAfterClose(TradeNo),
    /// Waiting for payment.
    Pending,
}

impl Order {
    /// An order that waits for payment.
    #[must_use]
    pub fn new(out_trade_no: OutTradeNo, amount: Money) -> Self {
        Self {
            out_trade_no,
            amount,
            currency: Currency::CNY,
            seller_id: None,
            adjusted_price: false,
            escrow: false,
            unconfirmed: false,
            state: OrderState::Pending,
            progress: Progress::default(),
        }
    }

    /// The same order in another state.
    #[must_use]
    pub fn with_state(self, state: OrderState) -> Self {
        Self { state, ..self }
    }

    /// The currency of the amount, for the cross-border products. Default: `CNY`.
    #[must_use]
    pub fn with_currency(self, currency: Currency) -> Self {
        Self { currency, ..self }
    }

    /// Takes the order for paid when Alipay holds the money: it was sold by escrow, or by the interface that lets the
    /// buyer choose. Default: held money is no payment.
    #[must_use]
    pub fn with_escrow_accepted(self) -> Self {
        Self { escrow: true, ..self }
    }

    /// The order was settled on a signature alone, while the gateway was out of reach, and the gateway has not been asked
    /// since.
    #[must_use]
    pub fn with_unconfirmed(self) -> Self {
        Self { unconfirmed: true, ..self }
    }

    /// What the books know of the trade's progress. Default: nothing.
    #[must_use]
    pub fn with_progress(self, progress: Progress) -> Self {
        Self { progress, ..self }
    }

    /// The seller that is to receive the money, for partners with several. Default: not compared.
    #[must_use]
    pub fn with_seller_id(self, seller_id: SellerId) -> Self {
        Self { seller_id: Some(seller_id), ..self }
    }

    /// Accepts a payment in which Alipay applied a coupon or a discount, or the seller changed the price there, as long as
    /// `total_fee` is still exactly the order's amount. Default: such a payment is a mismatch.
    #[must_use]
    pub fn with_adjusted_price_accepted(self) -> Self {
        Self { adjusted_price: true, ..self }
    }

    /// The shop's order number.
    #[must_use]
    pub const fn out_trade_no(&self) -> &OutTradeNo {
        &self.out_trade_no
    }

    /// What is to be paid.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// The seller that is to receive the money, when it is fixed.
    #[must_use]
    pub const fn seller_id(&self) -> Option<&SellerId> {
        self.seller_id.as_ref()
    }

    /// Whether a coupon or discount at Alipay is accepted.
    #[must_use]
    pub const fn accepts_adjusted_price(&self) -> bool {
        self.adjusted_price
    }

    /// The currency of the amount.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether money that Alipay holds is a payment of it.
    #[must_use]
    pub const fn accepts_escrow(&self) -> bool {
        self.escrow
    }

    /// Whether it was settled on a signature alone and the gateway has not been asked since.
    #[must_use]
    pub const fn is_unconfirmed(&self) -> bool {
        self.unconfirmed
    }

    /// What the books know of the trade's progress.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        self.progress
    }

    /// Where the order stands.
    #[must_use]
    pub const fn state(&self) -> &OrderState {
        &self.state
    }

    /// The trade that settled the order, if one has.
    #[must_use]
    pub const fn settled_by(&self) -> Option<&TradeNo> {
        match &self.state {
            OrderState::Paid(trade_no) => Some(trade_no),
            OrderState::Closed | OrderState::PaidAfterClose(_) | OrderState::Pending => None,
        }
    }
}
