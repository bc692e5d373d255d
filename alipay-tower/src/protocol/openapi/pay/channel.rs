//! Where the buyer's money may come from.

use crate::protocol::request::joined;

macro_rules! channels {
    ($($(#[$docs:meta])* $variant:ident = $word:literal,)*) => {
        /// A payment channel, for `enable_pay_channels`, `disable_pay_channels` and `specified_channel`. Case-sensitive on
        /// the wire.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum PayChannel {
            $($(#[$docs])* $variant,)*
            /// A channel agreed in the contract.
            Other(Box<str>),
        }

        impl PayChannel {
            /// The word on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }
    };
}

channels! {
    /// The balance of the account.
    Balance = "balance",
    /// A bank by its own page.
    BankPay = "bankPay",
    /// Coupon.
    Coupon = "coupon",
    /// Credit card.
    CreditCard = "creditCard",
    /// Credit card by prepaid card.
    CreditCardCartoon = "creditCardCartoon",
    /// Credit card by express payment.
    CreditCardExpress = "creditCardExpress",
    /// All kinds of credit.
    CreditGroup = "credit_group",
    /// Debit card by express payment.
    DebitCardExpress = "debitCardExpress",
    /// The merchant's own card.
    MCard = "mcard",
    /// The merchant's own discount.
    MDiscount = "mdiscount",
    /// Money fund.
    MoneyFund = "moneyFund",
    /// Personal card.
    PCard = "pcard",
    /// Consumer credit.
    PCredit = "pcredit",
    /// Consumer credit in instalments.
    PCreditPayInstallment = "pcreditpayInstallment",
    /// Points.
    Point = "point",
    /// All kinds of discounts.
    Promotion = "promotion",
    /// Voucher.
    Voucher = "voucher",
}

pub(in crate::protocol::openapi) fn channels(channels: impl IntoIterator<Item = PayChannel>) -> String {
    joined(channels.into_iter().map(|channel| channel.as_str().to_owned()), ",")
}
