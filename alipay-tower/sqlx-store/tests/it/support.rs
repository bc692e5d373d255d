//! Payments, by walking the chain with the merchant's key, and stores to put them in.

use alipay_sqlx_store::{NewOrder, SqlStore, SqlStoreOptions};
use alipay_tower::{
    Alipay, Endpoints, Merchant, Order, VerifiedPayment, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{
        Call as _, Channel, Confirmation, Md5Key, Notification, NotifyCheck, OutTradeNo, PartnerId,
        SignedNotification, SignedRequest, SingleTradeQuery, TradeEvent,
    },
};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

pub(crate) fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
}

pub(crate) fn id(text: &str) -> OutTradeNo {
    OutTradeNo::new(text).unwrap()
}

/// An order over 10.50 yuan.
pub(crate) fn order(number: &str) -> Order {
    Order::new(id(number), "10.50".parse().unwrap())
}

pub(crate) fn new_order(number: &str) -> NewOrder {
    NewOrder::new(id(number), "10.50".parse().unwrap(), "a pot of \"tea\"").with_contact("buyer@example.com")
}

/// The body of a signed notification.
pub(crate) fn body(order: &Order, trade_no: &str, trade_status: &str) -> String {
    signed(order, trade_no, trade_status, &[])
}

/// The same with further fields.
pub(crate) fn signed(order: &Order, trade_no: &str, trade_status: &str, more: &[(&str, &str)]) -> String {
    let amount = order.amount().to_string();
    let mut fields = vec![
        ("buyer_email", "buyer@example.com"),
        ("notify_id", "70fec0c2730b27528665af4517c27b95"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", order.out_trade_no().as_str()),
        ("subject", "a pot of tea"),
        ("total_fee", &amount),
        ("trade_no", trade_no),
        ("trade_status", trade_status),
    ];
    fields.extend_from_slice(more);
    fields.sort_unstable();
    let text: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let sign = merchant().sign_text(text.join("&").as_bytes());
    let form = serde_urlencoded::to_string(fields).unwrap();
    format!("{form}&sign={sign}&sign_type=MD5")
}

pub(crate) fn event(order: &Order, trade_no: &str, trade_status: &str) -> TradeEvent {
    told(&body(order, trade_no, trade_status))
}

/// What a signed message says, confirmed by the gateway.
pub(crate) fn told(body: &str) -> TradeEvent {
    let signed = authentic(body);
    let confirmation = signed.check(&merchant()).unwrap().read(b"true").unwrap();
    signed.confirm(&confirmation).unwrap().into_event().unwrap()
}

/// What the gateway's signed answer about a trade says, in the order in which it came to pass.
pub(crate) fn answered(
    order: &Order,
    trade_no: &str,
    trade_status: &str,
    more: &[(&str, &str)],
) -> Vec<TradeEvent> {
    let amount = order.amount().to_string();
    let number = order.out_trade_no();
    let mut fields = vec![
        ("out_trade_no", number.as_str()),
        ("total_fee", &amount),
        ("trade_no", trade_no),
        ("trade_status", trade_status),
    ];
    fields.extend_from_slice(more);
    fields.sort_unstable();
    let call = SingleTradeQuery::by_out_trade_no(number.clone());
    let answer = call.read(document(&fields).as_bytes(), &merchant()).unwrap();
    answer.into_confirmed().unwrap().into_events().unwrap()
}

fn authentic(body: &str) -> SignedNotification {
    Notification::parse(Channel::Notify, body.as_bytes()).unwrap().authenticate(&merchant()).unwrap()
}

pub(crate) fn payment(order: &Order, trade_no: &str) -> VerifiedPayment {
    verified(event(order, trade_no, "TRADE_SUCCESS"), order)
}

/// A payment that nobody has confirmed.
pub(crate) fn unconfirmed(order: &Order, trade_no: &str) -> VerifiedPayment {
    verified(unheard(&body(order, trade_no, "TRADE_SUCCESS")), order)
}

/// What a signed message says, confirmed by nobody.
pub(crate) fn unheard(body: &str) -> TradeEvent {
    authentic(body).dangerous_accept_unconfirmed().into_event().unwrap()
}

pub(crate) fn verified(event: TradeEvent, order: &Order) -> VerifiedPayment {
    match event {
        TradeEvent::Held(payment) | TradeEvent::Paid(payment) => payment.match_order(order).unwrap(),
        other => panic!("not paid: {other:?}"),
    }
}

/// The end of a batch of refunds, each a trade, an amount and a result.
pub(crate) fn batch(batch_no: &str, items: &[(&str, &str, &str)]) -> TradeEvent {
    let details: Vec<String> =
        items.iter().map(|(trade_no, amount, result)| format!("{trade_no}^{amount}^{result}")).collect();
    let done = items.iter().filter(|(_, _, result)| *result == "SUCCESS").count().to_string();
    let fields = [
        ("batch_no", batch_no),
        ("notify_id", "444444445555555566666666777777770m"),
        ("notify_type", "batch_refund_notify"),
        ("result_details", &details.join("#")),
        ("success_num", &done),
    ];
    let text: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let sign = merchant().sign_text(text.join("&").as_bytes());
    told(&format!("{}&sign={sign}&sign_type=MD5", serde_urlencoded::to_string(fields).unwrap()))
}

/// The words of an order's history.
pub(crate) async fn words(store: &SqlStore, number: &str) -> Vec<String> {
    let events = store.events(&id(number), 100).await.unwrap();
    events.iter().map(|event| event.kind().to_string()).collect()
}

/// A gateway that says yes.
struct Yes;

#[async_trait]
impl NotifyGateway for Yes {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        Ok(check.read(b"true")?)
    }
}

pub(crate) fn desk(store: &SqlStore) -> Alipay {
    desk_with(store, Yes)
}

fn desk_with(store: &SqlStore, gateway: impl NotifyGateway) -> Alipay {
    let endpoints = Endpoints::new("https://shop.example/notify", "https://shop.example/return").unwrap();
    Alipay::new(merchant(), gateway, store.clone(), endpoints)
}

/// A gateway that knows one trade.
struct Knows(String);

#[async_trait]
impl NotifyGateway for Knows {
    async fn ask(&self, _: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        Err(GatewayError::Unsupported)
    }

    async fn send(&self, _: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
        Ok(self.0.clone().into_bytes())
    }
}

/// A desk whose gateway answers a query of the order with these fields, sorted by name.
pub(crate) fn desk_that_asks(store: &SqlStore, fields: &[(&str, &str)]) -> Alipay {
    desk_with(store, Knows(document(fields)))
}

/// The gateway's signed answer about a trade with these fields, sorted by name.
fn document(fields: &[(&str, &str)]) -> String {
    let text: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let sign = merchant().sign_text(text.join("&").as_bytes());
    let trade: String = fields.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    format!(
        "<alipay><is_success>T</is_success><response><trade>{trade}</trade></response><sign>{sign}</sign>\
         <sign_type>MD5</sign_type></alipay>"
    )
}

/// A database file that goes with the test.
pub(crate) struct File {
    directory: TempDir,
}

impl File {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.directory.path().join("shop.db")
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", self.path().display())
    }

    pub(crate) async fn open(&self) -> SqlStore {
        self.open_with(SqlStoreOptions::new()).await
    }

    pub(crate) async fn open_with(&self, options: SqlStoreOptions) -> SqlStore {
        SqlStore::connect_with(&self.url(), options).await.unwrap()
    }

    /// Another program's connection to the same file.
    pub(crate) async fn stranger(&self) -> SqliteConnection {
        SqliteConnection::connect(&self.url()).await.unwrap()
    }
}
