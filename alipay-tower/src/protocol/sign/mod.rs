//! Signing and verifying bytes.

pub(crate) mod md5;
pub(crate) mod published;
#[cfg(feature = "rsa")]
pub(crate) mod rsa;

/// `sign_type`: the algorithm that a merchant's contract uses. It is configuration; a message that names another
/// one is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignType {
    /// `MD5` over the signed text and the key.
    Md5,
    /// `RSA`: RSASSA-PKCS1-v1_5 with SHA-1. What MAPI contracts with RSA use, and applications older than RSA2.
    Rsa,
    /// `RSA2`: RSASSA-PKCS1-v1_5 with SHA-256.
    Rsa2,
}

impl SignType {
    /// The exact spelling on the wire, upper case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Rsa => "RSA",
            Self::Rsa2 => "RSA2",
        }
    }
}
