//! The OpenAPI generation: requests with `biz_content`, answers in JSON, everything signed with RSA.
//!
//! Payments are builders ([`PagePay`], [`WapPay`], [`AppPay`], [`Precreate`]); each checks Alipay's documented limits before
//! it signs. Calls between servers ([`QueryTrade`], [`RefundTrade`], …) sign themselves and read their own answer: first
//! the signature over the bytes as they came, then what they say, and nothing that was not signed.
//!
//! Which generation a merchant speaks belongs to its configuration
//! ([`Merchant::rsa2`](crate::Merchant::rsa2), [`Merchant::certified`](crate::Merchant::certified)); notifications and
//! returns of both walk the same chain.

mod answer;
mod call;
mod detail;
mod fund_bill;
mod json;
mod merchant;
mod notice;
mod pay;
#[cfg(feature = "qr")]
mod qr;
mod request;
mod voucher;

#[cfg(feature = "qr")]
#[cfg_attr(docsrs, doc(cfg(feature = "qr")))]
pub use self::qr::{QrCode, QrError};
pub use self::{
    answer::{Answer, AnswerError, RawAnswer, Refusal},
    call::{
        BillDownload, BillDownloadAnswer, CancelAction, CancelTrade, CancelTradeAnswer, CertificateDownload,
        CertificateError, CloseTrade, CloseTradeAnswer, QueryRefund, QueryRefundAnswer, QueryTrade,
        QueryTradeAnswer, RefundAnswer, RefundGoods, RefundRoyalty, RefundTrade,
    },
    detail::{
        AgreementSignParams, ExtUserInfo, ExtendParams, GoodsDetail, InvoiceInfo, PeriodRule, RoyaltyDetail,
        RoyaltyInfo, SettleDetail, SettleInfo,
    },
    fund_bill::FundBill,
    json::{Json, JsonError},
    pay::{
        AppPay, PagePay, PayChannel, Precreate, PrecreateAnswer, WapPay, passback_params,
        read_passback_params,
    },
    voucher::Voucher,
};
