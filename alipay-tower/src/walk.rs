//! The walk of a message through the rooms. The only file that knows the order of the steps.

use crate::{
    alipay::Alipay,
    outage::OutagePolicy,
    policy::MessagePolicy,
    protocol::{
        Channel, CheckError, ConfirmedNotification, Notification, Order, OrderState, OutTradeNo, Scheme,
        SignedNotification, Stage, TradeEvent, UnmatchedPayment, VerifiedPayment,
    },
    rejection::{Rejection, RejectionKind},
    store::{Receipt, Settlement},
};

impl Alipay {
    pub(crate) async fn notify(&self, body: &[u8]) -> Result<Receipt, Rejection> {
        let signed = Notification::parse(Channel::Notify, body)?.authenticate(self.merchant())?;
        let (id, key) = (signed.out_trade_no(), signed.key());
        let result = async {
            let order = self.find(id.as_ref()).await?;
            let signed = match recognise(signed, order.as_ref()) {
                Ok(payment) => return self.again(payment, order.as_ref()).await,
                Err(signed) => signed,
            };
            let confirmed = match self.confirm(signed.clone()).await {
                Err(denied) if denied.kind() == RejectionKind::GatewayDenied => {
                    let known = self.settled_meanwhile(signed, id.as_ref(), denied).await;
                    return known.map(Receipt::AlreadySettled);
                }
                Err(outage) if self.accepts_unconfirmed(&outage) => {
                    let payment = self.unconfirmed(signed, order.as_ref()).ok_or(outage)?;
                    return self.settle(payment).await;
                }
                confirmed => confirmed?,
            };
            self.receive(confirmed.into_event()?, order.as_ref()).await
        };
        result.await.map_err(|rejection: Rejection| rejection.about(id.clone(), key))
    }

    pub(crate) async fn returned(&self, query: &[u8]) -> Result<VerifiedPayment, Rejection> {
        let signed = Notification::parse(Channel::Return, query)?.authenticate(self.merchant())?;
        let (id, key) = (signed.out_trade_no(), signed.key());
        let result = async {
            let order = self.find(id.as_ref()).await?;
            let signed = match recognise(signed, order.as_ref()) {
                Ok(payment) => return Ok(payment),
                Err(signed) => signed,
            };
            let asked = match signed.is_silent() {
                true => self.ask_about_return(signed.clone(), id.as_ref()).await,
                false => self.confirm(signed.clone()).await,
            };
            let confirmed = match asked {
                Err(denied) if denied.kind() == RejectionKind::GatewayDenied => {
                    return self.settled_meanwhile(signed, id.as_ref(), denied).await;
                }
                confirmed => confirmed?,
            };
            match payment(confirmed.into_event()?, order.as_ref()) {
                Ok(payment) => matched(payment, order.as_ref()),
                Err(event) => Err(not_paid(&event)),
            }
        };
        result.await.map_err(|rejection: Rejection| rejection.about(id.clone(), key))
    }

    /// What a confirmed message comes to, whichever way it was confirmed.
    pub(crate) async fn receive(
        &self,
        event: TradeEvent,
        order: Option<&Order>,
    ) -> Result<Receipt, Rejection> {
        match payment(event, order) {
            Ok(payment) => match matched(payment.clone(), order) {
                Ok(payment) => self.settle(payment).await,
                Err(rejection) => {
                    self.store().unmatched(&payment, &rejection).await?;
                    Err(rejection)
                }
            },
            Err(TradeEvent::Message(_) | TradeEvent::Service(_))
                if self.policies().messages == MessagePolicy::Refuse =>
            {
                let reason = "the shop takes no messages of the message service here";
                Err(Rejection::new(RejectionKind::MessageRefused, reason))
            }
            Err(event) => {
                self.store().observe(&event).await?;
                Ok(Receipt::Observed(event))
            }
        }
    }

    /// A payment that is in the books already may still be news: shipped, finished. Only a store that follows the
    /// progress is told.
    pub(crate) async fn again(
        &self,
        payment: VerifiedPayment,
        order: Option<&Order>,
    ) -> Result<Receipt, Rejection> {
        let known = order.map(|order| order.progress().stage()).unwrap_or_default();
        let event = payment.event();
        // Of a payment that went back, the event of the refund follows.
        let is_payment = matches!(event, TradeEvent::Held(_) | TradeEvent::Paid(_));
        if is_payment && known > Stage::New && payment.progress().stage() > known {
            self.store().observe(&event).await?;
        }
        Ok(Receipt::AlreadySettled(payment))
    }

