//! The chain of a message: read, signed, confirmed.

use std::sync::Arc;

use super::{
    AuthenticityError, BatchRefund, BatchTransfer, Channel, Charset, CharsetError, CheckError, Confirmation,
    ConfirmedBy, Fields, KeyMatch, Merchant, MessageNotice, NotifyCheck, NotifyId, NotifyType, Order,
    OutTradeNo, ParseError, Scheme, ServiceNotice, TradeEvent, TradeNo, TradeNotice, UnmatchedPayment,
    VerifiedPayment,
    message::{Message, Raw},
    text_rule::TextRule,
};

/// A message that was read and nothing more: nobody knows yet who wrote it.
///
/// It gives up its fields only to [`authenticate`](Notification::authenticate).
#[derive(Clone, Debug)]
pub struct Notification {
    channel: Channel,
    raw: Raw,
    fields: Fields,
}

impl Notification {
    /// Reads the body of a POST to the notify path, or the query of a GET on the return path.
    ///
    /// # Errors
    ///
    /// [`ParseError`] when it is no form.
    pub fn parse(channel: Channel, raw: &[u8]) -> Result<Self, ParseError> {
        Ok(Self { channel, fields: Fields::parse(raw)?, raw: Raw::from(raw) })
    }

    /// The text that the sender must have signed, for tools that explain a refusal.
    #[must_use]
    pub fn signed_text(&self, scheme: Scheme) -> Vec<u8> {
        self.fields.text(TextRule::of_message(scheme, self.channel, &self.fields))
    }

    /// Decides whether the message is signed by this merchant's key, unambiguous, and addressed to this merchant.
    ///
    /// # Errors
    ///
    /// [`AuthenticityError`]; nothing of the message may then be used.
    pub fn authenticate(self, merchant: &Merchant) -> Result<SignedNotification, AuthenticityError> {
        let Self { channel, raw, fields } = self;
        let verified = merchant.verify(channel, &fields)?;
        fields.unambiguous_by(verified.rule, &verified.text)?;
        let fields = match merchant.scheme() {
            Scheme::Mapi => fields,
            Scheme::OpenApi => fields.covered(verified.rule),
        };
        merchant.addressed(&fields)?;
        let fields = to_text(fields, merchant.charset())?;
        let (scheme, key) = (merchant.scheme(), verified.key);
        let message = Message { channel, scheme, key, raw, fields };
        // The same key signs our own requests and the buyer's return: neither may pass for a notification.
        let foreign = match channel {
            Channel::Return if scheme == Scheme::Mapi => &["service"][..],
            Channel::Return => &["msg_method", "notify_type"],
            _ if verified.rule.is_for_services() => &[],
            // A request and a return of the OpenAPI generation have a `method`.
            _ if scheme == Scheme::OpenApi => &["method"],
            _ => &["is_success", "service"],
        };
        if let Some(name) = foreign.iter().find(|name| message.get(name).is_some()) {
            return Err(ParseError::BadValue(name).into());
        }
        // A return of the cross-border products has no notify_id; a notification always has one, and the demos'
        // habit of skipping the question when it is absent would make the check optional for the sender. Of services' messages
        // it is not documented, and no question is asked about them.
        let optional = channel == Channel::Return || verified.rule.is_for_services();
        if !optional || message.get("notify_id").is_some() {
            message.id("notify_id", NotifyId::new)?;
        }
        Ok(SignedNotification { message: Arc::new(message) })
    }
}

/// A message whose signature is good; not yet confirmed by the gateway.
#[derive(Clone, Debug)]
pub struct SignedNotification {
    pub(super) message: Arc<Message>,
}

impl SignedNotification {
    /// The question to the gateway: did you send this?
    ///
    /// # Errors
    ///
    /// [`CheckError::NoNotifyId`] for a return that has no `notify_id`.
    pub fn check(&self, merchant: &Merchant) -> Result<NotifyCheck, CheckError> {
        let id = self.message.id("notify_id", NotifyId::new).map_err(|_| CheckError::NoNotifyId)?;
        Ok(NotifyCheck::new(merchant, id))
    }

    /// Joins the message with the gateway's word that it sent it.
    ///
    /// # Errors
    ///
    /// [`CheckError::OtherMessage`] when the word was given for another message.
    pub fn confirm(self, confirmation: &Confirmation) -> Result<ConfirmedNotification, CheckError> {
        if self.message.get("notify_id") == Some(confirmation.notify_id().as_str()) {
            Ok(self.confirmed(ConfirmedBy::NotifyId))
        } else {
            Err(CheckError::OtherMessage)
        }
    }

