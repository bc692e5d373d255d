//! Doubles for tests of the desk and the reconciler: a gateway that answers by a script, a store that remembers hits.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use async_trait::async_trait;

use crate::{
    alipay::Alipay,
    endpoints::Endpoints,
    gateway::{GatewayError, NotifyGateway},
    protocol::{
        Confirmation, Md5Key, Merchant, NotifyCheck, Order, OutTradeNo, PartnerId, SignedRequest, Timestamp,
        TradeEvent, TradeNo, UnmatchedPayment, VerifiedPayment,
    },
    rejection::Rejection,
    store::{Hit, MemoryStore, OrderStore, ReconcileStore, Settlement, StoreError},
};

pub(crate) const TRADE: &str = "2024010121001004010200000001";
pub(crate) const OTHER_TRADE: &str = "2024010121001004010200000002";

pub(crate) fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
    Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
}

pub(crate) fn id(text: &str) -> OutTradeNo {
    OutTradeNo::new(text).unwrap()
}

pub(crate) fn trade_no(text: &str) -> TradeNo {
    TradeNo::new(text).unwrap()
}

pub(crate) fn order(text: &str) -> Order {
    Order::new(id(text), "10.50".parse().unwrap())
}

/// So long after now.
pub(crate) fn after(seconds: u64) -> Timestamp {
    Timestamp::from(SystemTime::now() + Duration::from_secs(seconds))
}

pub(crate) type Reply = Result<Vec<u8>, GatewayError>;

/// A signed answer about a trade. The pairs replace or follow those of a paid one; an empty value leaves one out.
pub(crate) fn trade(request: &SignedRequest, changes: &[(&str, &str)]) -> Reply {
    let order = request.field("out_trade_no").unwrap_or("T1");
    let mut fields: Vec<(&str, &str)> = vec![
        ("gmt_payment", "2024-01-01 10:00:30"),
        ("is_total_fee_adjust", "F"),
        ("out_trade_no", order),
        ("seller_id", "2088000000000001"),
        ("total_fee", "10.50"),
        ("trade_no", TRADE),
        ("trade_status", "TRADE_SUCCESS"),
    ];
    fields.retain(|(name, _)| changes.iter().all(|(other, _)| other != name));
    fields.extend(changes);
    fields.retain(|(_, value)| !value.is_empty());
    fields.sort_unstable();
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let sign = merchant().sign_text(pairs.join("&").as_bytes());
    let inner: String = fields.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    Ok(format!(
        "<alipay><is_success>T</is_success><response><trade>{inner}</trade></response>\
         <sign>{sign}</sign><sign_type>MD5</sign_type></alipay>"
    )
    .into_bytes())
}

pub(crate) fn waiting(request: &SignedRequest) -> Reply {
    trade(request, &[("gmt_payment", ""), ("trade_status", "WAIT_BUYER_PAY")])
}

pub(crate) fn closed(request: &SignedRequest) -> Reply {
    trade(request, &[("gmt_payment", ""), ("trade_status", "TRADE_CLOSED")])
}

pub(crate) fn accepted() -> Reply {
    Ok(b"<alipay><is_success>T</is_success></alipay>".to_vec())
}

pub(crate) fn refused(code: &str) -> Reply {
    Ok(format!("<alipay><is_success>F</is_success><error>{code}</error></alipay>").into_bytes())
}

pub(crate) fn down() -> Reply {
    Err(GatewayError::Transport("connection refused".into()))
}

type Script = dyn Fn(&SignedRequest, usize) -> Reply + Send + Sync;

/// Answers by a function of the request and of how many came before.
pub(crate) struct Scripted {
    script: Box<Script>,
    pub(crate) services: Mutex<Vec<String>>,
    under_way: AtomicUsize,
    pub(crate) most_under_way: AtomicUsize,
}

impl Scripted {
    pub(crate) fn new(script: impl Fn(&SignedRequest, usize) -> Reply + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            script: Box::new(script),
            services: Mutex::default(),
            under_way: AtomicUsize::new(0),
            most_under_way: AtomicUsize::new(0),
        })
    }

    pub(crate) fn services(&self) -> Vec<String> {
        self.services.lock().unwrap().clone()
    }
}

