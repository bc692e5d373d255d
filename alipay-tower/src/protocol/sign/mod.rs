//! Signing and verifying bytes.

pub(crate) mod md5;

/// `sign_type`: the algorithm that a merchant's contract uses. It is configuration; a message that names another
/// one is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignType {
    /// `MD5` over the signed text and the key.
    Md5,
}

impl SignType {
    /// The exact spelling on the wire, upper case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
        }
    }
}
