//! How a gateway is set up.

use std::{io, net::SocketAddr, time::Duration};

use alipay_tower::{
    GatewayUrl, Merchant,
    protocol::{Md5Key, PartnerId},
};
use tokio::net::TcpListener;

use crate::{
    account::{Account, AlipayKey, Application, Spec},
    demo_merchant,
    mischief::Arrival,
    random, sender, server,
    settings::Settings,
    shared::Shared,
    simulated::SimulatedGateway,
};

/// Settings of a [`SimulatedGateway`]; from [`SimulatedGateway::builder`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is started"]
pub struct SimulatedGatewayBuilder {
    listen: SocketAddr,
    specs: Vec<Spec>,
    arrival: Arrival,
    settings: Settings,
}

impl Default for SimulatedGatewayBuilder {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            specs: Vec::new(),
            arrival: Arrival::default(),
            settings: Settings::default(),
        }
    }
}

impl SimulatedGatewayBuilder {
    /// Where to listen; loopback addresses only. Default: `127.0.0.1`, any free port.
    pub fn listen(self, address: SocketAddr) -> Self {
        Self { listen: address, ..self }
    }

    /// A classic merchant with an MD5 key, and the seller that requests must have; several are told apart by
    /// `partner`. Default: the [demo merchant](crate::demo_merchant) alone.
    pub fn merchant(mut self, merchant: Merchant) -> Self {
        self.specs.push(Spec::Md5(merchant));
        self
    }

    /// A classic merchant whose contract signs with RSA. Its keys are made at the start:
    /// [`merchant_of`](SimulatedGateway::merchant_of) is the shop's side, and the gateway holds the other.
    pub fn rsa_merchant(mut self, partner: PartnerId) -> Self {
        self.specs.push(Spec::Rsa { partner, seller_email: Some(crate::DEMO_SELLER_EMAIL.to_owned()) });
        self
    }

    /// An application of the OpenAPI generation.
    pub fn application(mut self, application: Application) -> Self {
        self.specs.push(Spec::Application(application));
        self
    }

    /// How many times faster than Alipay the retry ladder runs. Default: 14,400, which makes six seconds of its
    /// 24 h 22 min; with 60 the first gap of two minutes takes two seconds.
    pub fn clock_speed(mut self, speed: u32) -> Self {
        self.settings.clock_speed = speed.max(1);
        self
    }

    /// How many times faster than Alipay a trade's `it_b_pay` passes. Default: 60, a second for each minute.
    pub fn deadline_speed(mut self, speed: u32) -> Self {
        self.settings.deadline_speed = speed.max(1);
        self
    }

    /// How long the shop may take to answer a notification. Default: 10 seconds.
    pub fn delivery_timeout(mut self, timeout: Duration) -> Self {
        self.settings.delivery_timeout = timeout;
        self
    }

    /// How long the `notify_id` of a return can be asked about, in real time. Default: one minute, as at Alipay.
    pub fn return_id_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.return_id_lifetime = lifetime;
        self
    }

    /// How long a key of `query_timestamp` lives, in real time. Default: 30 seconds, as at Alipay.
    pub fn timestamp_key_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.timestamp_key_lifetime = lifetime;
        self
    }

    /// Whether every payment request must carry `anti_phishing_key` and `exter_invoke_ip`, as when the option is
    /// switched on in the merchant console. Default: no; a request that carries them is checked all the same.
    pub fn anti_phishing(mut self, required: bool) -> Self {
        self.settings.anti_phishing = required;
        self
    }

    /// Whether `TRADE_CLOSED` of an unpaid trade is notified. Default: yes; a real contract needs an activation for it.
    pub fn close_notices(mut self, sent: bool) -> Self {
        self.settings.close_notices = sent;
        self
    }

    /// Whether escrow requests may set time-outs (`it_b_pay`, `t_s_send_1`, …), which a real contract needs an option for.
    /// Default: yes.
    pub fn custom_timeouts(mut self, allowed: bool) -> Self {
        self.settings.custom_timeouts = allowed;
        self
    }

    /// Whether the contract knows refunds. Without, an instant payment is `TRADE_FINISHED` at once, and
    /// `TRADE_SUCCESS` never comes. Default: yes.
    pub fn refundable(mut self, refundable: bool) -> Self {
        self.settings.refundable = refundable;
        self
    }

    /// What comes first after a payment. Default: [`Arrival::NotifyFirst`].
    pub fn arrival(self, arrival: Arrival) -> Self {
        Self { arrival, ..self }
    }

    /// How long after the browser's return the notification leaves with [`Arrival::ReturnFirst`]. Default: half a second.
    pub fn return_lead(mut self, lead: Duration) -> Self {
        self.settings.return_lead = lead;
        self
    }

    /// Binds and serves, on the runtime that this is called on.
    ///
    /// # Errors
    ///
    /// When the address is not loopback, is taken, two merchants have one `partner` (or `app_id`), or keys cannot be made.
    pub async fn start(self) -> io::Result<SimulatedGateway> {
        if !self.listen.ip().is_loopback() {
            let advice = "the simulated gateway listens on loopback addresses only: 127.0.0.1 or [::1]";
            return Err(invalid(advice));
        }
        let mut specs = self.specs;
        if specs.is_empty() {
            specs.push(Spec::Md5(demo_merchant().map_err(invalid)?));
        }
        let mut ids: Vec<_> = specs.iter().map(Spec::id).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() < specs.len() {
            return Err(invalid("two merchants have one partner, or one app_id: give each its own"));
        }
        let listener = TcpListener::bind(self.listen).await?;
        let address = listener.local_addr()?;
        let gateway = GatewayUrl::new(&format!("http://{address}/gateway.do")).map_err(invalid)?;
        let mut alipay = AlipayKey::of(&specs);
        let mut accounts = Vec::new();
        for spec in specs {
            accounts.push(spec.account(&mut alipay).map_err(invalid)?.with_gateway(&gateway));
        }
        let stranger = Account::shared_key(stranger(&accounts).map_err(invalid)?);
        let client = sender::client(self.settings.delivery_timeout)?;
        let shared = Shared::new(address, gateway, self.settings, accounts, stranger, client);
        shared.board.arrange(self.arrival);
        tracing::info!(%address, "simulated gateway listens");
        Ok(SimulatedGateway::new(server::spawn(listener, &shared), shared))
    }
}

/// A merchant that no shop here is.
fn stranger(accounts: &[Account]) -> Result<Merchant, alipay_tower::ConfigError> {
    let mut partner = PartnerId::new("2088000000000999")?;
    while accounts.iter().any(|account| *account.shop.partner() == partner) {
        partner = PartnerId::new(&format!("2088{}", random::digits(12)))?;
    }
    let key = Md5Key::dangerous_unchecked(random::hex().as_bytes());
    Ok(Merchant::md5(partner, key).with_seller_email("stranger@example.com"))
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}
