//! `[default.alipay]` of `Rocket.toml`.

mod merchant;
mod text;

use std::{fmt, num::NonZeroU64, sync::Arc, time::Duration};

use alipay_tower::{
    Alipay, ConfigError, Endpoints, OrderStore, OutagePolicy,
    gateway::{BreakerOptions, CircuitBreaker, GatewayOptions, ReqwestGateway},
};
use rocket::{
    figment::{
        Figment,
        error::{Error, Kind},
        value::{Value, magic::RelativePathBuf},
    },
    serde::Deserialize,
};

use self::text::Text;
use crate::front::Front;

const TABLE: &str = "alipay";

/// A key that is missing is empty, so that the check of its value says what to write there.
#[derive(Default, Deserialize)]
#[serde(crate = "rocket::serde", default, deny_unknown_fields)]
struct Settings {
    scheme: Option<String>,
    sign_type: Option<String>,
    partner: Text,
    key: Text,
    app_id: Text,
    private_key_file: Option<RelativePathBuf>,
    public_key_file: Option<RelativePathBuf>,
    app_cert_file: Option<RelativePathBuf>,
    alipay_cert_file: Option<RelativePathBuf>,
    root_cert_file: Option<RelativePathBuf>,
    seller_id: Option<Text>,
    seller_email: Option<String>,
    input_charset: Option<String>,
    gateway: Option<String>,
    notify_url: String,
    return_url: String,
    notify_path: Option<String>,
    return_path: Option<String>,
    https_required: bool,
    body_timeout: Option<NonZeroU64>,
    deadline: Option<NonZeroU64>,
    connect_timeout: Option<NonZeroU64>,
    gateway_timeout: Option<NonZeroU64>,
    outage_policy: Option<String>,
    circuit_breaker: bool,
    env_proxy: bool,
    bundled_roots: bool,
}

/// Reads, checks and puts together. The texts never repeat a value that may be the key.
pub(crate) fn load(
    figment: &Figment,
    store: Arc<dyn OrderStore>,
    front: impl FnOnce(Alipay) -> Front,
) -> Result<Front, Vec<String>> {
    match figment.find_value(TABLE) {
        Ok(Value::Dict(..)) => {}
        Ok(_) => return Err(vec![in_table("must be a table")]),
        Err(_) => return Err(vec![in_table("is missing: add this table to Rocket.toml")]),
    }
    let settings: Settings = figment
        .focus(TABLE)
        .extract()
        .map_err(|errors| errors.into_iter().map(|error| in_table(describe(&error))).collect::<Vec<_>>())?;
    let alipay = settings.alipay(store).map_err(|problem| vec![in_table(problem)])?;
    let mut front = front(alipay);
    front.body_timeout = settings.body_timeout.map_or(front.body_timeout, seconds);
    front.deadline = settings.deadline.map_or(front.deadline, seconds);
    Ok(front)
}

impl Settings {
    fn alipay(&self, store: Arc<dyn OrderStore>) -> Result<Alipay, String> {
        let text = |error: ConfigError| error.to_string();
        let (merchant, endpoints) = (self.merchant()?, self.endpoints().map_err(text)?);
        let gateway =
            ReqwestGateway::new(&self.options().map_err(text)?).map_err(|error| error.to_string())?;
        let policy = self.outage_policy().map_err(text)?;
        let alipay = if self.circuit_breaker {
            let breaker = CircuitBreaker::new(gateway, &BreakerOptions::default());
            Alipay::new(merchant, breaker, store, endpoints)
        } else {
            Alipay::new(merchant, gateway, store, endpoints)
        };
        Ok(alipay.with_outage_policy(policy))
    }

    fn outage_policy(&self) -> Result<OutagePolicy, ConfigError> {
        let known = [OutagePolicy::AcceptThenConfirm, OutagePolicy::FailClosed];
        let Some(name) = &self.outage_policy else { return Ok(OutagePolicy::default()) };
        let problem = "must be accept_then_confirm or fail_closed";
        known
            .into_iter()
            .find(|policy| policy.as_str() == name)
            .ok_or(ConfigError::Invalid("outage_policy", problem))
    }

    fn endpoints(&self) -> Result<Endpoints, ConfigError> {
        let mut endpoints = Endpoints::new(&self.notify_url, &self.return_url)?;
        if self.https_required {
            endpoints = endpoints.with_https_required()?;
        }
        if let Some(path) = &self.notify_path {
            endpoints = endpoints.with_notify_path(path)?;
        }
        if let Some(path) = &self.return_path {
            endpoints = endpoints.with_return_path(path)?;
        }
        Ok(endpoints)
    }

    fn options(&self) -> Result<GatewayOptions, ConfigError> {
        let mut options = GatewayOptions::default().with_env_proxy(self.env_proxy);
        if let Some(timeout) = self.connect_timeout {
            options = options.with_connect_timeout(seconds(timeout));
        }
        if let Some(timeout) = self.gateway_timeout {
            options = options.with_timeout(seconds(timeout));
        }
        #[cfg(feature = "bundled-roots")]
        return Ok(options.with_bundled_roots(self.bundled_roots));
        #[cfg(not(feature = "bundled-roots"))]
        match self.bundled_roots {
            true => Err(ConfigError::Invalid("bundled_roots", "needs the feature `bundled-roots`")),
            false => Ok(options),
        }
    }
}

fn in_table(problem: impl fmt::Display) -> String {
    format!("[default.{TABLE}] {problem}")
}

const fn seconds(count: NonZeroU64) -> Duration {
    Duration::from_secs(count.get())
}

/// What figment found, without the value that it found: it may be the key.
fn describe(error: &Error) -> String {
    let problem = match &error.kind {
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => format!("must be {expected}"),
        kind @ (Kind::UnknownField(..) | Kind::MissingField(_) | Kind::DuplicateField(_)) => kind.to_string(),
        _ => "cannot be read".to_owned(),
    };
    let place = error.metadata.as_ref().map(|source| format!(" (in {})", source.name)).unwrap_or_default();
    match error.path.as_slice() {
        [] => format!("{problem}{place}"),
        path => format!("{}: {problem}{place}", path.join(".")),
    }
}
