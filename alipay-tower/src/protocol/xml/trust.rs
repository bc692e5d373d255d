//! How much an answer is worth that nobody signed.

/// What must vouch for an answer before the shop's books believe it. Default: [`XmlTrust::Signed`].
///
/// It belongs to the configuration of the merchant; no answer chooses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum XmlTrust {
    /// The signature, where the answer has something to sign; the answer about a trade must have one.
    #[default]
    Signed,
    /// The TLS connection alone: signatures are not looked at. For a contract whose answers are signed in a way that this
    /// library does not know; whoever can answer in the gateway's place then settles orders.
    TlsOnly,
}
