//! Pages to read when something does not work.

#[doc = include_str!("why_did_verification_fail.md")]
pub mod why_did_verification_fail {}
