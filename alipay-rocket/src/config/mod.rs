//! `[default.alipay]` of `Rocket.toml`.

use std::{fmt, num::NonZeroU64, sync::Arc, time::Duration};

use alipay_tower::{
    Alipay, ConfigError, Endpoints, GatewayUrl, Merchant, OrderStore, OutagePolicy,
    gateway::{BreakerOptions, CircuitBreaker, GatewayOptions, ReqwestGateway},
    protocol::{Charset, Md5Key, PartnerId, SellerId},
};
use rocket::{
    figment::{
        Figment,
        error::{Error, Kind},
        value::Value,
    },
    serde::{
        Deserialize, Deserializer,
        de::{self, Visitor},
    },
};

use crate::front::Front;

const TABLE: &str = "alipay";

/// A key that is missing is empty, so that the check of its value says what to write there.
#[derive(Default, Deserialize)]
#[serde(crate = "rocket::serde", default, deny_unknown_fields)]
struct Settings {
    partner: Text,
    key: Text,
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
        let (merchant, endpoints) = (self.merchant().map_err(text)?, self.endpoints().map_err(text)?);
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

    fn merchant(&self) -> Result<Merchant, ConfigError> {
        let mut merchant = Merchant::md5(PartnerId::new(&self.partner.0)?, Md5Key::new(&self.key.0)?);
        if let Some(Text(seller_id)) = &self.seller_id {
            merchant = merchant.with_seller_id(SellerId::new(seller_id)?);
        }
        if let Some(seller_email) = &self.seller_email {
            merchant = merchant.with_seller_email(seller_email);
        }
        if let Some(label) = &self.input_charset {
            let problem = "must be utf-8 (gbk and gb2312 need the feature `gbk`)";
            let charset = Charset::from_label(label).ok_or(ConfigError::Invalid("input_charset", problem))?;
            merchant = merchant.with_charset(charset);
        }
        if let Some(gateway) = &self.gateway {
            merchant = merchant.with_gateway(GatewayUrl::new(gateway)?);
        }
        Ok(merchant)
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

/// Text that may look like a number: environment variables, and ids written without quotes.
#[derive(Default)]
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text in quotes")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.to_owned()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_u128<E: de::Error>(self, number: u128) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }
}
