//! RSA keys as Alipay hands them out: text of many shapes, read once, and never shown again.

pub(super) mod armour;
pub(super) mod kind;
mod private_key;
mod public_key;
mod published;

pub use self::{private_key::PrivateKey, public_key::PublicKey};
