//! The end of the chain: a payment that is matched with its order.

use std::{fmt, sync::Arc};

use super::{
    Channel, ConfirmedBy, Currency, KeyMatch, Money, Order, OrderState, OutTradeNo, Progress, SellerId,
    Timestamp, TradeEvent, TradeNo, TradeNotice, TradeStatus,
};

/// Alipay's word that a trade is paid, not yet compared with the shop's order.
#[derive(Clone, Debug)]
pub struct UnmatchedPayment {
    notice: TradeNotice,
}

impl UnmatchedPayment {
    pub(super) const fn new(notice: TradeNotice) -> Self {
        Self { notice }
    }

    /// The message.
    #[must_use]
    pub const fn notice(&self) -> &TradeNotice {
        &self.notice
    }

    /// Compares the payment with the order as the shop recorded it.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] names the first thing that differs: another order, a closed one, an amount that is not exactly
    /// the order's, a price changed at Alipay, or another seller than the order's.
    pub fn match_order(self, order: &Order) -> Result<VerifiedPayment, Mismatch> {
        let notice = self.notice;
        if notice.out_trade_no() != order.out_trade_no() {
            return Err(Mismatch::OtherOrder);
        }
        let amount = notice.amount().ok_or(Mismatch::NoAmount)?;
        // A message of the mainland products names no currency: it is the yuan.
        if notice.field("currency").unwrap_or(Currency::CNY.as_str()) != order.currency().as_str() {
            return Err(Mismatch::Currency);
        }
        if notice.trade_status().is_held() && !order.accepts_escrow() {
            return Err(Mismatch::Held);
        }
        if amount != order.amount() {
            return Err(Mismatch::Amount { expected: order.amount(), paid: amount });
        }
        if !order.accepts_adjusted_price() && is_adjusted(&notice) {
            return Err(Mismatch::PriceAdjusted);
        }
        let seller = notice.field("seller_id");
        if order.seller_id().zip(seller).is_some_and(|(expected, seller)| expected.as_str() != seller) {
            return Err(Mismatch::Seller);
        }
        if matches!(order.state(), OrderState::Closed | OrderState::PaidAfterClose(_)) {
            return Err(Mismatch::OrderClosed);
        }
        Ok(VerifiedPayment { verified: Arc::new(Verified { notice, amount }) })
    }
}

/// Whether the total is made up of more than the price that the shop asked for: changed by the seller, a discount, a
/// coupon (Alipay, *Notification handling*: such cases are to be decided explicitly).
fn is_adjusted(notice: &TradeNotice) -> bool {
    // Notifications say `N`, answers to queries `F`.
    let says_more_than_no = |name: &str| notice.field(name).is_some_and(|value| value != "N" && value != "F");
    let is_not_zero =
        |name: &str| notice.field(name).is_some_and(|text| text.bytes().any(|byte| !b"0.-".contains(&byte)));
    says_more_than_no("is_total_fee_adjust")
        || says_more_than_no("use_coupon")
        || is_not_zero("discount")
        || is_not_zero("coupon_discount")
}

/// In what a payment differs from its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// The amounts differ.
    Amount {
        /// The order's.
        expected: Money,
        /// The message's `total_fee`.
        paid: Money,
    },
    /// The amount is in another currency.
    Currency,
    /// Alipay holds the money, and the order is none that was sold by escrow.
    Held,
    /// The message has no readable `total_fee`.
    NoAmount,
    /// The shop has closed the order.
    OrderClosed,
    /// The message is about another order.
    OtherOrder,
    /// The price was changed at Alipay (`is_total_fee_adjust`, `discount`, `use_coupon`), and the order does not accept
    /// that.
    PriceAdjusted,
    /// The money went to another seller than the order's.
    Seller,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount { expected, paid } => {
                write!(f, "the order is {expected}, the message says {paid}")
            }
            Self::Currency => f.write_str("the amount is not in the order's currency"),
            Self::Held => f.write_str("Alipay holds the money, and the order is no escrow order"),
            Self::NoAmount => f.write_str("the total is missing or no amount"),
            Self::OrderClosed => f.write_str("the order is closed"),
            Self::OtherOrder => f.write_str("the message is about another order"),
            Self::PriceAdjusted => f.write_str("the price was changed at Alipay"),
            Self::Seller => f.write_str("the money went to another seller than the order's"),
        }
    }
}

impl std::error::Error for Mismatch {}

