//! RSA keys as Alipay hands them out: text of many shapes, read once, and never shown again.

pub(super) mod armour;
pub(super) mod kind;
mod private_key;
mod public_key;
mod published;

/// The shortest key that RSA2 is taken with where money is real; it is what Alipay makes (Alipay, *Keys*).
pub(super) const MIN_RSA2_BITS: u32 = 2048;

pub use self::{private_key::PrivateKey, public_key::PublicKey};
