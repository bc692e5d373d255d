//! What is told to `tracing`: targets, levels, names and fields, as `alipay_tower::events` promises them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fmt::{Debug, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use alipay_tower::{
    Alipay, Desks, Endpoints, Merchant, Order, OutagePolicy, async_trait,
    gateway::{BreakerOptions, CircuitBreaker, GatewayAnswer, GatewayError, NotifyGateway},
    protocol::{CloseTrade, Confirmation, Md5Key, NotifyCheck, OutTradeNo, PartnerId, SignedRequest},
    store::MemoryStore,
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Every event as one line: level, target, fields.
#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<String>>>);

impl Capture {
    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

struct Line(String);

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {}={value}", field.name()).unwrap();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Capture {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("alipay")
    }

    fn new_span(&self, _span: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _span: &span::Id, _values: &span::Record<'_>) {}

    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("{} {}", event.metadata().level(), event.metadata().target()));
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _span: &span::Id) {}

    fn exit(&self, _span: &span::Id) {}
}

#[derive(Clone, Default)]
struct Gateway(Arc<AtomicBool>);

#[async_trait]
impl NotifyGateway for Gateway {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        if self.0.load(Ordering::SeqCst) { Err(GatewayError::Status(502)) } else { Ok(check.read(b"true")?) }
    }
}

const OLD: &str = "abcdefghijklmnopqrstuvwxyz012345";
const NEW: &str = "bcdefghijklmnopqrstuvwxyz0123456";

fn merchant(key: &str) -> Merchant {
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), Md5Key::new(key).unwrap())
}

fn desk(gateway: impl NotifyGateway) -> Alipay {
    let store = MemoryStore::new();
    for id in ["T1", "T2"] {
        store.insert(Order::new(OutTradeNo::new(id).unwrap(), "10.50".parse().unwrap()));
    }
    let endpoints = Endpoints::new("https://a.example/pay/notify", "https://a.example/pay/return").unwrap();
    Alipay::new(merchant(NEW).with_previous_key(Md5Key::new(OLD).unwrap()), gateway, store, endpoints)
}

fn message(key: &str, order: &str, trade: &str) -> String {
    signed(&merchant(key), order, trade)
}

fn signed(by: &Merchant, order: &str, trade: &str) -> String {
    about(by, order, trade, "TRADE_SUCCESS")
}

fn status(key: &str, order: &str, trade_status: &str) -> String {
    about(&merchant(key), order, "2024010121001004010200000009", trade_status)
}

