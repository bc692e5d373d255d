//! Room 1: Alipay's protocol as pure functions on bytes. No I/O, no clock, no web framework.
//!
//! A message walks a straight chain; each step consumes the one before it, and there is no way around:
//!
//! ```text
//! bytes ─parse─► Notification ─authenticate(&Merchant)─► SignedNotification ─confirm(&Confirmation)─► ConfirmedNotification
//!                                      │ .check(&Merchant)             ▲                              │ .into_event()
//!                                      └► NotifyCheck ─read(answer)────┘                              ▼
//!                                                          TradeEvent::Paid(UnmatchedPayment) ─match_order(&Order)─► VerifiedPayment
//! ```
//!
//! ```
//! use alipay_tower::{
//!     Merchant, Order,
//!     protocol::{Channel, Md5Key, Notification, OutTradeNo, PartnerId, TradeEvent},
//! };
//!
//! let merchant = Merchant::md5(
//!     PartnerId::new("2088000000000001")?,
//!     Md5Key::new("abcdefghijklmnopqrstuvwxyz012345")?,
//! );
//! let body = "discount=0.00&payment_type=1&subject=%E6%B5%8B%E8%AF%95%E8%AE%A2%E5%8D%95&trade_no=2024010121001004010200000001\
//!     &buyer_email=buyer%40example.com&gmt_create=2024-01-01+10%3A00%3A00&notify_type=trade_status_sync&quantity=1\
//!     &out_trade_no=T20240101000001&seller_id=2088000000000001&notify_time=2024-01-01+10%3A00%3A31\
//!     &body=%E8%AF%B4%E6%98%8E+a%2Bb&trade_status=TRADE_SUCCESS&is_total_fee_adjust=N&total_fee=0.01\
//!     &gmt_payment=2024-01-01+10%3A00%3A30&seller_email=seller%40example.com&price=0.01&buyer_id=2088000000000002\
//!     &notify_id=0123456789abcdef0123456789abcdef5e&use_coupon=N&sign=c51c6aa8d72767fd6fad395d56181efb&sign_type=MD5";
//!
//! let signed = Notification::parse(Channel::Notify, body.as_bytes())?.authenticate(&merchant)?;
//! let check = signed.check(&merchant)?;
//! let confirmed = signed.confirm(&check.read(b"true")?)?;
//! let TradeEvent::Paid(payment) = confirmed.into_event()? else { panic!("not paid") };
//! let order = Order::new(OutTradeNo::new("T20240101000001")?, "0.01".parse()?);
//! let payment = payment.match_order(&order)?;
//! assert_eq!(payment.amount().fen(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A step cannot be skipped:
//!
//! ```compile_fail,E0599
//! # fn skip(signed: alipay_tower::protocol::SignedNotification) {
//! let event = signed.into_event();
//! # }
//! ```
//!
//! # What can be asked for
//!
//! Every builder takes typed values, checks all documented limits when it is signed, and names the parameter that breaks one.
//! Each has a chapter of its own, with an example.
//!
//! Payments, which a buyer's browser takes to the gateway ([`Alipay::checkout`](crate::Alipay::checkout)):
//!
//! | service | builder |
//! |---|---|
//! | `create_direct_pay_by_user`, instant | [`PaymentRequest`] |
//! | `create_partner_trade_by_buyer`, escrow | [`EscrowPayment`] |
//! | `trade_create_by_buyer`, the buyer chooses | [`DualPayment`] |
//! | `alipay.wap.create.direct.pay.by.user`, on a phone | [`WapPayment`] |
//! | `create_forex_trade`, cross-border | [`ForexPayment`] |
//! | `create_forex_trade_wap`, cross-border on a phone | [`ForexWapPayment`] |
//!
//! What an operator does; the first two end in a page as payments do, and tell their result in a notification:
//!
//! | service | builder | its result |
//! |---|---|---|
//! | `refund_fastpay_by_platform_pwd` | [`RefundWithPassword`] | [`BatchRefund`] |
//! | `batch_trans_notify` | [`BatchTransferRequest`] | [`BatchTransfer`] |
//! | `refund_fastpay_by_platform_nopwd` | [`RefundWithoutPassword`] | [`BatchRefund`] |
//! | `single_trade_query` | [`SingleTradeQuery`] | in the answer |
//! | `close_trade` | [`CloseTrade`] | in the answer |
//! | `send_goods_confirm_by_platform` | [`SendGoods`] | in the answer |
//! | `forex_refund` | [`ForexRefund`] | in the answer |
//!
//! What goes wrong at Alipay has an [`ErrorCode`] with a [meaning](ErrorCode::meaning).

