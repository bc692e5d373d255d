//! Which merchant, and which gateway: the real one, a simulated one elsewhere, or one of our own.

use std::net::SocketAddr;

use alipay_simulator::{demo_merchant, random_merchant};
use alipay_tower::{
    GatewayUrl, Merchant,
    protocol::{Charset, Md5Key, PartnerId},
};

use super::{Listen, SetupError, env::Env};

/// Where buyers are sent to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Gateway {
    /// A simulated gateway that starts and stops with the shop.
    InProcess(Listen),
    /// A gateway that runs already: Alipay's, or a simulated one on this machine.
    Running(GatewayUrl),
}

impl Gateway {
    /// Whether money moves.
    pub(crate) fn is_real(&self) -> bool {
        matches!(self, Self::Running(url) if !url.is_plain_http())
    }
}

/// Reads `ALIPAY_*` and `SIMULATOR_LISTEN`.
pub(super) fn read(env: &Env<'_>, simulator: SocketAddr) -> Result<(Merchant, Gateway), SetupError> {
    let own = merchant(env)?;
    let listen = env.get("SIMULATOR_LISTEN");
    let gateway = match env.get("ALIPAY_GATEWAY") {
        Some(_) if listen.is_some() => {
            let advice = "contradicts SIMULATOR_LISTEN: the first names a gateway that runs already, the second \
                          starts one. Unset one of them";
            return Err(SetupError::new("ALIPAY_GATEWAY", advice));
        }
        Some(url) => Gateway::Running(
            GatewayUrl::new(&url).map_err(|error| SetupError::library("ALIPAY_GATEWAY", error))?,
        ),
        None if own.is_some() && listen.is_none() => Gateway::Running(GatewayUrl::default()),
        None => Gateway::InProcess(Listen::parse("SIMULATOR_LISTEN", listen.as_deref(), simulator)?),
    };
    let merchant = match own {
        Some(merchant) => merchant,
        None if gateway.is_real() => {
            let advice = "a real gateway needs a merchant: set ALIPAY_PARTNER and ALIPAY_KEY, or unset \
                          ALIPAY_GATEWAY to pay with play money";
            return Err(SetupError::new("ALIPAY_PARTNER", advice));
        }
        // Nobody but this process signs here, so nobody else needs to know the key.
        None if matches!(gateway, Gateway::InProcess(_)) => random_merchant()
            .map_err(|error| SetupError::new("ALIPAY_KEY", format!("cannot make one up: {error}")))?,
        None => demo_merchant().map_err(|error| SetupError::library("ALIPAY_PARTNER", error))?,
    };
    Ok((dress(merchant, &gateway, env)?, gateway))
}

/// The merchant that the operator named, if one.
fn merchant(env: &Env<'_>) -> Result<Option<Merchant>, SetupError> {
    let half = |set: &str, missing| {
        let advice = format!("{set} is set and this is not: set both, or neither for the simulated gateway");
        Err(SetupError::new(missing, advice))
    };
    match (env.get("ALIPAY_PARTNER"), env.get("ALIPAY_KEY")) {
        (None, None) => Ok(None),
        (Some(_), None) => half("ALIPAY_PARTNER", "ALIPAY_KEY"),
        (None, Some(_)) => half("ALIPAY_KEY", "ALIPAY_PARTNER"),
        (Some(partner), Some(key)) => {
            let partner = PartnerId::new(&partner).map_err(|_| {
                SetupError::new("ALIPAY_PARTNER", "must be the 16 digits beginning with 2088")
            })?;
            let key = Md5Key::new(&key).map_err(|error| SetupError::library("ALIPAY_KEY", error))?;
            Ok(Some(Merchant::md5(partner, key)))
        }
    }
}

fn dress(mut merchant: Merchant, gateway: &Gateway, env: &Env<'_>) -> Result<Merchant, SetupError> {
    if let Some(email) = env.get("ALIPAY_SELLER_EMAIL") {
        merchant = merchant.with_seller_email(email);
    }
    if let Some(label) = env.get("ALIPAY_CHARSET") {
        let charset = Charset::from_label(&label).ok_or_else(|| {
            SetupError::new("ALIPAY_CHARSET", format!("`{label}` is not one of utf-8, gbk, gb2312"))
        })?;
        merchant = merchant.with_charset(charset);
    }
    Ok(match gateway {
        Gateway::Running(url) => merchant.with_gateway(url.clone()),
        Gateway::InProcess(_) => merchant,
    })
}
