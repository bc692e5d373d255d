//! Both sides: the application, and a gateway that signs what it is told to say.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicUsize, Ordering},
};

use alipay_tower::{
    Alipay, Endpoints, Merchant, Order, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{AppId, Confirmation, NotifyCheck, OutTradeNo, PrivateKey, SellerId, SignType, SignedRequest},
    store::MemoryStore,
};

pub(crate) const APP: &str = "2021000000000001";
pub(crate) const SELLER: &str = "2088000000000001";
pub(crate) const TRADE: &str = "2024060722001400000000001234";

pub(crate) static OWN: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());
pub(crate) static ALIPAY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());

pub(crate) fn merchant() -> Merchant {
    let (app, seller) = (AppId::new(APP).unwrap(), SellerId::new(SELLER).unwrap());
    Merchant::rsa2(app, seller, OWN.clone(), ALIPAY.public().clone()).unwrap()
}

/// A form whose signature covers every field, empty ones too.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let mut sorted = fields.to_vec();
    sorted.sort_unstable();
    let text: Vec<String> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let sign = ALIPAY.sign(SignType::Rsa2, text.join("&").as_bytes()).unwrap();
    let mut all = fields.to_vec();
    all.extend([("sign", sign.as_str()), ("sign_type", "RSA2")]);
    let escape = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs: Vec<String> = all.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    pairs.join("&")
}

/// A notification of the order `T1` of 88 yuan.
pub(crate) fn notification(status: &str, more: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("app_id", APP),
        ("auth_app_id", APP),
        ("charset", "utf-8"),
        ("notify_id", "2024060700222123455000001234567890"),
        ("notify_time", "2024-06-07 12:34:56"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", "T1"),
        ("seller_id", SELLER),
        ("total_amount", "88.00"),
        ("trade_no", TRADE),
        ("trade_status", status),
        ("version", "1.0"),
    ];
    fields.extend(more);
    form(&fields)
}

/// The return of the same order.
pub(crate) fn returned(more: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("app_id", APP),
        ("auth_app_id", APP),
        ("charset", "utf-8"),
        ("method", "alipay.trade.page.pay.return"),
        ("out_trade_no", "T1"),
        ("seller_id", SELLER),
        ("timestamp", "2024-06-07 12:35:10"),
        ("total_amount", "88.00"),
        ("trade_no", TRADE),
        ("version", "1.0"),
    ];
    fields.extend(more);
    form(&fields)
}

/// A whole signed answer.
pub(crate) fn answer(node: &str, content: &str) -> String {
    let sign = ALIPAY.sign(SignType::Rsa2, content.as_bytes()).unwrap();
    format!(r#"{{"{node}":{content},"sign":"{sign}"}}"#)
}

/// How the gateway says that the trade stands.
pub(crate) fn trade(status: &str, more: &str) -> String {
    let content = format!(
        r#"{{"code":"10000","msg":"Success","out_trade_no":"T1","trade_no":"{TRADE}","total_amount":"88.00","trade_status":"{status}"{more}}}"#
    );
    answer("alipay_trade_query_response", &content)
}

pub(crate) fn no_trade() -> String {
    let content = r#"{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST"}"#;
    answer("alipay_trade_query_response", content)
}

/// Says one thing, and counts how often it was asked; without anything to say it is down.
pub(crate) struct Scripted {
    says: Option<String>,
    asked: Arc<AtomicUsize>,
}

#[async_trait]
impl NotifyGateway for Scripted {
    async fn ask(&self, _: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        panic!("this generation has no notify_verify")
    }

    async fn send(&self, request: &SignedRequest) -> Result<Vec<u8>, GatewayError> {
        assert_eq!(request.field("app_id"), Some(APP));
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.says.clone().map(String::into_bytes).ok_or(GatewayError::Status(502))
    }
}

pub(crate) struct Desk {
    pub(crate) alipay: Alipay,
    pub(crate) store: Arc<MemoryStore>,
    asked: Arc<AtomicUsize>,
}

impl Desk {
    pub(crate) fn new(says: Option<String>) -> Self {
        let (store, asked) = (Arc::new(MemoryStore::new()), Arc::new(AtomicUsize::new(0)));
        store.insert(order());
        let gateway = Scripted { says, asked: Arc::clone(&asked) };
        let endpoints = Endpoints::new("https://shop.example.com/notify", "https://shop.example.com/return");
        let alipay = Alipay::new(merchant(), gateway, Arc::clone(&store), endpoints.unwrap());
        Self { alipay, store, asked }
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

pub(crate) fn order() -> Order {
    Order::new(OutTradeNo::new("T1").unwrap(), "88.00".parse().unwrap())
}
