//! Which gateway: the real one, a simulated one elsewhere, or one of our own; and who the shop is there.

use std::{net::SocketAddr, time::SystemTime};

use alipay_simulator::{demo_merchant, demo_openapi};
use alipay_tower::{
    ConfigError, GatewayUrl, Merchant,
    protocol::{Charset, Scheme, Timestamp},
};

use super::{Listen, SetupError, account, env::Env};

/// Where payments go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Gateway {
    /// A simulated gateway in this process.
    InProcess(Listen),
    /// One that runs already, Alipay's or a simulated one.
    Running(GatewayUrl),
}

impl Gateway {
    /// Whether it is on this machine.
    pub(crate) fn is_simulated(&self) -> bool {
        matches!(self, Self::InProcess(_)) || matches!(self, Self::Running(url) if url.is_plain_http())
    }

    /// What is paid there, for the person who starts the shop.
    pub(crate) fn money(&self) -> &'static str {
        match (self.is_simulated(), self.is_real()) {
            (true, _) => "simulated, no real money",
            (_, true) => "REAL MONEY",
            _ => "Alipay's sandbox, no real money",
        }
    }

    /// Whether what is paid there is money.
    pub(crate) fn is_real(&self) -> bool {
        matches!(self, Self::Running(url) if !url.is_plain_http() && !url.is_sandbox())
    }
}

/// Who the shop is.
#[derive(Clone, Debug)]
pub(crate) enum Account {
    /// A merchant of this generation that the gateway in this process makes up.
    MadeUp(Scheme),
    /// The operator's own, or the published demo merchant.
    Own(Merchant),
}

impl Account {
    pub(crate) const fn scheme(&self) -> Scheme {
        match self {
            Self::MadeUp(scheme) => *scheme,
            Self::Own(merchant) => merchant.scheme(),
        }
    }
}

pub(super) fn read(env: &Env<'_>, simulator: SocketAddr) -> Result<(Account, Gateway), SetupError> {
    let scheme = account::scheme(env)?;
    let own = account::own(env, scheme)?;
    let listen = env.get("SIMULATOR_LISTEN");
    let gateway = match env.get("ALIPAY_GATEWAY") {
        Some(_) if listen.is_some() => {
            let advice = "contradicts SIMULATOR_LISTEN: the first names a gateway that runs already, the second \
                          starts one. Unset one of them";
            return Err(SetupError::new("ALIPAY_GATEWAY", advice));
        }
        Some(name) => Gateway::Running(named(&name, scheme)?),
        None if own.is_some() && listen.is_none() => Gateway::Running(production(scheme)),
        None => Gateway::InProcess(Listen::parse("SIMULATOR_LISTEN", listen.as_deref(), simulator)?),
    };
    let account = match own {
        Some(_) if scheme == Scheme::OpenApi && matches!(gateway, Gateway::InProcess(_)) => {
            let advice = "a simulated gateway cannot sign with Alipay's key for your application: unset the ALIPAY_ \
                          settings of the application, and it makes one up";
            return Err(SetupError::new("SIMULATOR_LISTEN", advice));
        }
        Some(merchant) => Account::Own(merchant),
        None if !gateway.is_simulated() => {
            let advice = "a real gateway needs a merchant: set ALIPAY_PARTNER and ALIPAY_KEY (or the settings of an \
                          application), or unset ALIPAY_GATEWAY to pay with play money";
            return Err(SetupError::new("ALIPAY_PARTNER", advice));
        }
        // Nobody but this process signs here, so nobody else needs to know the key.
        None if matches!(gateway, Gateway::InProcess(_)) => Account::MadeUp(scheme),
        None => {
            let published = if scheme == Scheme::OpenApi { demo_openapi() } else { demo_merchant() };
            Account::Own(published.map_err(|error| SetupError::library("ALIPAY_PARTNER", error))?)
        }
    };
    Ok((dress(account, &gateway)?, gateway))
}

/// A gateway by its address, or by its name in the generation.
fn named(name: &str, scheme: Scheme) -> Result<GatewayUrl, SetupError> {
    match (name, scheme) {
        ("production", _) => Ok(production(scheme)),
        ("sandbox", Scheme::OpenApi) => Ok(GatewayUrl::openapi_sandbox()),
        ("sandbox", _) => GatewayUrl::new(GatewayUrl::SANDBOX),
        (url, _) => GatewayUrl::new(url),
    }
    .map_err(|error| SetupError::library("ALIPAY_GATEWAY", error))
}

fn production(scheme: Scheme) -> GatewayUrl {
    if scheme == Scheme::OpenApi { GatewayUrl::openapi() } else { GatewayUrl::default() }
}

/// Points the merchant at its gateway. Keys that everybody has take no real money, and neither do certificates that nobody
/// vouches for. The sandbox is exempt: its chains do not end in its root file.
fn dress(account: Account, gateway: &Gateway) -> Result<Account, SetupError> {
    let (Account::Own(merchant), Gateway::Running(url)) = (&account, gateway) else { return Ok(account) };
    let merchant = merchant.clone().with_gateway(url.clone());
    if !gateway.is_real() {
        return Ok(Account::Own(merchant));
    }
    let secret = account::secret(merchant.sign_type());
    let merchant = merchant.for_production().map_err(|error| SetupError::library(secret, error))?;
    if let Some(files) = merchant.certificates() {
        let now = Timestamp::from(SystemTime::now());
        files.clone().verified(now).map_err(|error| SetupError::library(file_of(&error), error))?;
    }
    Ok(Account::Own(merchant))
}

/// The setting that names the file which the library speaks of.
fn file_of(error: &ConfigError) -> &'static str {
    match error {
        ConfigError::Invalid("application certificate", _) => "ALIPAY_APP_CERT_FILE",
        _ => "ALIPAY_CERT_FILE",
    }
}

/// The charset and the seller's login, of whichever merchant.
pub(crate) fn with_details(merchant: Merchant, details: &Details) -> Merchant {
    let merchant = match &details.seller_email {
        Some(email) => merchant.with_seller_email(email),
        None => merchant,
    };
    match details.charset {
        Some(charset) => merchant.with_charset(charset),
        None => merchant,
    }
}

/// What may be said of a merchant whoever it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Details {
    charset: Option<Charset>,
    seller_email: Option<String>,
}

impl Details {
    pub(super) fn read(env: &Env<'_>) -> Result<Self, SetupError> {
        let charset = |label: String| {
            Charset::from_label(&label).ok_or_else(|| {
                SetupError::new("ALIPAY_CHARSET", format!("`{label}` is not one of utf-8, gbk, gb2312"))
            })
        };
        Ok(Self {
            charset: env.get("ALIPAY_CHARSET").map(charset).transpose()?,
            seller_email: env.get("ALIPAY_SELLER_EMAIL"),
        })
    }
}
