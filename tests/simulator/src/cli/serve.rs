//! `serve`: the simulated gateway, until Ctrl-C.

use std::{net::SocketAddr, process::ExitCode};

use alipay_simulator::{DEMO_KEY, SimulatedGateway};
use clap::Args;
use tracing_subscriber::EnvFilter;

use super::{Failure, MerchantArgs, output};

/// Runs the simulated gateway with its cashier pages, until Ctrl-C.
///
/// Point a shop at the printed gateway address and it can take payments offline: the gateway checks the signed request,
/// shows a cashier page, notifies the shop until it answers `success`, sends the browser back and answers notify_verify.
/// Its first page lists trades and deliveries and switches misbehaviour on. It talks to addresses of this machine only,
/// and moves no money. What is not given about the merchant is the demo merchant's. RUST_LOG sets the detail of the log
/// on standard error.
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
        let (merchant, demo) = self.merchant.simulated()?;
        let gateway = SimulatedGateway::builder()
            .listen(self.listen)
            .clock_speed(self.speed)
            .deadline_speed(self.deadline_speed)
            .anti_phishing(self.anti_phishing)
            .merchant(merchant.clone())
            .start()
            .await
            .map_err(|error| Failure::refused(format!("cannot listen on {}: {error}", self.listen)))?;
        output::item("gateway", gateway.gateway_url().as_str())?;
        output::item("control page", &gateway.dashboard_url())?;
        output::item("partner", merchant.partner().as_str())?;
        output::item("seller", merchant.seller_email().unwrap_or(merchant.seller_id().as_str()))?;
        output::item("charset", merchant.charset().label())?;
        output::item("key", if demo { DEMO_KEY } else { "as given" })?;
        output::item("", "Ctrl-C ends it.")?;
        interrupted().await?;
        gateway.shutdown().await;
        Ok(ExitCode::SUCCESS)
    }
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