    /// Takes the signature for the gateway's word where only Alipay can have made it: in the OpenAPI generation, whose
    /// notifications need no further question (Alipay, *Asynchronous notification*).
    ///
    /// # Errors
    ///
    /// Gives a message of the classic gateway back: it must be [confirmed](Self::confirm).
    pub fn trust_signature(self) -> Result<ConfirmedNotification, Self> {
        match self.message.scheme {
            Scheme::OpenApi => Ok(self.confirmed(ConfirmedBy::Signature)),
            Scheme::Mapi => Err(self),
        }
    }

    /// Takes the message unconfirmed, for a shop that chose to go on while the gateway is out of reach. What comes of it
    /// says [`ConfirmedBy::Nobody`], and the gateway must be asked about the trade later.
    #[must_use]
    pub fn dangerous_accept_unconfirmed(self) -> ConfirmedNotification {
        self.confirmed(ConfirmedBy::Nobody)
    }

    /// Whether the message says by itself that it is this merchant's, without the gateway: by a key that is nobody else's,
    /// or by an id that was compared when it was authenticated. With RSA all merchants of the classic gateway verify with
    /// one key of Alipay's, and some kinds of messages name nobody.
    #[must_use]
    pub fn names(&self, merchant: &Merchant) -> bool {
        let says = |name| self.message.get(name).is_some();
        !merchant.shares_its_key()
            || ["partner", "seller_id"].into_iter().any(says)
            || (merchant.seller_email().is_some() && says("seller_email"))
    }

    pub(super) fn confirmed(self, by: ConfirmedBy) -> ConfirmedNotification {
        ConfirmedNotification { message: self.message, by }
    }

    /// Which of the merchant's keys verified the message.
    #[must_use]
    pub fn key(&self) -> KeyMatch {
        self.message.key
    }

    /// Whether the message says nothing about the trade's state, as the return of the OpenAPI generation does (Alipay,
    /// *Synchronous return*): the gateway has to be asked about the trade.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.message.channel == Channel::Return && self.message.get("trade_status").is_none()
    }

    /// Alipay's number of the trade that the message speaks of, when it speaks of one.
    #[must_use]
    pub fn trade_no(&self) -> Option<TradeNo> {
        self.message.id("trade_no", TradeNo::new).ok()
    }

    /// A payment that the shop has already settled with this very trade needs no second word of the gateway: its
    /// `notify_id` is void once it was acknowledged, and the return's after a minute.
    ///
    /// # Errors
    ///
    /// Gives the message back when it is no payment of that trade and amount.
    pub fn recognise(self, order: &Order) -> Result<VerifiedPayment, Self> {
        let confirmed = self.clone().confirmed(ConfirmedBy::Books);
        // The books say what a silent return does not.
        let event = match self.is_silent() {
            true => confirmed.into_notice().map(|notice| TradeEvent::Paid(UnmatchedPayment::new(notice))),
            false => confirmed.into_event(),
        };
        match (event, order.settled_by()) {
            (Ok(TradeEvent::Held(payment) | TradeEvent::Paid(payment)), Some(trade))
                if payment.notice().trade_no() == trade =>
            {
                payment.match_order(order).map_err(|_| self)
            }
            _ => Err(self),
        }
    }

    /// The order that the message speaks of, when it speaks of one.
    #[must_use]
    pub fn out_trade_no(&self) -> Option<OutTradeNo> {
        self.message.id("out_trade_no", OutTradeNo::new).ok()
    }

    /// A field of the message, decoded to text. Signed, but not yet matched with any order.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.message.get(name)
    }

    /// All fields, sorted by name, decoded to text.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.message.iter()
    }
}

/// A message that is signed, addressed to us, and confirmed by the gateway.
#[derive(Clone, Debug)]
pub struct ConfirmedNotification {
    message: Arc<Message>,
    by: ConfirmedBy,
}

impl ConfirmedNotification {
    /// The gateway's own answer about a trade, its signature verified.
    pub(super) fn of_answer(scheme: Scheme, key: KeyMatch, fields: Fields) -> Self {
        let raw = Raw::default();
        let message = Arc::new(Message { channel: Channel::Query, scheme, key, raw, fields });
        Self { message, by: ConfirmedBy::Query }
    }

