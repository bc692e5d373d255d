//! Two shops: one that writes down what comes and answers as told, and one with the real desk.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use alipay_simulator::{SimulatedGateway, Trade};
use alipay_tower::{
    Alipay, Endpoints, Merchant, Order, OrderStore, PaymentRequest,
    gateway::{GatewayOptions, ReqwestGateway},
    protocol::{Channel, Notification, OrderState, OutTradeNo, SignedNotification},
    store::{MemoryStore, Receipt},
};
use axum::{
    Router,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;

/// Far longer than anything here takes.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// A notification as it came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

impl Received {
    /// Its fields, when the merchant's signature is good.
    pub(crate) fn signed(&self, merchant: &Merchant) -> SignedNotification {
        Notification::parse(Channel::Notify, &self.body).unwrap().authenticate(merchant).unwrap()
    }

    pub(crate) fn field(&self, merchant: &Merchant, name: &str) -> Option<String> {
        self.signed(merchant).field(name).map(str::to_owned)
    }
}

#[derive(Default)]
struct Book {
    received: Vec<Received>,
    answers: VecDeque<(u16, &'static str)>,
    /// `notify` and `return`, in the order of arrival.
    order: Vec<&'static str>,
    pause: Duration,
}

/// A shop that writes down what comes.
#[derive(Clone)]
pub(crate) struct Recorder {
    pub(crate) address: SocketAddr,
    book: Arc<Mutex<Book>>,
}

impl Recorder {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let recorder = Self { address: listener.local_addr().unwrap(), book: Arc::default() };
        let app = Router::new()
            .route("/notify", post(Self::notify))
            .route("/return", get(Self::returned))
            .with_state(recorder.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        recorder
    }

    /// The next answers; `success` when they are used up.
    pub(crate) fn answer(&self, answers: impl IntoIterator<Item = (u16, &'static str)>) {
        self.book.lock().unwrap().answers.extend(answers);
    }

    /// How long each answer takes.
    pub(crate) fn pause(&self, pause: Duration) {
        self.book.lock().unwrap().pause = pause;
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.book.lock().unwrap().received.clone()
    }

    pub(crate) fn order(&self) -> Vec<&'static str> {
        self.book.lock().unwrap().order.clone()
    }

    async fn notify(State(own): State<Self>, headers: HeaderMap, body: Bytes) -> Response {
        let content_type = headers["content-type"].to_str().unwrap().to_owned();
        let ((status, text), pause) = {
            let mut book = own.book.lock().unwrap();
            book.received.push(Received { content_type, body });
            (book.answers.pop_front().unwrap_or((200, "success")), book.pause)
        };
        tokio::time::sleep(pause).await;
        own.book.lock().unwrap().order.push("notify");
        let status = StatusCode::from_u16(status).unwrap();
        (status, [("location", "/return?from=redirect")], text).into_response()
    }

    async fn returned(State(own): State<Self>) -> &'static str {
        own.book.lock().unwrap().order.push("return");
        "thank you"
    }

    pub(crate) fn request(&self, out_trade_no: &str) -> PaymentRequest {
        request(out_trade_no)
            .with_notify_url(format!("http://{}/notify", self.address))
            .with_return_url(format!("http://{}/return", self.address))
    }
}

/// A shop with the real desk: signature, `notify_verify`, order, store.
pub(crate) struct Shop {
    pub(crate) address: SocketAddr,
    pub(crate) alipay: Alipay,
    pub(crate) store: Arc<MemoryStore>,
    log: Arc<Mutex<Vec<String>>>,
    receipts: Arc<Mutex<Vec<Receipt>>>,
}

impl Shop {
    pub(crate) async fn open(merchant: Merchant) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let endpoints =
            Endpoints::new(&format!("http://{address}/notify"), &format!("http://{address}/return")).unwrap();
        let options = GatewayOptions::default().with_timeout(Duration::from_secs(2));
        let store = Arc::new(MemoryStore::new());
        let gateway = ReqwestGateway::new(&options).unwrap();
        let alipay = Alipay::new(merchant, gateway, Arc::clone(&store), endpoints);
        let shop =
            Self { address, alipay: alipay.clone(), store, log: Arc::default(), receipts: Arc::default() };
        let (log, receipts) = (Arc::clone(&shop.log), Arc::clone(&shop.receipts));
        let notify = move |State(alipay): State<Alipay>, body: Bytes| async move {
            let (word, answer) = match alipay.receive_notify(&body).await {
                Ok(receipt) => {
                    let word = receipt.name().to_owned();
                    receipts.lock().unwrap().push(receipt);
                    (word, (StatusCode::OK, "success"))
                }
                Err(rejection) => (rejection.kind().as_str().to_owned(), (StatusCode::FORBIDDEN, "fail")),
            };
            log.lock().unwrap().push(word);
            answer
        };
        let returned = |State(alipay): State<Alipay>, RawQuery(query): RawQuery| async move {
            match alipay.receive_return(query.unwrap_or_default().as_bytes()).await {
                Ok(payment) => format!("paid {}", payment.amount()),
                Err(rejection) => rejection.to_string(),
            }
        };
        let app =
            Router::new().route("/notify", post(notify)).route("/return", get(returned)).with_state(alipay);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        shop
    }

    /// Records an order and sends the buyer to the cashier.
    pub(crate) async fn order(&self, gateway: &SimulatedGateway, out_trade_no: &str) -> Trade {
        let id = OutTradeNo::new(out_trade_no).unwrap();
        self.store.insert(Order::new(id, "0.01".parse().unwrap()));
        let signed = self.alipay.checkout(&request(out_trade_no)).unwrap();
        open(signed.url()).await;
        gateway.trade(out_trade_no).unwrap()
    }

    pub(crate) async fn is_paid(&self, out_trade_no: &str) -> bool {
        let order = self.store.find(&OutTradeNo::new(out_trade_no).unwrap()).await.unwrap().unwrap();
        matches!(order.state(), OrderState::Paid(_))
    }

    /// What was received and believed.
    pub(crate) fn receipts(&self) -> Vec<Receipt> {
        self.receipts.lock().unwrap().clone()
    }

    /// What each notification came to.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

pub(crate) fn request(out_trade_no: &str) -> PaymentRequest {
    PaymentRequest::new(OutTradeNo::new(out_trade_no).unwrap(), "测试订单", "0.01".parse().unwrap())
}

/// A browser that follows redirects.
pub(crate) fn browser() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(LONG).build().unwrap()
}

