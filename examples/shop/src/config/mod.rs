//! The configuration: environment variables, checked before anything starts.

mod account;
mod address;
mod env;
mod error;
mod merchant;

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use alipay_tower::{OutagePolicy, protocol::Scheme};

use self::env::Env;
pub use self::error::SetupError;
pub(crate) use self::{
    address::{Listen, PublicUrl, host_of, is_loopback},
    merchant::{Account, Details, Gateway, with_details},
};

/// The database unless told otherwise: a file below the current directory.
const DATABASE: &str = "sqlite://var/shop.db";
/// Where the shop and the simulated gateway listen unless told otherwise.
const SHOP: SocketAddr = local(4000);
const SIMULATOR: SocketAddr = local(4001);

/// Of the gaps of 2, 10, 10, 60 … minutes between deliveries, these make 0.2, 1, 1, 6 … seconds, two and a half minutes
/// in all: time enough to switch something off and on again by hand.
const SPEED: u32 = 600;
/// All of them in six seconds.
const DEMO_SPEED: u32 = 14_400;

const fn local(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), port)
}

/// Everything the shop is told.
#[derive(Clone)]
pub struct Config {
    pub(crate) account: Account,
    pub(crate) details: Details,
    pub(crate) gateway: Gateway,
    pub(crate) listen: Listen,
    pub(crate) public_url: Option<PublicUrl>,
    pub(crate) database_url: String,
    pub(crate) receipts: PathBuf,
    pub(crate) smtp_url: Option<String>,
    /// Whose name the paying account has, for payouts.
    pub(crate) account_name: Option<String>,
    pub(crate) operator_token: Option<String>,
    /// How old an unpaid order is when the shop asks Alipay about it by itself.
    pub(crate) ask_after: Option<Duration>,
    /// Whether Alipay is asked about each notification of the OpenAPI generation.
    pub(crate) confirm_by_query: bool,
    /// How many times faster than Alipay the simulated gateway of this process repeats a notification.
    pub(crate) simulator_speed: u32,
    /// How old an order is when it is closed because nobody has paid it.
    pub(crate) close_after: Option<Duration>,
    pub(crate) outage_policy: OutagePolicy,
}

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    ///
    /// [`SetupError`] names the variable and says what to do.
    pub fn from_env() -> Result<Self, SetupError> {
        Self::read(&|name| std::env::var(name).ok())
    }

    /// Reads settings by their names, from anywhere.
    ///
    /// # Errors
    ///
    /// [`SetupError`] names the setting and says what to do.
    pub fn read(settings: &dyn Fn(&str) -> Option<String>) -> Result<Self, SetupError> {
        let env = Env(settings);
        let (account, gateway) = merchant::read(&env, SIMULATOR)?;
        let config = Self {
            operator_token: env.get("SHOP_OPERATOR_TOKEN").map(checked_token).transpose()?,
            account,
            details: Details::read(&env)?,
            gateway,
            listen: Listen::parse("SHOP_LISTEN", env.get("SHOP_LISTEN").as_deref(), SHOP)?,
            public_url: env.get("PUBLIC_URL").map(|text| PublicUrl::parse(&text)).transpose()?,
            database_url: env.get("DATABASE_URL").unwrap_or_else(|| DATABASE.to_owned()),
            receipts: env.get("SHOP_RECEIPTS").unwrap_or_else(|| "var/receipts".to_owned()).into(),
            smtp_url: env.get("SMTP_URL"),
            confirm_by_query: env.get("SHOP_CONFIRM_BY_QUERY").map_or(Ok(false), |text| yes(&text))?,
            account_name: env.get("ALIPAY_ACCOUNT_NAME"),
            ask_after: env.seconds("SHOP_ASK_AFTER", 0)?,
            close_after: env.seconds("SHOP_CLOSE_AFTER", 1)?,
            outage_policy: env
                .get("SHOP_OUTAGE_POLICY")
                .map_or(Ok(OutagePolicy::default()), |name| outage_policy(&name))?,
            simulator_speed: env.get("SIMULATOR_SPEED").map_or(Ok(SPEED), |text| speed(&text))?,
        };
        config.check()?;
        Ok(config)
    }

    /// The configuration of a demonstration in this folder: free ports, nothing outside the folder. Merchant and
    /// charset stay, the gateway is simulated. A story of another generation, and every story of the OpenAPI one, has a
    /// made-up merchant: the simulated gateway cannot sign with Alipay's key.
    ///
    /// # Errors
    ///
    /// [`SetupError`] when a real gateway is named: a demonstration does not spend money.
    pub fn into_demo(self, folder: &std::path::Path, scheme: Option<Scheme>) -> Result<Self, SetupError> {
        if std::env::var_os("ALIPAY_GATEWAY").is_some_and(|url| !url.is_empty()) {
            return Err(SetupError::new("ALIPAY_GATEWAY", "--demo starts a gateway of its own: unset this"));
        }
        let account = match (self.account, scheme) {
            (account, None) if account.scheme() == Scheme::Mapi => account,
            (account, Some(scheme)) if account.scheme() == scheme && scheme == Scheme::Mapi => account,
            (account, scheme) => Account::MadeUp(scheme.unwrap_or(account.scheme())),
        };
        Ok(Self {
            account,
            gateway: Gateway::InProcess(Listen::parse("SIMULATOR_LISTEN", None, local(0))?),
            listen: Listen::parse("SHOP_LISTEN", None, local(0))?,
            public_url: None,
            database_url: format!("sqlite://{}", folder.join("shop.db").display()),
            receipts: folder.join("receipts"),
            smtp_url: None,
            operator_token: None,
            // Nobody watches a demonstration but for its end.
            simulator_speed: DEMO_SPEED,
            ..self
        })
    }

    /// The folder to make for the default database; one that the operator named is the operator's business.
    pub(crate) fn database_folder(&self) -> Option<&'static str> {
        (self.database_url == DATABASE).then_some("var")
    }

    /// Whether only this machine can reach the shop, so that the operator's page may be open.
    pub(crate) fn is_local(&self) -> bool {
        self.listen.address().ip().is_loopback() && self.public_url.as_ref().is_none_or(PublicUrl::is_local)
    }

    /// Rules that concern more than one setting.
    fn check(&self) -> Result<(), SetupError> {
        let wrong = |advice: &str| Err(SetupError::new("PUBLIC_URL", advice));
        if !self.gateway.is_simulated() {
            return match &self.public_url {
                None => wrong(
                    "with the real gateway, set the https address under which Alipay and buyers reach this shop, or \
                     set SIMULATOR_LISTEN=127.0.0.1:4001 to pay with play money",
                ),
                Some(url) if url.is_local() => {
                    wrong("Alipay cannot reach this machine by that name: use a public address")
                }
                Some(url) if !url.https => wrong(
                    "with the real gateway it must be https, so that nobody reads or changes payments on the way",
                ),
                Some(_) => Ok(()),
            };
        }
        if self.public_url.as_ref().is_some_and(|url| !url.is_local()) {
            return wrong(
                "the simulated gateway visits shops on this machine only: unset this, or set ALIPAY_PARTNER and \
                 ALIPAY_KEY (and not SIMULATOR_LISTEN) for the real gateway",
            );
        }
        Ok(())
    }
}

