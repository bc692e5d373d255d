//! The products that buyers pay with, of both generations.

use alipay_tower::protocol::Scheme;

/// The service (or method) that opened a trade; it decides the states of the trade and the fields of its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Product {
    /// `alipay.trade.app.pay`: an order string for the app (OpenAPI).
    AppPay,
    /// `create_direct_pay_by_user`: instant payment.
    Direct,
    /// `trade_create_by_buyer`: the buyer chooses instant payment or escrow.
    Dual,
    /// `create_partner_trade_by_buyer`: escrow.
    Escrow,
    /// `create_forex_trade`: cross-border, on a computer.
    Forex,
    /// `create_forex_trade_wap`: cross-border, on a phone.
    ForexWap,
    /// `alipay.trade.page.pay`: on a computer (OpenAPI).
    PagePay,
    /// `alipay.trade.precreate`: a QR code (OpenAPI).
    Precreate,
    /// `alipay.wap.create.direct.pay.by.user`: instant payment on a phone.
    Wap,
    /// `alipay.trade.wap.pay`: on a phone (OpenAPI).
    WapPay,
}

impl Product {
    /// The value of `service` or `method`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AppPay => "alipay.trade.app.pay",
            Self::Direct => "create_direct_pay_by_user",
            Self::Dual => "trade_create_by_buyer",
            Self::Escrow => "create_partner_trade_by_buyer",
            Self::Forex => "create_forex_trade",
            Self::ForexWap => "create_forex_trade_wap",
            Self::PagePay => "alipay.trade.page.pay",
            Self::Precreate => "alipay.trade.precreate",
            Self::Wap => "alipay.wap.create.direct.pay.by.user",
            Self::WapPay => "alipay.trade.wap.pay",
        }
    }

    /// The generation.
    #[must_use]
    pub const fn scheme(self) -> Scheme {
        match self {
            Self::AppPay | Self::PagePay | Self::Precreate | Self::WapPay => Scheme::OpenApi,
            _ => Scheme::Mapi,
        }
    }

    pub(crate) const fn is_forex(self) -> bool {
        matches!(self, Self::Forex | Self::ForexWap)
    }

    /// Whether goods may be shipped before the seller is paid.
    pub(crate) const fn ships(self) -> bool {
        matches!(self, Self::Dual | Self::Escrow)
    }
}

impl std::fmt::Display for Product {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
