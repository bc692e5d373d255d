//! Pages to read: how things are done, and what to do when something does not work.

#[doc = include_str!("calls.md")]
pub mod calls {}

#[cfg(feature = "rsa")]
#[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
#[doc = include_str!("openapi.md")]
pub mod openapi {}

#[doc = include_str!("operating.md")]
pub mod operating {}

#[doc = include_str!("products.md")]
pub mod products {}

#[doc = include_str!("why_did_verification_fail.md")]
pub mod why_did_verification_fail {}