fn about(by: &Merchant, order: &str, trade: &str, trade_status: &str) -> String {
    let fields = [
        ("buyer_email", "buyer@example.com"),
        ("notify_id", "abc"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", order),
        ("seller_id", "2088000000000001"),
        ("total_fee", "10.50"),
        ("trade_no", trade),
        ("trade_status", trade_status),
    ];
    by.sign_fields(fields).unwrap().url().split_once('?').unwrap().1.to_owned()
}

const TRADE: &str = "2024010121001004010200000001";

#[tokio::test]
async fn a_message_says_which_key_and_whose_word() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.clone());
    let gateway = Gateway::default();
    let alipay = desk(gateway.clone()).with_outage_policy(OutagePolicy::AcceptThenConfirm);
    assert_eq!(
        capture.lines(),
        [
            "INFO alipay message=ready scheme=mapi id=2088000000000001 gateway=https://mapi.alipay.com/gateway.do"
        ]
    );
    let line = async |body: &str| {
        let _ = alipay.receive_notify(body.as_bytes()).await;
        let [line] = capture.lines().try_into().unwrap();
        (line.clone(), line.rsplit_once(" bytes=").unwrap().0.to_owned())
    };
    let (whole, settled) = line(&message(OLD, "T1", TRADE)).await;
    assert_eq!(
        settled,
        format!(
            "INFO alipay::notify merchant=2088000000000001 outcome=settled out_trade_no=T1 trade_no={TRADE} \
             confirmed_by=notify_id key=previous"
        )
    );
    assert!(whole.ends_with(&format!(" bytes={}", message(OLD, "T1", TRADE).len())));
    let (_, again) = line(&message(NEW, "T1", TRADE)).await;
    assert!(again.ends_with("outcome=already_settled out_trade_no=T1 trade_no=2024010121001004010200000001 confirmed_by=books key=current"), "{again}");
    let (_, twice) = line(&message(NEW, "T1", "2024010121001004010200000002")).await;
    assert!(
        twice.starts_with("ERROR alipay::notify merchant=2088000000000001 outcome=paid_twice"),
        "{twice}"
    );
    gateway.0.store(true, Ordering::SeqCst);
    let (_, unconfirmed) = line(&message(NEW, "T2", TRADE)).await;
    assert!(unconfirmed.starts_with("WARN alipay::notify"), "{unconfirmed}");
    assert!(unconfirmed.contains(" outcome=settled ") && unconfirmed.contains(" confirmed_by=nobody "));
    let (_, refused) = line(&message(OLD, "T3", TRADE)).await;
    assert_eq!(
        refused,
        "WARN alipay::notify merchant=2088000000000001 outcome=gateway_unreachable out_trade_no=T3 key=previous \
         reason=the gateway answered with HTTP status 502"
    );
    let (_, forged) = line(&message("cdefghijklmnopqrstuvwxyz01234567", "T1", TRADE)).await;
    assert_eq!(
        forged,
        "INFO alipay::notify merchant=2088000000000001 outcome=forged reason=the signature does not verify"
    );
    gateway.0.store(false, Ordering::SeqCst);
    let (_, pending) = line(&status(NEW, "T2", "TRADE_PENDING")).await;
    assert_eq!(
        pending,
        "WARN alipay::notify merchant=2088000000000001 outcome=observed out_trade_no=T2 confirmed_by=notify_id \
         key=current reason=the buyer has paid, and the seller's account cannot receive the money"
    );
    let (_, unknown) = line(&status(NEW, "T2", "TRADE_SOMETHING_NEW")).await;
    assert!(
        unknown.starts_with("WARN ") && unknown.ends_with("that this version does not know"),
        "{unknown}"
    );
    let (_, waiting) = line(&status(NEW, "T2", "WAIT_BUYER_PAY")).await;
    assert!(waiting.starts_with("INFO ") && !waiting.contains("reason"), "{waiting}");
    let _ = alipay.receive_return(message(NEW, "T1", TRADE).as_bytes()).await;
    let [shown] = capture.lines().try_into().unwrap();
    assert!(shown.starts_with("INFO alipay::return merchant=2088000000000001 outcome=shown out_trade_no=T1"));
    assert!(!shown.contains("buyer"), "{shown}");
}

/// Two keys of Alipay's are valid while it changes them; every line says which one was used.
#[cfg(feature = "rsa")]
#[tokio::test]
async fn a_message_signed_with_rsa_says_which_key_too() {
    use alipay_tower::protocol::PrivateKey;

    let [own, old, new, stranger] = [(); 4].map(|()| PrivateKey::generate().unwrap());
    let partner = || PartnerId::new("2088000000000001").unwrap();
    let shop = Merchant::rsa(partner(), own.clone(), new.public().clone()).unwrap();
    let shop = shop.with_previous_alipay_key(old.public().clone()).unwrap();
    let alipay = desk(Gateway::default()).with_merchant(shop);
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.clone());
    let line = async |key: &PrivateKey, order: &str| {
        let side = Merchant::rsa(partner(), key.clone(), own.public().clone()).unwrap();
        let _ = alipay.receive_notify(signed(&side, order, TRADE).as_bytes()).await;
        let [line] = capture.lines().try_into().unwrap();
        line.rsplit_once(" bytes=").unwrap().0.to_owned()
    };
    let settled = line(&old, "T1").await;
    assert!(
        settled.starts_with("INFO alipay::notify merchant=2088000000000001 outcome=settled"),
        "{settled}"
    );
    assert!(settled.ends_with(" confirmed_by=notify_id key=previous"), "{settled}");
    let again = line(&new, "T1").await;
    assert!(again.ends_with(" confirmed_by=books key=current"), "{again}");
    let unknown = line(&old, "T3").await;
    assert!(unknown.contains(" outcome=unknown_order ") && unknown.contains(" key=previous"), "{unknown}");
    let forged = line(&stranger, "T2").await;
    assert!(forged.contains(" outcome=forged ") && !forged.contains("key="), "{forged}");
}

