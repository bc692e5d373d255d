//! Is a shop's notify path fit for Alipay? Probes through its public address, and a finding for each defect.
//!
//! The probes are about an order that no shop has, so a healthy shop moves nothing. The first says that the order
//! waits for its buyer, signed with the shop's own key when there is one; then come forgeries, which must all be
//! answered `fail`, the same message in other clothes, copies at once, a payment of the unknown order, a GET, and a
//! message of a megabyte.
//!
//! ```no_run
//! use alipay_simulator::doctor::Doctor;
//!
//! # async fn examine() -> Result<(), Box<dyn std::error::Error>> {
//! let checkup = Doctor::new("https://shop.example.com/alipay/notify")?.examine().await?;
//! for finding in checkup.findings() {
//!     println!("{finding}");
//! }
//! # Ok(()) }
//! ```

#[cfg(feature = "rustls-tls")]
mod certificate;
mod defect;
mod door;
mod error;
mod examination;
mod finding;
mod letters;
mod obstacle;
mod redirect;
mod returned;
mod rounds;
mod trouble;
mod visit;
mod word;

use std::time::Duration;

use alipay_tower::Merchant;
use reqwest::Url;

use self::examination::Examination;
pub use self::{
    defect::Defect,
    error::DoctorError,
    finding::{Finding, Severity},
};

/// Examines one notify path.
#[derive(Clone, Debug)]
pub struct Doctor {
    to: Url,
    return_url: Option<Url>,
    sender: Option<Sender>,
    own: Option<Merchant>,
    authority: Option<Vec<u8>>,
    timeout: Duration,
    slow: Duration,
    too_slow: Duration,
}

impl Doctor {
    /// The address of the notify path. Without a merchant every probe is a forgery.
    ///
    /// # Errors
    ///
    /// [`DoctorError`] when it is no absolute http or https address.
    pub fn new(to: &str) -> Result<Self, DoctorError> {
        let (slow, too_slow) = (Duration::from_secs(3), Duration::from_secs(10));
        let (return_url, sender, own, authority) = (None, None, None, None);
        let timeout = Duration::from_secs(30);
        Ok(Self { to: address(to)?, return_url, sender, own, authority, timeout, slow, too_slow })
    }

    /// Examines the return page, too. Default: not.
    ///
    /// # Errors
    ///
    /// [`DoctorError`] when it is no absolute http or https address.
    pub fn with_return_url(self, return_url: &str) -> Result<Self, DoctorError> {
        Ok(Self { return_url: Some(address(return_url)?), ..self })
    }

    /// Alipay's side of the shop's merchant: what this one signs, the shop should believe. With MD5 it is the shop's own
    /// merchant, with RSA one that has Alipay's private key and so belongs to a simulation. Default: none, so nothing can
    /// be signed that the shop should believe.
    #[must_use]
    pub fn with_merchant(self, alipay: Merchant) -> Self {
        Self { sender: Some(Sender { merchant: alipay, genuine: true }), ..self }
    }

    /// A merchant with the shop's ids and a key that the shop must not believe. Default: the demo merchant's ids.
    #[must_use]
    pub fn with_stranger(self, stranger: Merchant) -> Self {
        Self { sender: Some(Sender { merchant: stranger, genuine: false }), ..self }
    }

    /// The shop's own merchant, which signs requests with its RSA key: a shop that believes that signature in a message
    /// has its own key in the place of Alipay's. Default: not tried.
    #[must_use]
    pub fn with_own_key(self, shop: Merchant) -> Self {
        Self { own: Some(shop), ..self }
    }

    /// Certificates in PEM of an authority to trust beside the system's. Default: none.
    #[must_use]
    pub fn with_authority(self, pem: impl Into<Vec<u8>>) -> Self {
        Self { authority: Some(pem.into()), ..self }
    }

    /// How long to wait for one answer. Default: 30 seconds.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// From when on an answer is slow, and from when on it is too slow. Default: 3 and 10 seconds.
    #[must_use]
    pub fn with_patience(self, slow: Duration, too_slow: Duration) -> Self {
        Self { slow, too_slow, ..self }
    }

    /// Sends the probes, one after the other, and judges the answers.
    ///
    /// # Errors
    ///
    /// [`DoctorError`] when the examination cannot begin; what is wrong with the shop is a [`Finding`].
    pub async fn examine(&self) -> Result<Checkup, DoctorError> {
        Examination::new(self)?.run().await
    }
}

/// Who signs the probes, and whether the shop should believe it.
#[derive(Clone, Debug)]
struct Sender {
    merchant: Merchant,
    genuine: bool,
}

/// What an examination found.
#[derive(Clone, Debug)]
pub struct Checkup {
    to: String,
    probes: u32,
    findings: Vec<Finding>,
}

impl Checkup {
    /// The address that was examined.
    #[must_use]
    pub fn to(&self) -> &str {
        &self.to
    }

    /// How many requests were sent.
    #[must_use]
    pub const fn probes(&self) -> u32 {
        self.probes
    }

    /// Everything that was found, in the order of the probes.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether nothing worse than a [note](Severity::Note) was found.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.findings.iter().all(|finding| finding.defect.severity() == Severity::Note)
    }
}

fn address(text: &str) -> Result<Url, DoctorError> {
    let url = Url::parse(text).map_err(|_| DoctorError::ADDRESS)?;
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(DoctorError::ADDRESS);
    }
    if url.scheme() == "https" && !cfg!(feature = "rustls-tls") {
        return Err(DoctorError::NO_TLS);
    }
    Ok(url)
}