#[async_trait]
impl NotifyGateway for Scripted {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        Ok(check.read(b"true")?)
    }

    async fn send(&self, request: &SignedRequest) -> Reply {
        let under_way = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_under_way.fetch_max(under_way, Ordering::SeqCst);
        tokio::task::yield_now().await;
        let earlier = {
            let mut services = self.services.lock().unwrap();
            let service = request.field("service").or_else(|| request.field("method"));
            services.push(service.unwrap().to_owned());
            services.len() - 1
        };
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        (self.script)(request, earlier)
    }
}

/// The store in memory, and what it was told.
#[derive(Default)]
pub(crate) struct Recording {
    pub(crate) orders: MemoryStore,
    pub(crate) told: Mutex<Vec<String>>,
    /// What fails from now on.
    pub(crate) broken: Mutex<Option<&'static str>>,
}

impl Recording {
    pub(crate) fn with(orders: impl IntoIterator<Item = Order>) -> Arc<Self> {
        let store = Self::default();
        orders.into_iter().for_each(|order| store.orders.insert(order));
        Arc::new(store)
    }

    pub(crate) fn desk(self: &Arc<Self>, gateway: &Arc<Scripted>) -> Alipay {
        let endpoints = Endpoints::new("https://a.example/alipay/notify", "https://a.example/alipay/return");
        Alipay::new(merchant(), Arc::clone(gateway), Arc::clone(self), endpoints.unwrap())
    }

    pub(crate) async fn order(&self, text: &str) -> Order {
        self.orders.find(&id(text)).await.unwrap().unwrap()
    }

    pub(crate) fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    fn tell(&self, text: String) {
        self.told.lock().unwrap().push(text);
    }

    fn works(&self, method: &'static str) -> Result<(), StoreError> {
        match *self.broken.lock().unwrap() {
            Some(broken) if broken == method => Err(StoreError::new("broken")),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl OrderStore for Recording {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        self.works("find")?;
        self.orders.find(id).await
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        self.tell(format!("settle {}", payment.out_trade_no()));
        self.orders.settle(payment).await
    }

    async fn observe(&self, event: &TradeEvent) -> Result<(), StoreError> {
        self.tell(format!("observe {}", event.name()));
        self.orders.observe(event).await
    }

    async fn unmatched(&self, payment: &UnmatchedPayment, reason: &Rejection) -> Result<(), StoreError> {
        self.tell(format!("unmatched {}", reason.kind().as_str()));
        self.orders.unmatched(payment, reason).await
    }

    fn journal(&self, hit: &Hit<'_>) {
        assert!(!hit.raw().is_empty());
        self.tell(format!("journal {} {}", hit.channel().as_str(), hit.outcome()));
    }
}

#[async_trait]
impl ReconcileStore for Recording {
    async fn due(&self, now: Timestamp, before: Timestamp, limit: u32) -> Result<Vec<Order>, StoreError> {
        self.works("due")?;
        self.orders.due(now, before, limit).await
    }

    async fn postpone(&self, id: &OutTradeNo, until: Timestamp) -> Result<(), StoreError> {
        self.works("postpone")?;
        self.orders.postpone(id, until).await
    }

    async fn attempts(&self, id: &OutTradeNo) -> Result<u32, StoreError> {
        self.orders.attempts(id).await
    }

    async fn confirm(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        self.tell(format!("confirm {id}"));
        self.orders.confirm(id, trade_no).await
    }

    async fn deny(&self, id: &OutTradeNo, trade_no: &TradeNo) -> Result<(), StoreError> {
        self.tell(format!("deny {id}"));
        self.orders.deny(id, trade_no).await
    }

    async fn close(&self, id: &OutTradeNo) -> Result<bool, StoreError> {
        self.works("close")?;
        self.orders.close(id).await
    }

    async fn lease(&self, name: &str, holder: &str, time: Duration) -> Result<bool, StoreError> {
        self.works("lease")?;
        self.orders.lease(name, holder, time).await
    }
}