fn speed(text: &str) -> Result<u32, SetupError> {
    let advice = "must be a whole number from 1 (as slow as Alipay) to 1000000, such as 60";
    let speed = text.parse().ok().filter(|speed| (1..=1_000_000).contains(speed));
    speed.ok_or_else(|| SetupError::new("SIMULATOR_SPEED", advice))
}

fn outage_policy(name: &str) -> Result<OutagePolicy, SetupError> {
    let known = [OutagePolicy::AcceptThenConfirm, OutagePolicy::FailClosed];
    let advice = "must be fail_closed (notifications come again) or accept_then_confirm (settled on the signature, asked later)";
    let policy = known.into_iter().find(|policy| policy.as_str() == name);
    policy.ok_or_else(|| SetupError::new("SHOP_OUTAGE_POLICY", advice))
}

fn yes(text: &str) -> Result<bool, SetupError> {
    match text {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(SetupError::new("SHOP_CONFIRM_BY_QUERY", "must be 1 (yes) or 0 (no)")),
    }
}

/// The token travels in a cookie, and stands between strangers and everyone's orders.
fn checked_token(token: String) -> Result<String, SetupError> {
    let plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if plain && (12..=128).contains(&token.len()) {
        return Ok(token);
    }
    Err(SetupError::new("SHOP_OPERATOR_TOKEN", "must be 12 to 128 letters, digits, `-`, `_` or `.`"))
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("account", &self.account)
            .field("gateway", &self.gateway)
            .field("listen", &self.listen)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod real_money;
#[cfg(test)]
mod tests;
