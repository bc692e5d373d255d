//! `serve`: the simulated gateway, until Ctrl-C.

mod keys;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use alipay_simulator::{
    Application, DEMO_KEY, SimulatedGateway, SimulatedGatewayBuilder, demo_application, demo_merchant,
};
use alipay_tower::protocol::PrivateKey;
use clap::Args;
use tracing_subscriber::EnvFilter;

use super::{AlipayArgs, Contract, Failure, MerchantArgs, output};

/// Runs the simulated gateway with its cashier pages, until Ctrl-C.
///
/// Point a shop at the printed gateway address and it can take payments offline: the gateway checks the signed request,
/// shows a cashier page, notifies the shop until it answers `success`, sends the browser back and answers notify_verify.
/// Its first page lists trades and deliveries and switches misbehaviour on. It talks to addresses of this machine only,
/// and moves no money. RUST_LOG sets the detail of the log on standard error.
///
/// It speaks both generations at the same address: the flags are about one merchant, of --scheme mapi or openapi, and the
/// other generation has the demo merchant. What is not given is the demo merchant's, whose keys everybody has; a merchant of
/// the classic gateway with RSA gets new keys at each start, so take them from --keys-to.
///
/// Exit status: 0 ended by Ctrl-C, 1 it could not start, 2 mistake in the flags.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ServeArgs {
    /// Address to listen on; loopback addresses only. Port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4001")]
    listen: SocketAddr,
    /// How many times faster than Alipay notifications are repeated: 1 waits the real two minutes and more, the default
    /// runs through all of a day's repetitions in six seconds
    #[arg(long, value_name = "FACTOR", default_value_t = 14_400, value_parser = clap::value_parser!(u32).range(1..))]
    speed: u32,
    /// How many times faster than Alipay the payment deadline (it_b_pay) passes
    #[arg(long, value_name = "FACTOR", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    deadline_speed: u32,
    /// Demands anti_phishing_key and exter_invoke_ip in every payment request
    #[arg(long)]
    anti_phishing: bool,
    /// Certificate mode for the application: requests must carry the numbers of the certificates; see --keys-to
    #[arg(long)]
    certificates: bool,
    /// Makes new keys for the application at this start, instead of the published ones that everybody has and that a shop
    /// set up for real money refuses; take them from --keys-to
    #[arg(long, requires = "keys_to", conflicts_with_all = ["alipay_private_key", "private_key"])]
    fresh_keys: bool,
    /// Writes the keys (and certificates) that shops are to be configured with into this directory
    #[arg(long, value_name = "DIRECTORY")]
    keys_to: Option<PathBuf>,
    #[command(flatten)]
    alipay: AlipayArgs,
    #[command(flatten)]
    merchant: MerchantArgs,
}

impl ServeArgs {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        if !self.listen.ip().is_loopback() {
            return Err(Failure::usage(
                "--listen must be a loopback address, 127.0.0.1 or [::1]: a simulated gateway is not for strangers",
            ));
        }
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.serve())
    }

    async fn serve(self) -> Result<ExitCode, Failure> {
        let builder = SimulatedGateway::builder()
            .listen(self.listen)
            .clock_speed(self.speed)
            .deadline_speed(self.deadline_speed)
            .anti_phishing(self.anti_phishing);
        let gateway = self
            .merchants(builder)?
            .start()
            .await
            .map_err(|error| Failure::refused(format!("cannot listen on {}: {error}", self.listen)))?;
        output::item("gateway", gateway.gateway_url().as_str())?;
        output::item("control page", &gateway.dashboard_url())?;
        for credentials in gateway.credentials() {
            let merchant = credentials.merchant();
            output::item(if merchant.app_id().is_some() { "app_id" } else { "partner" }, merchant.id())?;
            output::item("seller", merchant.seller_email().unwrap_or(merchant.seller_id().as_str()))?;
            output::item("charset", merchant.charset().label())?;
            output::item("sign_type", merchant.sign_type().as_str())?;
            if credentials.private_key().is_none() {
                let demo = merchant.sign_text(b"") == demo_merchant().map_err(Failure::usage)?.sign_text(b"");
                output::item("key", if demo { DEMO_KEY } else { "as given" })?;
            }
        }
        if let Some(directory) = &self.keys_to {
            keys::write(directory, &gateway.credentials())?;
        }
        output::item("", "Ctrl-C ends it.")?;
        interrupted().await?;
        gateway.shutdown().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl ServeArgs {
    /// The merchant of the flags, and the demo merchant of the other generation.
    fn merchants(&self, builder: SimulatedGatewayBuilder) -> Result<SimulatedGatewayBuilder, Failure> {
        let certified = |application: Application| {
            let application = if self.fresh_keys { fresh(application)? } else { application };
            Ok::<_, Failure>(if self.certificates { application.with_certificates() } else { application })
        };
        let demo = || demo_application().map_err(Failure::usage);
        Ok(match self.merchant.contract()? {
            Contract::MapiMd5 => {
                builder.merchant(self.merchant.simulated()?).application(certified(demo()?)?)
            }
            Contract::MapiRsa => {
                builder.rsa_merchant(self.merchant.demo_partner()?).application(certified(demo()?)?)
            }
            Contract::OpenApi(sign_type) => builder
                .merchant(demo_merchant().map_err(Failure::usage)?)
                .application(certified(self.merchant.application(sign_type, &self.alipay)?)?),
        })
    }
}

/// The same application with keys that nobody else has.
fn fresh(application: Application) -> Result<Application, Failure> {
    let key = || PrivateKey::generate().map_err(Failure::usage);
    Ok(application.with_keys(key()?, key()?))
}

/// Ctrl-C, or the polite signal of a process manager.
async fn interrupted() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
