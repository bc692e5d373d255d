//! Why an examination could not begin.

use std::{borrow::Cow, fmt};

use alipay_tower::protocol::RequestError;

/// An examination that cannot begin, with a sentence that says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoctorError {
    message: Cow<'static, str>,
}

impl DoctorError {
    pub(super) const ADDRESS: Self = Self {
        message: Cow::Borrowed("must be an absolute http:// or https:// address without a user name"),
    };
    pub(super) const NO_TLS: Self =
        Self { message: Cow::Borrowed("this build has no TLS; build it with the feature rustls-tls") };

    pub(super) fn client(error: impl fmt::Display) -> Self {
        Self { message: Cow::Owned(format!("no client can be made: {error}")) }
    }

    #[cfg(feature = "rustls-tls")]
    pub(super) fn authority(error: impl fmt::Display) -> Self {
        Self { message: Cow::Owned(format!("the certificates of the authority cannot be read: {error}")) }
    }
}

impl fmt::Display for DoctorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DoctorError {}

impl From<RequestError> for DoctorError {
    fn from(error: RequestError) -> Self {
        Self { message: Cow::Owned(format!("a probe cannot be signed: {error}")) }
    }
}
