//! From configuration to a place to listen on and a gateway to talk to.

mod announce;

use std::{
    fmt,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use alipay_simulator::{
    Application, DEMO_APP_ID, DEMO_PARTNER, DEMO_SELLER_EMAIL, SimulatedGateway, SimulatedGatewayBuilder,
    random_merchant,
};
use alipay_tower::{
    Endpoints, Merchant, OutagePolicy,
    gateway::{BreakerOptions, CircuitBreaker, GatewayOptions, ReqwestGateway},
    protocol::{AppId, Scheme, SellerId},
    reconcile::ReconcileOptions,
};

use crate::{
    BoxError,
    config::{Account, Config, Details, Gateway, PublicUrl, SetupError, with_details},
    demo::Story,
    order_no::random_text,
    payout::Payer,
    receipts::{self, Post},
    stop::Stop,
};

/// The path for notifications.
pub const NOTIFY_PATH: &str = "/alipay/notify";
/// The path that buyers come back to.
pub const RETURN_PATH: &str = "/alipay/return";

/// A configuration that has got its sockets, and its simulated gateway if it wants one.
pub struct Setup {
    config: Config,
    listener: Option<TcpListener>,
    endpoints: Endpoints,
    merchant: Merchant,
    gateway: CircuitBreaker<ReqwestGateway>,
    notes: Vec<String>,
    pub(crate) address: SocketAddr,
    pub(crate) public_url: PublicUrl,
    pub(crate) simulated: bool,
    pub(crate) simulator: Option<SimulatedGateway>,
    pub(crate) operator_token: Option<String>,
    pub(crate) story: Option<Story>,
    pub(crate) stop: Stop,
}

impl Setup {
    /// Binds the shop's socket and, when no gateway is named, starts a simulated one.
    ///
    /// # Errors
    ///
    /// [`SetupError`] when an address is taken or a folder cannot be made.
    pub async fn new(config: Config) -> Result<Self, SetupError> {
        let mut notes = Vec::new();
        let (listener, moved) = config.listen.bind()?;
        let address = listener.local_addr().map_err(|error| config.listen.refused(&error))?;
        if moved {
            notes.push(format!("{} was taken, so the shop is on {address}", config.listen.address()));
        }
        let (merchant, simulator) = gateway(&config, &mut notes).await?;
        let public_url = config.public_url.clone().unwrap_or_else(|| PublicUrl::local(address));
        let url = |path| format!("{}{path}", public_url.as_str());
        let endpoints = Endpoints::new(&url(NOTIFY_PATH), &url(RETURN_PATH))
            .map_err(|error| SetupError::library("PUBLIC_URL", error))?;
        if let Some(folder) = config.database_folder() {
            std::fs::create_dir_all(folder).map_err(|error| {
                SetupError::new("DATABASE_URL", format!("cannot make the folder {folder}: {error}"))
            })?;
        }
        let operator_token = operator_token(&config, &mut notes)?;
        let client = ReqwestGateway::new(&GatewayOptions::default())
            .map_err(|error| SetupError::new("ALIPAY_GATEWAY", error.to_string()))?;
        Ok(Self {
            listener: Some(listener),
            simulated: config.gateway.is_simulated(),
            config,
            endpoints,
            merchant,
            gateway: CircuitBreaker::new(client, &BreakerOptions::default()),
            notes,
            address,
            public_url,
            simulator,
            operator_token,
            story: None,
            stop: Stop::new(),
        })
    }

    pub(crate) fn with_story(self, story: Option<Story>) -> Self {
        Self { story, ..self }
    }

    /// The merchant, pointing at its gateway.
    #[must_use]
    pub fn merchant(&self) -> Merchant {
        self.merchant.clone()
    }

    /// The client of the merchant's gateway, behind a circuit breaker: while the gateway is down, notifications are answered
    /// at once instead of after a time-out each.
    #[must_use]
    pub fn gateway(&self) -> CircuitBreaker<ReqwestGateway> {
        self.gateway.clone()
    }

    /// What becomes of notifications while the gateway is out of reach.
    #[must_use]
    pub const fn outage_policy(&self) -> OutagePolicy {
        self.config.outage_policy
    }

    /// The shop's two addresses that Alipay knows.
    #[must_use]
    pub fn endpoints(&self) -> Endpoints {
        self.endpoints.clone()
    }

    /// Whether Alipay is to be asked about each notification of the OpenAPI generation, which its signature alone would
    /// prove: for [`Alipay::with_confirm_by_query`](alipay_tower::Alipay::with_confirm_by_query).
    #[must_use]
    pub const fn confirms_by_query(&self) -> bool {
        self.config.confirm_by_query
    }

    /// The database.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.config.database_url
    }

    /// The socket, for a server that takes one. Call it inside a tokio runtime, once.
    ///
    /// # Errors
    ///
    /// [`SetupError`] when the socket was handed out before, or the runtime does not take it.
    pub fn listener(&mut self) -> Result<tokio::net::TcpListener, SetupError> {
        let refused = |error: std::io::Error| self.config.listen.refused(&error);
        let taken = || std::io::Error::other("the socket was handed out before");
        let listener = self.listener.take().ok_or_else(taken).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        tokio::net::TcpListener::from_std(listener).map_err(refused)
    }

    /// The address, for a server that binds for itself: the socket is given up.
    pub fn release(&mut self) -> SocketAddr {
        self.listener = None;
        self.address
    }

    /// With play money nobody wants to wait for minutes.
    pub(crate) fn reconcile_options(&self) -> ReconcileOptions {
        let seconds = Duration::from_secs;
        let options = ReconcileOptions::default();
        let options = if self.simulated {
            let patient = options.with_older_than(seconds(3)).with_interval(seconds(2));
            patient.with_backoff(seconds(2), seconds(60))
        } else {
            options
        };
        let options = options.with_close_after(self.config.close_after);
        match self.config.ask_after {
            Some(age) => options.with_older_than(age),
            None => options,
        }
    }

    /// Who pays out, as Alipay knows the account: its login and its holder. With play money anybody holds it.
    pub(crate) fn payer(&self) -> Option<Payer> {
        let played = || self.simulated.then(|| "茶塔".to_owned());
        let account_name = self.config.account_name.clone().or_else(played)?;
        Some(Payer { email: self.merchant.seller_email()?.to_owned(), account_name })
    }

    pub(crate) fn post(&self) -> Result<Post, SetupError> {
        let sender = receipts::sender(self.merchant.seller_email(), self.public_url.host())?;
        match &self.config.smtp_url {
            Some(url) => Post::smtp(sender, url),
            None => Post::folder(sender, &self.config.receipts),
        }
    }
}

