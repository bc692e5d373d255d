//! The handle of a running gateway.

use std::{io, net::SocketAddr, sync::Arc};

use alipay_tower::{
    ConfigError, GatewayUrl, Merchant, Money,
    protocol::{AppId, PartnerId},
};
use tokio::task::JoinHandle;

use crate::{
    account::{Account, CertificateFiles, Credentials},
    actions::{self, Order},
    batch_page,
    builder::SimulatedGatewayBuilder,
    delivery::{Delivery, Question},
    goods::Parcel,
    mischief::{Arrival, Behaviour, Mischief},
    openapi, server,
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
        self.shared.accounts.first().unwrap_or(&self.shared.stranger).shop.clone()
    }

    /// The classic merchant of this PID, pointing at this gateway.
    #[must_use]
    pub fn merchant_of(&self, partner: &PartnerId) -> Option<Merchant> {
        self.shared.partner(partner.as_str()).map(|account| account.shop.clone())
    }

    /// The application of this `app_id`, pointing at this gateway.
    #[must_use]
    pub fn application(&self, app_id: &AppId) -> Option<Merchant> {
        let account = self.shared.account(app_id.as_str()).filter(|account| !account.is_mapi());
        account.map(|account| account.shop.clone())
    }

    /// What shops are to be configured with: one for each merchant, in the order of the builder.
    #[must_use]
    pub fn credentials(&self) -> Vec<Credentials> {
        self.shared.accounts.iter().map(Account::credentials).collect()
    }

    /// Alipay's certificate of this application is renewed, for the same key: answers name a new number from now on, and
    /// `alipay.open.app.alipaycert.download` has the new certificate.
    ///
    /// # Errors
    ///
    /// When there is no such application, it is not in certificate mode, or nothing can be signed.
    pub fn renew_certificate(&self, app_id: &AppId) -> io::Result<CertificateFiles> {
        certified(self.shared.account(app_id.as_str()).and_then(Account::renew_certificate))
    }

    /// Alipay's next certificate of this application, for another key, as the console shows it before it is used: PEM. It
    /// stays the next one until [`roll_certificate_over`](Self::roll_certificate_over).
    ///
    /// # Errors
    ///
    /// As [`renew_certificate`](Self::renew_certificate).
    pub fn announce_certificate(&self, app_id: &AppId) -> io::Result<String> {
        certified(self.shared.account(app_id.as_str()).and_then(Account::announce_certificate))
    }

    /// Alipay goes over to its next certificate of this application: answers, notifications (those too that are on their way
    /// and come again) and returns are signed with the key of that one from now on, and
    /// `alipay.open.app.alipaycert.download` has it.
    ///
    /// # Errors
    ///
    /// As [`renew_certificate`](Self::renew_certificate).
    pub fn roll_certificate_over(&self, app_id: &AppId) -> io::Result<CertificateFiles> {
        certified(self.shared.account(app_id.as_str()).and_then(Account::roll_certificate_over))
    }

    /// Sends a message of the message service (`msg_method`) to an application, up the same ladder as a notification.
    /// `biz_content` is JSON.
    ///
    /// # Errors
    ///
    /// When there is no such application, or the address is not one on this machine.
    pub fn send_message(
        &self,
        app_id: &AppId,
        url: &str,
        msg_method: &str,
        biz_content: &str,
    ) -> io::Result<()> {
        let sent = actions::send_message(&self.shared, app_id.as_str(), url, msg_method, biz_content);
        sent.map_err(|advice| io::Error::new(io::ErrorKind::InvalidInput, advice))
    }

    /// Misbehaves from now on: once, some times, or until [`reset`](Self::reset). Different kinds add up, to 64 at most:
    /// one more is left out, with a warning in the log.
    pub fn behave(&self, behaviour: impl Into<Behaviour>) {
        if let Err(advice) = self.shared.board.switch(behaviour.into()) {
            tracing::warn!(advice, "a mischief was left out");
        }
    }

    /// Loses every notification from now on, until [`reset`](Self::reset).
    pub fn drop_all(&self) {
        self.behave(Mischief::Drop);
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

    /// Every method of the OpenAPI generation that was called with a good signature, oldest first; at most 2000 are kept.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.shared.calls.lines()
    }

    /// Pays a trade as the buyer does on the cashier page, from the `balance` or by the code of a bank; gives the
    /// address that the browser would be sent to.
    ///
    /// # Errors
    ///
    /// [`TradeError`] when there is no such trade, or it is not waiting for payment.
    pub async fn pay(&self, trade_no: &str, channel: &str) -> Result<Option<String>, TradeError> {
        self.pay_with(trade_no, Order::by(channel)).await
    }

    /// Pays a dual trade into escrow; an escrow trade is always paid so.
    ///
    /// # Errors
    ///
    /// As [`pay`](Self::pay).
    pub async fn pay_into_escrow(&self, trade_no: &str, channel: &str) -> Result<Option<String>, TradeError> {
        self.pay_with(trade_no, Order { held: true, ..Order::by(channel) }).await
    }

    async fn pay_with(&self, trade_no: &str, order: Order<'_>) -> Result<Option<String>, TradeError> {
        actions::pay(&self.shared, trade_no, order).await.map(|(_, address)| address)
    }

    /// The buyer scans the QR code of `alipay.trade.precreate`: only now there is a trade.
    ///
    /// # Errors
    ///
    /// A sentence, when the code is not one of this gateway's, too old, or its order is over.
    pub fn scan(&self, qr_code: &str) -> Result<Trade, String> {
        let id = qr_code.rsplit('/').next().unwrap_or_default();
        openapi::open_code(&self.shared, id)
    }

    /// The shop's app hands the order string of `alipay.trade.app.pay` to Alipay's app.
    ///
    /// # Errors
    ///
    /// `sub_code` and a sentence, when the gateway does not take it.
    pub fn open_order_string(&self, order_string: &str) -> Result<Trade, (&'static str, String)> {
        openapi::open_order_string(&self.shared, order_string)
    }

    /// What Alipay's app tells the shop's app of a paid trade: `result`, signed like an answer.
    #[must_use]
    pub fn app_result(&self, trade_no: &str) -> Option<String> {
        openapi::app_result(&self.shared, &self.shared.trades.by_number(trade_no)?)
    }

    /// The seller of an escrow trade ships, as on Alipay's site: `WAIT_BUYER_CONFIRM_GOODS`.
    ///
    /// # Errors
    ///
    /// [`TradeError`] when there is no such trade, or it is not `WAIT_SELLER_SEND_GOODS`.
    pub fn ship(&self, trade_no: &str) -> Result<Trade, TradeError> {
        actions::ship(&self.shared, trade_no, Parcel::default())
    }

    /// The buyer of an escrow trade confirms that the goods arrived: `TRADE_FINISHED`.
    ///
    /// # Errors
    ///
    /// [`TradeError`] when there is no such trade, or it is not `WAIT_BUYER_CONFIRM_GOODS`.
    pub fn confirm_receipt(&self, trade_no: &str) -> Result<Trade, TradeError> {
        actions::confirm(&self.shared, trade_no)
    }

    /// The operator types the payment password for a batch of refunds or payouts; whether one was waiting for it.
    #[must_use]
    pub fn approve_batch(&self, batch_no: &str) -> bool {
        let batch = self.shared.batches.by_number(batch_no);
        batch.is_some_and(|batch| batch_page::carry_out(&self.shared, &batch.id).is_some())
    }

    /// The operator gives a batch up; whether one was waiting.
    #[must_use]
    pub fn reject_batch(&self, batch_no: &str) -> bool {
        let batch = self.shared.batches.by_number(batch_no);
        batch.is_some_and(|batch| actions::give_up_batch(&self.shared, &batch.id).is_some())
    }

    /// Closes an unpaid trade.
    ///
    /// # Errors
    ///
    /// [`TradeError`] when there is no such trade, or it is not waiting for payment.
    pub fn close(&self, trade_no: &str) -> Result<Trade, TradeError> {
        actions::close(&self.shared, trade_no)
    }

    /// Ends the time that the buyer has to pay, whatever the request said of it.
    ///
    /// # Errors
    ///
    /// [`TradeError`] when there is no such trade, or it is not waiting for payment.
    pub fn time_out(&self, trade_no: &str) -> Result<Trade, TradeError> {
        actions::time_out(&self.shared, trade_no)
    }

    /// Ends the time for refunds: `TRADE_FINISHED`, months after the payment in real life.
    ///
    /// # Errors
    ///
    /// [`TradeError`] when there is no such trade, or it is not `TRADE_SUCCESS`.
    pub fn finish(&self, trade_no: &str) -> Result<Trade, TradeError> {
        actions::finish(&self.shared, trade_no)
    }

    /// Refunds by hand, as on Alipay's site: a part leaves `TRADE_SUCCESS`, the whole gives `TRADE_CLOSED`. Escrow that is
    /// not shipped yet is refunded whole; what is shipped and refunded in part is `TRADE_FINISHED`.
    ///
    /// # Errors
    ///
    /// [`TradeError`] when there is no such trade, its status allows no refund, or the amount is not allowed.
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

fn certified<T>(made: Option<Result<T, ConfigError>>) -> io::Result<T> {
    let none =
        || io::Error::new(io::ErrorKind::NotFound, "no application in certificate mode has this app_id");
    made.ok_or_else(none)?.map_err(io::Error::other)
}
