//! Values of request parameters that have a grammar of their own.

use std::fmt;

use crate::protocol::Money;

/// A payment channel, for `paymethod`, `enable_paymethod` and `disable_paymethod`. Case-sensitive on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PayMethod {
    /// The bank gateway; as a default channel it needs a bank, see `with_bank`.
    BankPay,
    /// Prepaid card.
    Cartoon,
    /// Payment at an outlet.
    Cash,
    /// Coupon.
    Coupon,
    /// Credit card by express payment.
    CreditCardExpress,
    /// Credit payment.
    CreditPay,
    /// Debit card by express payment.
    DebitCardExpress,
    /// Account balance.
    DirectPay,
    /// A channel agreed in the contract.
    Other(Box<str>),
    /// Points.
    Point,
    /// Voucher.
    Voucher,
}

impl fmt::Display for PayMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BankPay => "bankPay",
            Self::Cartoon => "cartoon",
            Self::Cash => "cash",
            Self::Coupon => "coupon",
            Self::CreditCardExpress => "creditCardExpress",
            Self::CreditPay => "creditPay",
            Self::DebitCardExpress => "debitCardExpress",
            Self::DirectPay => "directPay",
            Self::Other(name) => name,
            Self::Point => "point",
            Self::Voucher => "voucher",
        })
    }
}

/// `qr_pay_mode`: how the QR code is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QrPayMode {
    /// `1`: inline, in a frame of at least 300 × 600 pixels.
    Frame,
    /// `0`: inline, simple, in a frame of at least 600 × 300 pixels.
    FrameSimple,
    /// `3`: inline, in a frame of at least 75 × 75 pixels.
    FrameSmall,
    /// `4`: inline, with this width of the code in pixels (`qrcode_width`).
    FrameWidth(u16),
    /// `2`: Alipay's own page.
    Redirect,
}

impl QrPayMode {
    pub(in crate::protocol) const fn digit(self) -> char {
        match self {
            Self::Frame => '1',
            Self::FrameSimple => '0',
            Self::FrameSmall => '3',
            Self::FrameWidth(_) => '4',
            Self::Redirect => '2',
        }
    }
}

/// `it_b_pay`: how long the buyer may take to pay, from one minute to fifteen days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Timeout {
    /// Days, 1 to 15.
    Days(u32),
    /// Until midnight of the day, Beijing time (`1c`).
    EndOfDay,
    /// Hours, 1 to 360.
    Hours(u32),
    /// Minutes, 1 to 21600.
    Minutes(u32),
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(count) => write!(f, "{count}d"),
            Self::EndOfDay => f.write_str("1c"),
            Self::Hours(count) => write!(f, "{count}h"),
            Self::Minutes(count) => write!(f, "{count}m"),
        }
    }
}

/// One receiver of a share of the payment (`royalty_parameters`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Royalty {
    /// The receiver's Alipay login.
    pub account: String,
    /// The share.
    pub amount: Money,
    /// What it is for; shown to the receiver.
    pub memo: String,
}

impl Royalty {
    /// A share for one receiver.
    #[must_use]
    pub fn new(account: impl Into<String>, amount: Money, memo: impl Into<String>) -> Self {
        Self { account: account.into(), amount, memo: memo.into() }
    }
}

impl fmt::Display for Royalty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}^{}^{}", self.account, self.amount, self.memo)
    }
}
