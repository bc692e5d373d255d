//! How goods are shipped, who pays for it, and what is added to the price.

use std::fmt;

use crate::protocol::{Money, request::Parameters};

/// The names of one carrier's three parameters, for each of the four places.
pub(super) const GROUPS: [[&str; 3]; 4] = [
    ["logistics_type", "logistics_fee", "logistics_payment"],
    ["logistics_type_1", "logistics_fee_1", "logistics_payment_1"],
    ["logistics_type_2", "logistics_fee_2", "logistics_payment_2"],
    ["logistics_type_3", "logistics_fee_3", "logistics_payment_3"],
];

/// Set when there are more carriers than places, so that signing refuses.
pub(super) const TOO_MANY: &str = "logistics_type_4";

/// One way of shipping: `logistics_type`, `logistics_fee` and `logistics_payment`, which go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logistics {
    kind: LogisticsType,
    fee: Money,
    payment: LogisticsPayment,
}

impl Logistics {
    /// A carrier, its fee, and who pays it.
    #[must_use]
    pub const fn new(kind: LogisticsType, fee: Money, payment: LogisticsPayment) -> Self {
        Self { kind, fee, payment }
    }

    /// Nothing is shipped: `DIRECT`, for nothing, paid by the seller.
    #[must_use]
    pub fn none() -> Self {
        Self::new(LogisticsType::Direct, Money::default(), LogisticsPayment::SellerPay)
    }

    /// Takes the first free place.
    pub(super) fn add_to(self, parameters: &mut Parameters) {
        match GROUPS.into_iter().find(|[kind, ..]| !parameters.has(kind)) {
            Some([kind, fee, payment]) => {
                parameters.set(kind, self.kind);
                parameters.set(fee, self.fee);
                parameters.set(payment, self.payment);
            }
            None => parameters.set(TOO_MANY, self.kind),
        }
    }
}

/// `logistics_type`: the kind of carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogisticsType {
    /// `DIRECT`: nothing is shipped. Taken in practice, though not in Alipay's table.
    Direct,
    /// `EMS`: the post's express.
    Ems,
    /// `EXPRESS`: an express company.
    Express,
    /// `POST`: ordinary mail.
    Post,
}

impl fmt::Display for LogisticsType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Direct => "DIRECT",
            Self::Ems => "EMS",
            Self::Express => "EXPRESS",
            Self::Post => "POST",
        })
    }
}

/// `logistics_payment`: who pays the carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogisticsPayment {
    /// `BUYER_PAY`: the buyer, together with the goods.
    BuyerPay,
    /// `BUYER_PAY_AFTER_RECEIVE`: the buyer, at the door.
    BuyerPayAfterReceive,
    /// `SELLER_PAY`: the seller.
    SellerPay,
}

impl fmt::Display for LogisticsPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BuyerPay => "BUYER_PAY",
            Self::BuyerPayAfterReceive => "BUYER_PAY_AFTER_RECEIVE",
            Self::SellerPay => "SELLER_PAY",
        })
    }
}

/// `discount`: what is added to the amount, `-100000000.00` to `100000000.00` yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Discount {
    /// The buyer pays so much less.
    Rebate(Money),
    /// The buyer pays so much more.
    Surcharge(Money),
}

impl fmt::Display for Discount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rebate(amount) if amount.fen() > 0 => write!(f, "-{amount}"),
            Self::Rebate(amount) | Self::Surcharge(amount) => amount.fmt(f),
        }
    }
}