    pub(super) fn message(&self) -> &Message {
        &self.message
    }

    /// The order that the message speaks of, when it speaks of one.
    #[must_use]
    pub fn out_trade_no(&self) -> Option<OutTradeNo> {
        self.message.id("out_trade_no", OutTradeNo::new).ok()
    }

    /// Alipay's number of the trade that the message speaks of, when it speaks of one.
    #[must_use]
    pub fn trade_no(&self) -> Option<TradeNo> {
        self.message.id("trade_no", TradeNo::new).ok()
    }

    /// Which of the merchant's keys verified the message.
    #[must_use]
    pub fn key(&self) -> KeyMatch {
        self.message.key
    }

    /// A field of the message that came and is not empty, decoded to text. Not yet matched with any order.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.message.get(name)
    }

    /// Whose word says that the message is really the gateway's.
    #[must_use]
    pub const fn confirmed_by(&self) -> ConfirmedBy {
        self.by
    }

    /// What the message says, by `notify_type`, `refund_status` and `trade_status`.
    ///
    /// # Errors
    ///
    /// [`ParseError`] when a trade message lacks a field that it must have, or has it in another form.
    pub fn into_event(self) -> Result<TradeEvent, ParseError> {
        let Self { message, by } = self;
        if message.get("is_success").is_some_and(|value| value != "T") {
            return Err(ParseError::BadValue("is_success"));
        }
        if message.scheme == Scheme::OpenApi && message.get("msg_method").is_some() {
            return MessageNotice::read(message).map(TradeEvent::Message);
        }
        if message.is_of_a_service() {
            return Ok(TradeEvent::Service(ServiceNotice::new(message)));
        }
        // Cross-border returns carry no notify_type and are trade messages all the same.
        let kind = message.get("notify_type").map(NotifyType::from);
        match kind {
            Some(NotifyType::BatchRefundNotify) => {
                return BatchRefund::read(&message, by).map(TradeEvent::BatchRefund);
            }
            Some(NotifyType::BatchTransNotify) => {
                return BatchTransfer::read(&message, by).map(TradeEvent::BatchTransfer);
            }
            _ => {}
        }
        if kind.is_some_and(|kind| kind != NotifyType::TradeStatusSync)
            || message.get("trade_status").is_none()
        {
            return Ok(TradeEvent::other(message));
        }
        Ok(TradeEvent::classify(Self { message, by }.into_notice()?))
    }

    /// The message about one trade, whatever it says of it.
    fn into_notice(self) -> Result<TradeNotice, ParseError> {
        let Self { message, by } = self;
        let (id, trade_no) =
            (message.id("out_trade_no", OutTradeNo::new)?, message.id("trade_no", TradeNo::new)?);
        Ok(TradeNotice::read(id, trade_no, message, by))
    }
}

impl ConfirmedNotification {
    /// What an answer about a trade says, in the order in which it came to pass: of a trade that was paid and paid back since,
    /// in part or in full, first the payment. Any other message is one event.
    ///
    /// The payment of such a pair knows what followed: its [`progress`](VerifiedPayment::progress) says so.
    ///
    /// # Errors
    ///
    /// As [`into_event`](Self::into_event).
    pub fn into_events(self) -> Result<Vec<TradeEvent>, ParseError> {
        // A notification about a refund comes beside that of the payment, which the gateway repeats until it is heard.
        let is_answer = self.message.channel == Channel::Query;
        let event = self.into_event()?;
        let earlier = match &event {
            TradeEvent::Refunded(notice) if is_answer => TradeEvent::payment_before(notice),
            _ => None,
        };
        Ok(earlier.into_iter().chain([event]).collect())
    }
}

/// The same fields with every name and value in UTF-8.
fn to_text(fields: Fields, charset: Charset) -> Result<Fields, ParseError> {
    if charset == Charset::Utf8 {
        return if fields.is_utf8() {
            Ok(fields)
        } else {
            Err(ParseError::Charset(CharsetError { charset }))
        };
    }
    let decoded = |(name, value)| Ok((charset.decode(name)?, charset.decode(value)?));
    let pairs = fields.iter().map(decoded).collect::<Result<Vec<_>, ParseError>>()?;
    Fields::from_pairs(pairs.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())))
}
