//! Why a message was refused, and the HTTP status that says so.

use std::{fmt, sync::Arc};

use crate::{
    gateway::GatewayError,
    protocol::{AuthenticityError, CheckError, KeyMatch, Mismatch, OutTradeNo, ParseError},
    store::StoreError,
};

/// A message that did not become a payment, and why.
///
/// Its text is for the operator's log: it names fields and reasons, never keys, values or personal data. It is found in
/// the extensions of the *request* on the return path and of the *response* on the notify path. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Rejection {
    kind: RejectionKind,
    reason: Arc<str>,
    out_trade_no: Option<OutTradeNo>,
    key: Option<KeyMatch>,
    outage: bool,
}

/// The reasons of a [`Rejection`], each with its own HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionKind {
    /// The body did not arrive in time. 408.
    BodyTimeout,
    /// The answer was not ready before the deadline; the gateway will send it again. 503.
    DeadlineExceeded,
    /// The signature or its type is wrong. 403.
    Forged,
    /// The gateway says that it did not send this. 403.
    GatewayDenied,
    /// The gateway gave no clear answer. 503.
    GatewayUnreachable,
    /// The message is no well-formed Alipay message. 400.
    Malformed,
    /// A message of the message service, which the shop does not take here. 409.
    MessageRefused,
    /// A method other than POST on the notify path, or GET on the return path. 405.
    MethodNotAllowed,
    /// The message is for another application, partner or seller. 403.
    NotOurs,
    /// The message is genuine and says that the order is not paid (yet). 409.
    NotPaid,
    /// The order is closed in the shop's books. 409.
    OrderClosed,
    /// The shop asks the gateway as much as it allows itself to; the gateway will send it again. 503.
    Overloaded,
    /// The host's code panicked. 500.
    Panicked,
    /// The return does not say whether the order is paid, and nobody else does yet: the notification will. 409.
    Processing,
    /// The host's order store failed. 503.
    StoreFailed,
    /// The body, or the query of a return, is too large. 413.
    TooLarge,
    /// The shop has no such order (yet: the notification may overtake the order's commit). 404.
    UnknownOrder,
    /// The payment differs from the order, in amount, seller or otherwise. 409.
    WrongAmount,
}

impl RejectionKind {
    /// One stable word for logs and metrics, in snake case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BodyTimeout => "body_timeout",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::Forged => "forged",
            Self::GatewayDenied => "gateway_denied",
            Self::GatewayUnreachable => "gateway_unreachable",
            Self::Malformed => "malformed",
            Self::MessageRefused => "message_refused",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NotOurs => "not_ours",
            Self::NotPaid => "not_paid",
            Self::OrderClosed => "order_closed",
            Self::Overloaded => "overloaded",
            Self::Panicked => "panicked",
            Self::Processing => "processing",
            Self::StoreFailed => "store_failed",
            Self::TooLarge => "too_large",
            Self::UnknownOrder => "unknown_order",
            Self::WrongAmount => "wrong_amount",
        }
    }

    /// The HTTP status. Only the word in the body matters to Alipay; the status is for the operator.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Forged | Self::GatewayDenied | Self::NotOurs => 403,
            Self::UnknownOrder => 404,
            Self::MethodNotAllowed => 405,
            Self::BodyTimeout => 408,
            Self::MessageRefused
            | Self::NotPaid
            | Self::OrderClosed
            | Self::Processing
            | Self::WrongAmount => 409,
            Self::TooLarge => 413,
            Self::Panicked => 500,
            Self::DeadlineExceeded | Self::GatewayUnreachable | Self::Overloaded | Self::StoreFailed => 503,
        }
    }
}

impl Rejection {
    /// A refusal that an adapter makes before or around the desk.
    #[must_use]
    pub fn new(kind: RejectionKind, reason: impl fmt::Display) -> Self {
        Self { kind, reason: reason.to_string().into(), out_trade_no: None, key: None, outage: false }
    }

    /// The same refusal of a message whose signature is good, so that its order number may be believed.
    pub(crate) fn about(self, out_trade_no: Option<OutTradeNo>, key: KeyMatch) -> Self {
        Self { out_trade_no, key: Some(key), ..self }
    }

    /// The reason's kind.
    #[must_use]
    pub const fn kind(&self) -> RejectionKind {
        self.kind
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.kind.status()
    }

    /// Which of the merchant's keys verified the message; only when its signature is good.
    #[must_use]
    pub const fn key(&self) -> Option<KeyMatch> {
        self.key
    }

    /// Whether the gateway was out of reach, so that it said nothing either way.
    pub(crate) const fn is_outage(&self) -> bool {
        self.outage
    }

    /// The order that the message names; only when its signature is good.
    #[must_use]
    pub const fn out_trade_no(&self) -> Option<&OutTradeNo> {
        self.out_trade_no.as_ref()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Rejection {}

impl From<ParseError> for Rejection {
    fn from(error: ParseError) -> Self {
        Self::new(RejectionKind::Malformed, error)
    }
}

impl From<AuthenticityError> for Rejection {
    fn from(error: AuthenticityError) -> Self {
        let kind = match error {
            AuthenticityError::Malformed(_) => RejectionKind::Malformed,
            AuthenticityError::App | AuthenticityError::Partner | AuthenticityError::Seller => {
                RejectionKind::NotOurs
            }
            AuthenticityError::Signature
            | AuthenticityError::SignType
            | AuthenticityError::UnknownCertificate => RejectionKind::Forged,
        };
        Self::new(kind, error)
    }
}

impl From<CheckError> for Rejection {
    fn from(error: CheckError) -> Self {
        let kind = match error {
            CheckError::Denied | CheckError::Invalid | CheckError::OtherMessage => {
                RejectionKind::GatewayDenied
            }
            CheckError::NoNotifyId => RejectionKind::Malformed,
            CheckError::Unintelligible => RejectionKind::GatewayUnreachable,
        };
        Self::new(kind, error)
    }
}

impl From<GatewayError> for Rejection {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::Check(error) => error.into(),
            GatewayError::Overloaded => Self::new(RejectionKind::Overloaded, error),
            other => {
                let outage = other.is_outage();
                Self { outage, ..Self::new(RejectionKind::GatewayUnreachable, other) }
            }
        }
    }
}

impl From<Mismatch> for Rejection {
    fn from(error: Mismatch) -> Self {
        let kind = match error {
            Mismatch::NoAmount => RejectionKind::Malformed,
            Mismatch::OrderClosed => RejectionKind::OrderClosed,
            _ => RejectionKind::WrongAmount,
        };
        Self::new(kind, error)
    }
}

impl From<StoreError> for Rejection {
    fn from(error: StoreError) -> Self {
        Self::new(RejectionKind::StoreFailed, error)
    }
}