/// Without the operator's token, which one of the notes may tell too.
impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("config", &self.config)
            .field("address", &self.address)
            .field("public_url", &self.public_url)
            .field("simulated", &self.simulated)
            .finish_non_exhaustive()
    }
}

/// Who the shop is, and the gateway in this process, if there is one.
async fn gateway(
    config: &Config,
    notes: &mut Vec<String>,
) -> Result<(Merchant, Option<SimulatedGateway>), SetupError> {
    let made_up = |error: String| SetupError::new("ALIPAY_KEY", format!("cannot make one up: {error}"));
    let (listen, builder) = match (&config.gateway, &config.account) {
        (Gateway::Running(_), Account::Own(merchant)) => {
            return Ok((with_details(merchant.clone(), &config.details), None));
        }
        (Gateway::Running(_), Account::MadeUp(_)) => {
            return Err(made_up("the gateway runs elsewhere".to_owned()));
        }
        (Gateway::InProcess(listen), account) => {
            (listen, simulated(account, &config.details).map_err(|error| made_up(error.to_string()))?)
        }
    };
    // Bound once to see whether the address is free, and given up for the gateway to bind.
    let (socket, moved) = listen.bind()?;
    let address = socket.local_addr().map_err(|error| listen.refused(&error))?;
    drop(socket);
    if moved {
        notes.push(format!("{} was taken, so the simulated gateway is on {address}", listen.address()));
    }
    let builder = builder.listen(address).clock_speed(config.simulator_speed);
    let simulator = builder.start().await.map_err(|error| listen.refused(&error))?;
    let merchant = simulator.credentials().first().map(|credentials| credentials.merchant().clone());
    let merchant = merchant.ok_or_else(|| made_up("the gateway has no merchant".to_owned()))?;
    Ok((with_details(merchant, &config.details), Some(simulator)))
}

/// A gateway that knows the shop's merchant, and no other.
fn simulated(account: &Account, details: &Details) -> Result<SimulatedGatewayBuilder, BoxError> {
    let builder = SimulatedGateway::builder();
    Ok(match account {
        Account::Own(merchant) => builder.merchant(with_details(merchant.clone(), details)),
        Account::MadeUp(Scheme::OpenApi) => {
            let (app_id, seller_id) = (AppId::new(DEMO_APP_ID)?, SellerId::new(DEMO_PARTNER)?);
            builder.application(Application::new(app_id, seller_id).with_seller_email(DEMO_SELLER_EMAIL))
        }
        Account::MadeUp(_) => builder.merchant(with_details(random_merchant()?, details)),
    })
}

/// The token that the operator's page asks for; none on a machine of the operator's own, unless one is set.
fn operator_token(config: &Config, notes: &mut Vec<String>) -> Result<Option<String>, SetupError> {
    match &config.operator_token {
        Some(token) => Ok(Some(token.clone())),
        None if config.is_local() => Ok(None),
        None => {
            let no_random =
                || SetupError::new("SHOP_OPERATOR_TOKEN", "the system gives no random numbers: set one");
            let token = random_text(26).ok_or_else(no_random)?;
            notes.push(format!("the operator's page asks for a token, this time: {token}"));
            Ok(Some(token))
        }
    }
}
