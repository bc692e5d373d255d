//! Room 4: the desk. The only file that knows the order of the steps.

use std::{fmt, sync::Arc};

use crate::{
    endpoints::Endpoints,
    events,
    gateway::NotifyGateway,
    protocol::{
        Channel, ConfirmedNotification, Merchant, Notification, Order, OutTradeNo, PaymentRequest,
        RequestError, SignedNotification, SignedRequest, TradeEvent, UnmatchedPayment, VerifiedPayment,
    },
    rejection::{Rejection, RejectionKind},
    store::{Hit, OrderStore, Receipt, Settlement},
};

/// One merchant, its gateway and the shop's orders: everything that a message meets on its way to a payment.
///
/// Cheap to clone. Web frameworks hand it bytes; the tower layer is [`Alipay::layer`].
#[derive(Clone)]
pub struct Alipay {
    inner: Arc<Inner>,
}

struct Inner {
    merchant: Merchant,
    gateway: Box<dyn NotifyGateway>,
    store: Box<dyn OrderStore>,
    endpoints: Endpoints,
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
        let (gateway, store) = (Box::new(gateway), Box::new(store));
        Self { inner: Arc::new(Inner { merchant, gateway, store, endpoints }) }
    }

    /// The merchant.
    #[must_use]
    pub fn merchant(&self) -> &Merchant {
        &self.inner.merchant
    }

    /// The shop's two addresses.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.inner.endpoints
    }

    /// Signs a payment request, with `notify_url` and `return_url` of the endpoints unless it has its own.
    ///
    /// Record the order in the store *before* the buyer is sent to pay: the notification may be faster.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit.
    pub fn checkout(&self, request: &PaymentRequest) -> Result<SignedRequest, RequestError> {
        let endpoints = self.endpoints();
        let mut request = request.clone();
        if request.field("notify_url").is_none() {
            request = request.with_notify_url(endpoints.notify_url());
        }
        if request.field("return_url").is_none() {
            request = request.with_return_url(endpoints.return_url());
        }
        request.sign(self.merchant())
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

    async fn notify(&self, body: &[u8]) -> Result<Receipt, Rejection> {
        let signed = Notification::parse(Channel::Notify, body)?.authenticate(self.merchant())?;
        let id = signed.out_trade_no();
        let result = async {
            let order = self.find(id.as_ref()).await?;
            let signed = match recognise(signed, order.as_ref()) {
                Ok(payment) => return Ok(Receipt::AlreadySettled(payment)),
                Err(signed) => signed,
            };
            let confirmed = match self.confirm(signed.clone()).await {
                Err(denied) if denied.kind() == RejectionKind::GatewayDenied => {
                    let known = self.settled_meanwhile(signed, id.as_ref(), denied).await;
                    return known.map(Receipt::AlreadySettled);
                }
                confirmed => confirmed?,
            };
            match confirmed.into_event()? {
                TradeEvent::Paid(payment) => match matched(payment.clone(), order.as_ref()) {
                    Ok(payment) => self.settle(payment).await,
                    Err(rejection) => {
                        self.inner.store.unmatched(&payment, &rejection).await?;
                        Err(rejection)
                    }
                },
                event => {
                    self.inner.store.observe(&event).await?;
                    Ok(Receipt::Observed(event))
                }
            }
        };
        result.await.map_err(|rejection: Rejection| rejection.about(id.clone()))
    }

    async fn returned(&self, query: &[u8]) -> Result<VerifiedPayment, Rejection> {
        let signed = Notification::parse(Channel::Return, query)?.authenticate(self.merchant())?;
        let id = signed.out_trade_no();
        let result = async {
            let order = self.find(id.as_ref()).await?;
            let signed = match recognise(signed, order.as_ref()) {
                Ok(payment) => return Ok(payment),
                Err(signed) => signed,
            };
            let confirmed = match self.confirm(signed.clone()).await {
                Err(denied) if denied.kind() == RejectionKind::GatewayDenied => {
                    return self.settled_meanwhile(signed, id.as_ref(), denied).await;
                }
                confirmed => confirmed?,
            };
            match confirmed.into_event()? {
                TradeEvent::Paid(payment) => matched(payment, order.as_ref()),
                event => Err(Rejection::new(
                    RejectionKind::NotPaid,
                    format_args!(
                        "the trade is {}",
                        event.field("trade_status").map_or("not paid", |_| event.name())
                    ),
                )),
            }
        };
        result.await.map_err(|rejection: Rejection| rejection.about(id.clone()))
    }

    async fn find(&self, id: Option<&OutTradeNo>) -> Result<Option<Order>, Rejection> {
        match id {
            Some(id) => Ok(self.inner.store.find(id).await?),
            None => Ok(None),
        }
    }

    async fn confirm(&self, signed: SignedNotification) -> Result<ConfirmedNotification, Rejection> {
        let check = signed.check(self.merchant())?;
        let confirmation = self.inner.gateway.ask(&check).await?;
        Ok(signed.confirm(&confirmation)?)
    }

    /// Another copy of the message may have been settled since the books were read. Its acknowledgement voids the id, so
    /// the gateway denies this one, and the books know better.
    async fn settled_meanwhile(
        &self,
        signed: SignedNotification,
        id: Option<&OutTradeNo>,
        denied: Rejection,
    ) -> Result<VerifiedPayment, Rejection> {
        let order = self.find(id).await?;
        recognise(signed, order.as_ref()).map_err(|_| denied)
    }

    async fn settle(&self, payment: VerifiedPayment) -> Result<Receipt, Rejection> {
        Ok(match self.inner.store.settle(&payment).await? {
            Settlement::AlreadySettled => Receipt::AlreadySettled(payment),
            Settlement::PaidTwice { earlier } => Receipt::PaidTwice { payment, earlier },
            Settlement::Settled => Receipt::Settled(payment),
        })
    }

    fn journal(&self, hit: Hit<'_>) {
        events::record(&hit);
        self.inner.store.journal(&hit);
    }
}

/// A payment that our own books already hold needs no question to the gateway.
fn recognise(
    signed: SignedNotification,
    order: Option<&Order>,
) -> Result<VerifiedPayment, SignedNotification> {
    match order {
        Some(order) => signed.recognise(order),
        None => Err(signed),
    }
}

fn matched(payment: UnmatchedPayment, order: Option<&Order>) -> Result<VerifiedPayment, Rejection> {
    let order =
        order.ok_or_else(|| Rejection::new(RejectionKind::UnknownOrder, "the shop has no such order"))?;
    Ok(payment.match_order(order)?)
}

impl fmt::Debug for Alipay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alipay")
            .field("merchant", self.merchant())
            .field("endpoints", self.endpoints())
            .finish_non_exhaustive()
    }
}
