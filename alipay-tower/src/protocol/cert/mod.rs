//! Certificate mode: what Alipay reads out of X.509 certificates, and which ones are believed.

mod certificate;
mod chain;
mod name;
mod roots;
mod serial;
mod set;

pub use self::{
    certificate::Certificate,
    chain::TrustError,
    roots::RootCertificates,
    set::{Certificates, UnknownSn},
};