#[tokio::test(start_paused = true)]
async fn the_circuit_tells_its_states() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.clone());
    let gateway = Gateway::default();
    gateway.0.store(true, Ordering::SeqCst);
    let breaker = CircuitBreaker::new(gateway.clone(), &BreakerOptions::default().with_failures(2));
    let alipay = desk(breaker);
    let ask = async || alipay.receive_notify(message(NEW, "T1", TRADE).as_bytes()).await.is_ok();
    let circuit = || -> Vec<String> {
        capture.lines().into_iter().filter(|line| line.contains("alipay::gateway")).collect()
    };
    assert!(!ask().await && !ask().await && !ask().await);
    assert_eq!(circuit(), ["WARN alipay::gateway state=open failures=2 pause_ms=1000"]);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(!ask().await);
    assert_eq!(
        circuit(),
        ["INFO alipay::gateway state=half_open", "WARN alipay::gateway state=open failures=2 pause_ms=2000"]
    );
    tokio::time::advance(Duration::from_secs(2)).await;
    gateway.0.store(false, Ordering::SeqCst);
    assert!(ask().await);
    assert_eq!(circuit(), ["INFO alipay::gateway state=half_open", "INFO alipay::gateway state=closed"]);
}

#[test]
fn desks_tell_what_changed() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.clone());
    let (desks, alipay) = (Desks::new(), desk(Gateway::default()));
    desks.add(alipay.clone()).unwrap();
    assert!(desks.add(alipay.clone()).is_err());
    drop(desks.replace(alipay).unwrap());
    desks.remove("/pay/notify");
    desks.remove("/pay/notify");
    let changes = capture.lines().into_iter().filter(|line| line.contains("alipay::desks"));
    let expected = ["added", "replaced", "removed"].map(|change| {
        format!(
            "INFO alipay::desks change={change} merchant=2088000000000001 notify_path=/pay/notify \
             return_path=/pay/return"
        )
    });
    assert_eq!(changes.collect::<Vec<_>>(), expected);
}

/// Answers every call with the same words and a number.
struct Traced(&'static str);

#[async_trait]
impl NotifyGateway for Traced {
    async fn ask(&self, _: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        Err(GatewayError::Unsupported)
    }

    async fn call(&self, _: &SignedRequest) -> Result<GatewayAnswer, GatewayError> {
        Ok(GatewayAnswer::new(self.0.as_bytes().to_vec()).with_trace_id("0ba6004215928"))
    }
}

#[tokio::test]
async fn a_call_tells_the_number_that_support_asks_for() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.clone());
    let call = CloseTrade::by_out_order_no(OutTradeNo::new("T1").unwrap());
    let accepted = "<alipay><is_success>T</is_success></alipay>";
    let refused = "<alipay><is_success>F</is_success><error>TRADE_NOT_EXIST</error></alipay>";
    for (says, words) in [
        (accepted, "INFO alipay::call service=close_trade outcome=ok trace_id=0ba6004215928 ms="),
        (refused, "outcome_unknown=false trace_id=0ba6004215928 ms="),
    ] {
        // Through the breaker, which must not lose it.
        let alipay = desk(CircuitBreaker::new(Traced(says), &BreakerOptions::default()));
        capture.lines();
        let _ = alipay.call(&call).await;
        let [line] = capture.lines().try_into().unwrap();
        assert!(line.contains(words), "{line}");
    }
    // A client that sees no headers has none to tell.
    let alipay = desk(Gateway::default());
    capture.lines();
    assert!(alipay.call(&call).await.is_err());
    assert!(!capture.lines().concat().contains("trace_id"));
}
