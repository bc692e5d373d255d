//! Room 4: the desk.

use std::{fmt, sync::Arc, time::SystemTime};

use crate::{
    endpoints::Endpoints,
    events,
    gateway::NotifyGateway,
    outage::OutagePolicy,
    policy::{MessagePolicy, Policies},
    protocol::{Channel, Merchant, PageRequest, RequestError, SignedRequest, Timestamp, VerifiedPayment},
    rejection::Rejection,
    store::{Hit, OrderStore, Receipt},
};

/// One merchant, its gateway and the shop's orders: everything that a message meets on its way to a payment.
///
/// Cheap to clone. Web frameworks hand it bytes; the tower layer is [`Alipay::layer`].
#[derive(Clone)]
pub struct Alipay {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    merchant: Merchant,
    gateway: Arc<dyn NotifyGateway>,
    store: Arc<dyn OrderStore>,
    endpoints: Endpoints,
    outage_policy: OutagePolicy,
    policies: Policies,
    /// Whether a certificate is being downloaded.
    #[cfg(feature = "rsa")]
    downloading: Arc<std::sync::atomic::AtomicBool>,
    #[cfg(feature = "rsa")]
    returns: Arc<crate::call::Returns>,
}

impl Alipay {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        merchant: Merchant,
        gateway: impl NotifyGateway,
        store: impl OrderStore,
        endpoints: Endpoints,
    ) -> Self {
        events::start(&merchant);
        let (gateway, store) = (Arc::new(gateway), Arc::new(store));
        let outage_policy = OutagePolicy::default();
        let inner = Inner {
            merchant,
            gateway,
            store,
            endpoints,
            outage_policy,
            policies: Policies::default(),
            #[cfg(feature = "rsa")]
            downloading: Arc::default(),
            #[cfg(feature = "rsa")]
            returns: Arc::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Whether a notification of the OpenAPI generation is believed only when the gateway says the same of the trade
    /// (`alipay.trade.query`). Default: no; the signature is Alipay's own. It costs a call for every notification that is not
    /// in the books yet. The classic gateway is always asked, by `notify_id`.
    ///
    /// Payments, closes and refunds are held against the answer; of what it does not tell, such as a refund in part, the
    /// signature stays the witness ([`ConfirmedBy::Signature`](crate::protocol::ConfirmedBy::Signature)). So it does for
    /// messages without an `out_trade_no`: there is no trade to ask about.
    #[must_use]
    pub fn with_confirm_by_query(mut self, confirm: bool) -> Self {
        Arc::make_mut(&mut self.inner).policies.confirm_by_query = confirm;
        self
    }

    /// Whether the gateway is asked about the trade of a return that does not say how it stands, which is every return of the
    /// OpenAPI generation. Default: yes. All who come back about one order share one question, and for two seconds its answer,
    /// so that nobody who has the address of a return can make the shop ask without end. Without it such a return is [`Processing`](crate::RejectionKind::Processing) until
    /// the books hold the payment.
    #[must_use]
    pub fn with_return_query(mut self, ask: bool) -> Self {
        Arc::make_mut(&mut self.inner).policies.return_query = ask;
        self
    }

    /// How messages of the message service, and of other services, are answered. Default: [`MessagePolicy::Acknowledge`].
    #[must_use]
    pub fn with_message_policy(mut self, policy: MessagePolicy) -> Self {
        Arc::make_mut(&mut self.inner).policies.messages = policy;
        self
    }

    /// What becomes of notifications while the gateway is out of reach. Default: [`OutagePolicy::FailClosed`].
    #[must_use]
    pub fn with_outage_policy(mut self, policy: OutagePolicy) -> Self {
        Arc::make_mut(&mut self.inner).outage_policy = policy;
        self
    }

    /// The same desk with other keys, or for another merchant: it shares the gateway, the store and the addresses of this
    /// one. For [rotating keys](crate::Desks#keys-that-change) while the application runs.
    #[must_use]
    pub fn with_merchant(mut self, merchant: Merchant) -> Self {
        events::start(&merchant);
        let inner = Arc::make_mut(&mut self.inner);
        inner.merchant = merchant;
        #[cfg(feature = "rsa")]
        {
            // What was said under other keys, or of another merchant's order of the same number, counts no more.
            inner.returns = Arc::default();
        }
        self
    }

    /// The same desk at other addresses.
    #[must_use]
    pub fn with_endpoints(mut self, endpoints: Endpoints) -> Self {
        Arc::make_mut(&mut self.inner).endpoints = endpoints;
        self
    }

    /// The merchant.
    #[must_use]
    pub fn merchant(&self) -> &Merchant {
        &self.inner.merchant
    }

    pub(crate) fn policies(&self) -> Policies {
        self.inner.policies
    }

    #[cfg(feature = "rsa")]
    pub(crate) fn downloading(&self) -> &std::sync::atomic::AtomicBool {
        &self.inner.downloading
    }

    #[cfg(feature = "rsa")]
    pub(crate) fn returns(&self) -> &crate::call::Returns {
        &self.inner.returns
    }

    pub(crate) fn gateway(&self) -> &dyn NotifyGateway {
        &*self.inner.gateway
    }

    pub(crate) fn store(&self) -> &dyn OrderStore {
        &*self.inner.store
    }

    /// What becomes of notifications while the gateway is out of reach.
    #[must_use]
    pub fn outage_policy(&self) -> OutagePolicy {
        self.inner.outage_policy
    }

    /// The shop's two addresses.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.inner.endpoints
    }

    /// Signs any request that a browser takes to the gateway (a [`PaymentRequest`](crate::PaymentRequest), or another product's), with
    /// `notify_url` and `return_url` of the endpoints unless it has its own.
    ///
    /// Record the order in the store *before* the buyer is sent to pay: the notification may be faster.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit.
    pub fn checkout(&self, request: &(impl PageRequest + ?Sized)) -> Result<SignedRequest, RequestError> {
        let (endpoints, now) = (self.endpoints(), Timestamp::from(SystemTime::now()));
        request.sign_page(self.merchant(), endpoints.notify_url(), endpoints.return_url(), now)
    }

    /// Receives the body of a notification: parse, authenticate, ask, match, settle. Every receipt is answered
    /// `success`, every rejection `fail`.
    ///
    /// May be dropped at any point; the gateway's retry then finds what was done.
    ///
    /// # Errors
    ///
    /// [`Rejection`] says why it was refused; the store's journal has been told.
    pub async fn receive_notify(&self, body: &[u8]) -> Result<Receipt, Rejection> {
        let result = self.notify(body).await;
        match &result {
            Ok(receipt) => self.journal(Hit::received(body, receipt)),
            Err(rejection) => self.refuse(Channel::Notify, body, rejection),
        }
        result
    }

    /// Receives the query of a return (without its `?`): the same chain without the settling. It never writes; the
    /// notification (or a query of the trade) moves the money.
    ///
    /// # Errors
    ///
    /// [`Rejection`] says why there is no proof of payment; the store's journal has been told.
    pub async fn receive_return(&self, query: &[u8]) -> Result<VerifiedPayment, Rejection> {
        let result = self.returned(query).await;
        match &result {
            Ok(payment) => self.journal(Hit::shown(query, payment)),
            Err(rejection) => self.refuse(Channel::Return, query, rejection),
        }
        result
    }

    /// Tells the journal of a hit that an adapter refused by itself: too large, too slow, the wrong method.
    pub fn refuse(&self, channel: Channel, raw: &[u8], rejection: &Rejection) {
        self.journal(Hit::refused(channel, raw, rejection));
    }

    pub(crate) fn journal(&self, hit: Hit<'_>) {
        let hit = hit.of(self.merchant());
        events::record(&hit);
        self.inner.store.journal(&hit);
    }
}

impl fmt::Debug for Alipay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alipay")
            .field("merchant", self.merchant())
            .field("endpoints", self.endpoints())
            .finish_non_exhaustive()
    }
}