/// Opens a page; where the browser ends up, and the text.
pub(crate) async fn open(url: &str) -> (String, String) {
    let response = browser().get(url).send().await.unwrap();
    (response.url().path().to_owned(), response.text().await.unwrap())
}

/// Opens the cashier for a request of the recorder.
pub(crate) async fn buy(gateway: &SimulatedGateway, recorder: &Recorder, out_trade_no: &str) -> Trade {
    let signed = recorder.request(out_trade_no).sign(&gateway.merchant()).unwrap();
    let (path, page) = open(signed.url()).await;
    assert!(path.starts_with("/cashier/"), "{path}: {page}");
    gateway.trade(out_trade_no).unwrap()
}

/// Waits until no notification is on its way.
pub(crate) async fn quiet(gateway: &SimulatedGateway) {
    tokio::time::timeout(LONG, gateway.quiet()).await.unwrap();
}

/// Opens the page of a service for these fields, signed; where the browser ends up, and the text.
pub(crate) async fn service(gateway: &SimulatedGateway, fields: &[(&str, &str)]) -> (String, String) {
    let merchant = gateway.merchant();
    let common = [("partner", merchant.partner().as_str()), ("_input_charset", merchant.charset().label())];
    let signed = merchant.sign_fields(common.into_iter().chain(fields.iter().copied())).unwrap();
    open(signed.url()).await
}

/// Some fields with others in their place; an empty value takes one out.
pub(crate) fn changed<'a>(
    fields: &[(&'a str, &'a str)],
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut all = fields.to_vec();
    for (name, value) in changes {
        all.retain(|(own, _)| own != name);
        all.push((name, value));
    }
    all
}
