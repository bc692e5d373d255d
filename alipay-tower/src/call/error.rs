//! Why a call did not succeed.

use std::fmt;

#[cfg(feature = "rsa")]
use crate::protocol::openapi::CertificateError;
use crate::{
    gateway::GatewayError,
    protocol::{AnswerError, AuthenticityError, ErrorCode, RequestError},
    rejection::{Rejection, RejectionKind},
};

/// A call to the gateway that did not succeed, or of which nobody knows.
///
/// Its text may be logged: it holds names and Alipay's codes, never values.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CallError {
    /// An answer came, and it is not success.
    Answer(AnswerError),
    /// A downloaded certificate is not believed.
    #[cfg(feature = "rsa")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
    Certificate(CertificateError),
    /// No whole answer came.
    Gateway(GatewayError),
    /// The same is being asked already: wait for that answer.
    InFlight,
    /// The request breaks a documented limit and was not sent.
    Request(RequestError),
}

impl CallError {
    /// Alipay's code, when Alipay refused the call.
    #[must_use]
    pub const fn refused(&self) -> Option<&ErrorCode> {
        match self {
            Self::Answer(error) => error.refused(),
            _ => None,
        }
    }

    /// Alipay's code as text, in a form that may be logged.
    #[cfg(feature = "tracing")]
    pub(crate) fn alipay_code(&self) -> Option<String> {
        #[cfg(feature = "rsa")]
        if let Self::Answer(error) = self
            && let Some(refusal) = error.refusal()
        {
            return Some(refusal.sub_code().unwrap_or(refusal.code()).to_owned());
        }
        self.refused().map(ToString::to_string)
    }

    /// Whether Alipay answered that there is no such trade (yet): the buyer has not reached the cashier.
    #[must_use]
    pub fn is_trade_not_exist(&self) -> bool {
        let Self::Answer(error) = self else { return false };
        #[cfg(feature = "rsa")]
        if let Some(refusal) = error.refusal() {
            return refusal.is_trade_not_exist();
        }
        error.refused().is_some_and(|code| *code == "TRADE_NOT_EXIST")
    }

    /// Whether Alipay answered that the trade is in no state for that.
    #[cfg(feature = "reconcile")]
    pub(crate) fn is_trade_status_refused(&self) -> bool {
        let Self::Answer(error) = self else { return false };
        #[cfg(feature = "rsa")]
        if let Some(refusal) = error.refusal() {
            // A business refusal; the sub codes of one state are many.
            return refusal.code() == "40004";
        }
        error.refused().is_some_and(|code| *code == "TRADE_STATUS_NOT_AVAILD")
    }

    /// One stable word for logs and metrics, in snake case; Alipay's own code is [`refused`](Self::refused).
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Answer(error) => error.code(),
            #[cfg(feature = "rsa")]
            Self::Certificate(_) => "certificate_refused",
            Self::Gateway(GatewayError::Overloaded) => "overloaded",
            Self::Gateway(GatewayError::Unsupported) => "unsupported",
            Self::Gateway(_) => "gateway_unreachable",
            Self::InFlight => "in_flight",
            Self::Request(_) => "not_sent",
        }
    }

    /// Whether the call may have had its effect all the same: no answer came, or none that can be believed, or Alipay does
    /// not know itself. Ask how the trade stands before anything is done twice; a refund or a payout is sent again only
    /// under its old number.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        match self {
            Self::Answer(error) => error.is_outcome_unknown(),
            #[cfg(feature = "rsa")]
            Self::Certificate(_) => false,
            Self::Gateway(error) => !error.is_unsent(),
            Self::InFlight | Self::Request(_) => false,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(error) => error.fmt(f),
            #[cfg(feature = "rsa")]
            Self::Certificate(error) => error.fmt(f),
            Self::Gateway(error) => error.fmt(f),
            Self::InFlight => f.write_str("the same call is being made already"),
            Self::Request(error) => write!(f, "the request was not sent: {error}"),
        }
    }
}

impl std::error::Error for CallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(match self {
            Self::Answer(error) => error,
            #[cfg(feature = "rsa")]
            Self::Certificate(error) => error,
            Self::Gateway(error) => error,
            Self::InFlight => return None,
            Self::Request(error) => error,
        })
    }
}

impl From<AnswerError> for CallError {
    fn from(error: AnswerError) -> Self {
        Self::Answer(error)
    }
}

impl From<GatewayError> for CallError {
    fn from(error: GatewayError) -> Self {
        Self::Gateway(error)
    }
}

impl From<RequestError> for CallError {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

/// As a refusal of what the gateway was asked about.
impl From<CallError> for Rejection {
    fn from(error: CallError) -> Self {
        #[cfg(feature = "rsa")]
        if let CallError::Answer(AnswerError::OpenApi(answer)) = &error {
            let kind = match answer.code() {
                "answer_not_authentic" | "answer_unsigned" => RejectionKind::Forged,
                "answer_malformed" => RejectionKind::Malformed,
                _ => RejectionKind::GatewayUnreachable,
            };
            return Self::new(kind, error);
        }
        let kind = match &error {
            CallError::Answer(AnswerError::Authenticity(
                AuthenticityError::App | AuthenticityError::Partner | AuthenticityError::Seller,
            )) => RejectionKind::NotOurs,
            CallError::Answer(
                AnswerError::Authenticity(_) | AnswerError::OtherTrade | AnswerError::Unsigned,
            ) => RejectionKind::Forged,
            CallError::Answer(AnswerError::Malformed(_) | AnswerError::Xml(_)) | CallError::Request(_) => {
                RejectionKind::Malformed
            }
            #[cfg(feature = "rsa")]
            CallError::Certificate(_) => RejectionKind::Forged,
            CallError::Gateway(GatewayError::Overloaded) => RejectionKind::Overloaded,
            CallError::Answer(_) | CallError::Gateway(_) | CallError::InFlight => {
                RejectionKind::GatewayUnreachable
            }
        };
        Self::new(kind, error)
    }
}