#[cfg(feature = "rsa")]
mod aes;
mod answer;
mod batch;
mod call;
#[cfg(feature = "rsa")]
mod cert;
mod channel;
mod charset;
mod code;
mod confirm_by;
mod currency;
mod error;
mod fields;
mod form;
mod ids;
mod keys;
mod merchant;
mod message;
mod message_notice;
mod money;
mod notification;
mod notify_check;
#[cfg(feature = "rsa")]
#[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
pub mod openapi;
mod order;
mod payment;
mod progress;
mod reply;
mod request;
#[cfg(feature = "rsa")]
mod rsa;
mod scheme;
mod secret;
mod service_notice;
mod sign;
mod signed_request;
mod status;
mod text_rule;
mod time;
mod trade;
mod url;
mod xml;

pub use self::url::GatewayUrl;
pub(crate) use self::url::WebUrl;
#[cfg(feature = "rsa")]
#[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
pub use self::{
    aes::{AesError, AesKey},
    cert::{Certificate, Certificates, RootCertificates, TrustError, UnknownSn},
    rsa::{PrivateKey, PublicKey},
    sign::rsa::SigningFailed,
};
pub use self::{
    answer::{
        AnswerError, Call, CloseTradeAnswer, ForexRefundAnswer, QueriedTrade, RefundAnswer, SendGoodsAnswer,
        TradeQueryAnswer,
    },
    batch::{
        BatchRefund, BatchTransfer, RefundItem, RefundPart, RefundResult, TransferFlag, TransferRecord,
        Unfreeze,
    },
    call::{
        BatchNo, BatchTransferRequest, CloseTrade, FeeRefund, ForexRefund, RefundDetail, RefundWithPassword,
        RefundWithoutPassword, RoyaltyRefund, SendGoods, SingleTradeQuery, TradeRole, TransferDetail,
    },
    channel::{Channel, ConfirmedBy},
    charset::{Charset, CharsetError},
    code::ErrorCode,
    currency::Currency,
    error::{AuthenticityError, ConfigError, ParseError},
    fields::{Fields, MAX_FIELDS},
    form::{FORM_CSP, FORM_SCRIPT_CSP, FORM_WITHOUT_SCRIPT_CSP},
    ids::{AppId, IdError, NotifyId, OutTradeNo, PartnerId, SellerId, TradeNo},
    keys::KeyMatch,
    merchant::Merchant,
    message_notice::MessageNotice,
    money::{Money, MoneyError},
    notification::{ConfirmedNotification, Notification, SignedNotification},
    notify_check::{CheckError, Confirmation, NotifyCheck},
    order::{Order, OrderState},
    payment::{Mismatch, UnmatchedPayment, VerifiedPayment},
    progress::{Progress, Stage, TradeState},
    reply::Reply,
    request::{
        Discount, DualPayment, EscrowPayment, ForexAmount, ForexPayment, ForexWapPayment, Logistics,
        LogisticsPayment, LogisticsType, PageRequest, PayMethod, PaymentRequest, QrPayMode, RequestError,
        Royalty, SplitFund, Timeout, Wallet, WapPayment,
    },
    scheme::Scheme,
    secret::Md5Key,
    service_notice::ServiceNotice,
    sign::SignType,
    signed_request::SignedRequest,
    status::{NotifyType, RefundStatus, TradeStatus},
    time::{Timestamp, TimestampError},
    trade::{OtherNotice, TradeEvent, TradeNotice},
    xml::{AntiPhishingKey, XmlAnswer, XmlError, XmlTrust},
};