    pub(crate) async fn find(&self, id: Option<&OutTradeNo>) -> Result<Option<Order>, Rejection> {
        match id {
            Some(id) => Ok(self.store().find(id).await?),
            None => Ok(None),
        }
    }

    /// What a return does not say, the gateway does.
    async fn ask_about_return(
        &self,
        signed: SignedNotification,
        id: Option<&OutTradeNo>,
    ) -> Result<ConfirmedNotification, Rejection> {
        let processing = || {
            let reason = "the return does not say whether the order is paid: wait for the notification";
            Rejection::new(RejectionKind::Processing, reason)
        };
        let id = id.filter(|_| self.policies().return_query).ok_or_else(processing)?;
        #[cfg(feature = "rsa")]
        let answer = self.query_of_return(id).await?;
        // Returns of the classic generation say how the trade stands.
        #[cfg(not(feature = "rsa"))]
        let answer = self.query(id).await?;
        let answer = answer.ok_or_else(processing)?;
        // Somebody else may have paid the same order: that is not what this browser comes back from.
        signed.confirm_by(&answer)?;
        Ok(answer)
    }

    async fn confirm(&self, signed: SignedNotification) -> Result<ConfirmedNotification, Rejection> {
        let openapi = self.merchant().scheme() == Scheme::OpenApi;
        if openapi
            && self.policies().confirm_by_query
            && let Some(id) = signed.out_trade_no()
        {
            let answer = self.query(&id).await?.ok_or(CheckError::Denied)?;
            return Ok(signed.confirm_by(&answer)?);
        }
        let signed = match signed.trust_signature() {
            Ok(confirmed) => return Ok(confirmed),
            Err(signed) => signed,
        };
        let check = signed.check(self.merchant())?;
        let confirmation = self.gateway().ask(&check).await?;
        Ok(signed.confirm(&confirmation)?)
    }

    fn accepts_unconfirmed(&self, refusal: &Rejection) -> bool {
        refusal.is_outage() && self.outage_policy() == OutagePolicy::AcceptThenConfirm
    }

    /// What the shop takes on a signature alone: a payment that says whose it is and fits an order that waits for one. All
    /// other messages come again, when the gateway can be asked.
    fn unconfirmed(&self, signed: SignedNotification, order: Option<&Order>) -> Option<VerifiedPayment> {
        let order = order.filter(|order| *order.state() == OrderState::Pending)?;
        let ours = signed.names(self.merchant());
        let event = signed.dangerous_accept_unconfirmed().into_event().ok().filter(|_| ours)?;
        payment(event, Some(order)).ok()?.match_order(order).ok()
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
        Ok(match self.store().settle(&payment).await? {
            Settlement::AlreadySettled => Receipt::AlreadySettled(payment),
            Settlement::PaidTwice { earlier } => Receipt::PaidTwice { payment, earlier },
            Settlement::Settled => Receipt::Settled(payment),
        })
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

/// Paid, or held for an order that was sold by escrow. An unknown order may have been.
fn payment(event: TradeEvent, order: Option<&Order>) -> Result<UnmatchedPayment, TradeEvent> {
    match event {
        TradeEvent::Paid(payment) => Ok(payment),
        TradeEvent::Held(payment) if order.is_none_or(Order::accepts_escrow) => Ok(payment),
        event => Err(event),
    }
}

fn matched(payment: UnmatchedPayment, order: Option<&Order>) -> Result<VerifiedPayment, Rejection> {
    let order =
        order.ok_or_else(|| Rejection::new(RejectionKind::UnknownOrder, "the shop has no such order"))?;
    Ok(payment.match_order(order)?)
}

fn not_paid(event: &TradeEvent) -> Rejection {
    let name = event.field("trade_status").map_or("not paid", |_| event.name());
    Rejection::new(RejectionKind::NotPaid, format_args!("the trade is {name}"))
}
