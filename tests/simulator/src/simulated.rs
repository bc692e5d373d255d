//! The handle of a running gateway.

use std::{io, net::SocketAddr, sync::Arc};

use alipay_tower::{GatewayUrl, Merchant, Money, protocol::PartnerId};
use tokio::task::JoinHandle;

use crate::{
    actions,
    builder::SimulatedGatewayBuilder,
    delivery::{Delivery, Question},
    mischief::{Arrival, Behaviour},
    server,
    shared::Shared,
    trade::Trade,
    trades::TradeError,
};

/// A simulated gateway on this machine: it holds keys, signs bytes and answers. It ends when it is dropped.
///
/// ```
/// use alipay_simulator::{Mischief, SimulatedGateway};
///
/// # let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let gateway = SimulatedGateway::start().await?;
///
/// let merchant = gateway.merchant(); // configure the shop with it: key, partner, gateway address
/// assert!(merchant.gateway().as_str().starts_with("http://127.0.0.1:"));
///
/// gateway.behave(Mischief::Drop.once()); // the next notification is lost, the retry ladder heals it
/// gateway.shutdown().await;
/// # Ok(()) })
/// # as std::io::Result<()>
/// # ;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct SimulatedGateway {
    server: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

impl SimulatedGateway {
    pub(crate) const fn new(server: JoinHandle<()>, shared: Arc<Shared>) -> Self {
        Self { server: Some(server), shared }
    }

    /// Starts on a free port of `127.0.0.1`, with one demo merchant.
    ///
    /// # Errors
    ///
    /// When nothing can be bound.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts with settings of your own.
    pub fn builder() -> SimulatedGatewayBuilder {
        SimulatedGatewayBuilder::default()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// The address of `gateway.do`.
    #[must_use]
    pub fn gateway_url(&self) -> GatewayUrl {
        self.shared.gateway.clone()
    }

    /// The address of the page with trades, deliveries and the switches of mischief.
    #[must_use]
    pub fn dashboard_url(&self) -> String {
        format!("http://{}/", self.shared.address)
    }

    /// The first merchant (the demo merchant, unless the builder was given others), pointing at this gateway.
    #[must_use]
    pub fn merchant(&self) -> Merchant {
        self.shared.merchants.first().unwrap_or(&self.shared.stranger).clone()
    }

    /// The merchant of this PID, pointing at this gateway.
    #[must_use]
    pub fn merchant_of(&self, partner: &PartnerId) -> Option<Merchant> {
        self.shared.merchant_of(partner.as_str()).cloned()
    }

    /// Misbehaves from now on: once, some times, or until [`reset`](Self::reset). Different kinds add up.
    pub fn behave(&self, behaviour: impl Into<Behaviour>) {
        self.shared.board.switch(behaviour.into());
    }

    /// Honest again. [`arrange`](Self::arrange) stays as it was.
    pub fn reset(&self) {
        self.shared.board.reset();
    }

    /// What is switched on.
    #[must_use]
    pub fn behaviours(&self) -> Vec<Behaviour> {
        self.shared.board.active()
    }

    /// Which comes first after a payment.
    pub fn arrange(&self, arrival: Arrival) {
        self.shared.board.arrange(arrival);
    }

    /// All trades, oldest first; at most 1000 are kept.
    #[must_use]
    pub fn trades(&self) -> Vec<Trade> {
        self.shared.trades.all()
    }

    /// The newest trade of an order number.
    #[must_use]
    pub fn trade(&self, out_trade_no: &str) -> Option<Trade> {
        self.shared.trades.find(|trade| trade.out_trade_no() == out_trade_no)
    }

    /// Every attempt to deliver a notification, oldest first; at most 2000 are kept.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.deliveries.lines()
    }

    /// Every question of `notify_verify`, oldest first; at most 2000 are kept.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        self.shared.questions.lines()
    }

    /// Pays a trade as the buyer does on the cashier page, from the `balance` or by the code of a bank; gives the
    /// address that the browser would be sent to.
    ///
    /// # Errors
    ///
    /// [`TradeError`] when there is no such trade, or it is not waiting for payment.
    pub async fn pay(&self, trade_no: &str, channel: &str) -> Result<Option<String>, TradeError> {
        actions::pay(&self.shared, trade_no, channel).await.map(|(_, address)| address)
    }

    /// Closes an unpaid trade.
    ///
    /// # Errors
    ///
    /// [`TradeError`] when there is no such trade, or it is not waiting for payment.
    pub fn close(&self, trade_no: &str) -> Result<Trade, TradeError> {
        actions::close(&self.shared, trade_no)
    }

    /// Ends the time for refunds: `TRADE_FINISHED`, months after the payment in real life.
    ///
    /// # Errors
    ///
    /// [`TradeError`] when there is no such trade, or it is not `TRADE_SUCCESS`.
    pub fn finish(&self, trade_no: &str) -> Result<Trade, TradeError> {
        actions::finish(&self.shared, trade_no)
    }

    /// Refunds by hand, as on Alipay's site: a part leaves `TRADE_SUCCESS`, the whole gives `TRADE_CLOSED`.
    ///
    /// # Errors
    ///
    /// [`TradeError`] when there is no such trade, it is not `TRADE_SUCCESS`, or the amount is more than is left.
    pub fn refund(&self, trade_no: &str, amount: Money) -> Result<Trade, TradeError> {
        actions::refund(&self.shared, trade_no, amount)
    }

    /// Waits until every notification was acknowledged or given up. Put a time-out around it.
    pub async fn quiet(&self) {
        // The sender lives in `self`, so waiting ends with a zero.
        let _ = self.shared.ladders.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Stops: open requests are answered, notifications that are on their way are given up.
    pub async fn shutdown(mut self) {
        self.shared.stop();
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(server::GRACE, &mut server).await.is_err()
        {
            server.abort();
        }
    }
}

impl Drop for SimulatedGateway {
    fn drop(&mut self) {
        self.shared.stop();
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}