/// Proof that an order of this shop is paid.
///
/// It exists only at the end of the chain: the message was signed with the merchant's key, named this merchant, was
/// confirmed by the gateway (or is about the very trade that the shop has settled before), said *paid*, and its
/// order number, amount and seller are those of the order that the shop recorded. There is no constructor, no
/// `Deserialize` and no test door; a test gets one by sending signed bytes through the chain.
///
/// ```compile_fail,E0451
/// # fn forge() {
/// let _ = alipay_tower::VerifiedPayment { verified: loop {} };
/// # }
/// ```
///
/// With MD5 the shop holds the same key as Alipay and could sign for itself: the type prevents accident and
/// omission, not treachery by the key's owner.
///
/// Cloning costs one reference count.
#[derive(Clone)]
pub struct VerifiedPayment {
    verified: Arc<Verified>,
}

struct Verified {
    notice: TradeNotice,
    amount: Money,
}

impl VerifiedPayment {
    /// The shop's order number.
    #[must_use]
    pub fn out_trade_no(&self) -> &OutTradeNo {
        self.notice().out_trade_no()
    }

    /// Alipay's trade number.
    #[must_use]
    pub fn trade_no(&self) -> &TradeNo {
        self.notice().trade_no()
    }

    /// What was paid, equal to the order's amount.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.verified.amount
    }

    /// Which of the merchant's keys verified the message.
    #[must_use]
    pub fn key(&self) -> KeyMatch {
        self.notice().key()
    }

    /// The message as an event, for a store that follows the trade's progress.
    #[must_use]
    pub fn event(&self) -> TradeEvent {
        TradeEvent::classify(self.notice().clone())
    }

    /// Whose word says that the message is really the gateway's. [`ConfirmedBy::Nobody`] means: not yet.
    #[must_use]
    pub fn confirmed_by(&self) -> ConfirmedBy {
        self.notice().confirmed_by()
    }

    /// Whether Alipay still holds the money until the buyer has the goods (escrow): ship, and tell Alipay so.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.trade_status().is_held()
    }

    /// Whether everything went back to the buyer since: the payment belongs into the books, and no goods may leave for it.
    /// Only an answer of the gateway says so: a shop that heard of nothing in time, and asked.
    #[must_use]
    pub fn is_refunded(&self) -> bool {
        self.progress().is_refunded_in_full(self.amount())
    }

    /// What the message says of the trade's progress.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.notice().progress()
    }

    /// `TRADE_SUCCESS` or `TRADE_FINISHED`; of an escrow order also a status in which Alipay holds the money.
    #[must_use]
    pub fn trade_status(&self) -> &TradeStatus {
        self.notice().trade_status()
    }

    /// The account that received the money, when the message names it.
    #[must_use]
    pub fn seller_id(&self) -> Option<SellerId> {
        self.field("seller_id").and_then(|text| SellerId::new(text).ok())
    }

    /// The buyer's Alipay account number, when the message names it; new merchants of the OpenAPI generation are told an
    /// identifier of their own instead (`buyer_open_id`), and answers of the gateway spell it `buyer_user_id`. Personal data.
    #[must_use]
    pub fn buyer_id(&self) -> Option<&str> {
        ["buyer_id", "buyer_user_id", "buyer_open_id"].into_iter().find_map(|name| self.field(name))
    }

    /// When the buyer paid (`gmt_payment`; in answers of the OpenAPI generation `send_pay_date`), Beijing time; a return
    /// does not say it.
    #[must_use]
    pub fn paid_at(&self) -> Option<Timestamp> {
        self.field("gmt_payment").or_else(|| self.field("send_pay_date")).and_then(Timestamp::of_answer)
    }

    /// Which way the message came.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.notice().channel()
    }

    /// The message as it came, see [`TradeNotice::raw`]. It may hold personal data.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        self.notice().raw()
    }

    /// A field of the message by its Alipay name, decoded to text.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.notice().field(name)
    }

    /// All fields of the message, sorted by name.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.notice().fields()
    }

    /// The message that says so, with everything else that it says.
    #[must_use]
    pub fn notice(&self) -> &TradeNotice {
        &self.verified.notice
    }
}

/// Order, trade and amount only: the rest may be personal data.
impl fmt::Debug for VerifiedPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPayment")
            .field("out_trade_no", self.out_trade_no())
            .field("trade_no", self.trade_no())
            .field("amount", &self.amount())
            .finish_non_exhaustive()
    }
}
