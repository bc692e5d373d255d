//! Room 2: the one question that leaves the house.

mod answer;
#[cfg(feature = "breaker")]
mod breaker;
#[cfg(any(feature = "breaker", feature = "reqwest"))]
mod flights;
#[cfg(feature = "reqwest")]
mod reqwest;

use std::{fmt, sync::Arc};

use async_trait::async_trait;

pub use self::answer::GatewayAnswer;
#[cfg(feature = "breaker")]
#[cfg_attr(docsrs, doc(cfg(feature = "breaker")))]
pub use self::breaker::{BreakerOptions, BreakerState, CircuitBreaker};
#[cfg(feature = "reqwest")]
#[cfg_attr(docsrs, doc(cfg(feature = "reqwest")))]
pub use self::reqwest::{GatewayOptions, ReqwestGateway};
use crate::protocol::{CheckError, Confirmation, NotifyCheck, SignedRequest, XmlError};

/// Asks the gateway whether it sent a message.
///
/// The layer asks only about messages whose signature is good. Implement it to use another HTTP client: GET each of
/// [`NotifyCheck::urls`] until one confirms or answers anything but `false`, and let [`NotifyCheck::read`] judge.
#[async_trait]
pub trait NotifyGateway: Send + Sync + 'static {
    /// Puts the question.
    ///
    /// # Errors
    ///
    /// [`GatewayError`] for every outcome but a clear yes.
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError>;

    /// Posts a signed server-to-server request and brings the answer's bytes. Default: not supported, which is enough for
    /// a shop that never calls Alipay.
    ///
    /// # Errors
    ///
    /// [`GatewayError`] when there is no whole answer; what the request did is then unknown.
    async fn send(&self, request: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
        let _ = request;
        Err(GatewayError::Unsupported)
    }

    /// The same, with what the head of the answer tells: every call of the desk takes this way. Default: what
    /// [`send`](Self::send) brings, and nothing of the head.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    async fn call(&self, request: &SignedRequest) -> Result<GatewayAnswer, GatewayError> {
        self.send(request).await.map(GatewayAnswer::new)
    }
}

#[async_trait]
impl<T: NotifyGateway + ?Sized> NotifyGateway for Arc<T> {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        (**self).ask(check).await
    }

    async fn send(&self, request: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
        (**self).send(request).await
    }

    async fn call(&self, request: &SignedRequest) -> Result<GatewayAnswer, GatewayError> {
        (**self).call(request).await
    }
}

/// The gateway did not confirm, or could not be asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum GatewayError {
    /// It answered, and not with yes.
    Check(CheckError),
    /// It was out of reach several times in a row, so it is left alone for a while: nothing was sent.
    CircuitOpen,
    /// The client could not be built.
    Config(Arc<str>),
    /// As much is being asked as the shop allows: nothing was sent.
    Overloaded,
    /// It answered with this HTTP status.
    Status(u16),
    /// Its answer was larger than expected.
    TooLarge,
    /// It could not be reached, or did not answer in time.
    Transport(Arc<str>),
    /// This gateway client does not do that.
    Unsupported,
    /// Its XML answer could not be read.
    Xml(XmlError),
}

impl GatewayError {
    /// Whether the gateway is out of reach: no connection, no answer in time, an error of its front servers (5xx), or left
    /// alone after several of these. A gateway that answered anything else was there.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::CircuitOpen | Self::Status(500..=599) | Self::Transport(_))
    }

    /// Whether nothing was sent at all, so that a call cannot have had its effect.
    #[must_use]
    pub const fn is_unsent(&self) -> bool {
        matches!(self, Self::CircuitOpen | Self::Config(_) | Self::Overloaded | Self::Unsupported)
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check(error) => error.fmt(f),
            Self::CircuitOpen => f.write_str("the gateway was out of reach and is left alone for a while"),
            Self::Config(reason) => write!(f, "the gateway client could not be built: {reason}"),
            Self::Overloaded => f.write_str("too many questions to the gateway at once"),
            Self::Status(status) => write!(f, "the gateway answered with HTTP status {status}"),
            Self::TooLarge => f.write_str("the gateway's answer is too large"),
            Self::Transport(reason) => write!(f, "the gateway could not be asked: {reason}"),
            Self::Unsupported => f.write_str("this gateway client makes no calls"),
            Self::Xml(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for GatewayError {}

impl From<CheckError> for GatewayError {
    fn from(error: CheckError) -> Self {
        Self::Check(error)
    }
}

impl From<XmlError> for GatewayError {
    fn from(error: XmlError) -> Self {
        Self::Xml(error)
    }
}
