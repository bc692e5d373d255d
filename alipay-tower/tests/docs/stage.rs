// What the examples of `src/docs` stand on: a shop that listens on this machine, and the simulated gateway that it sells
// through. Each example includes this file in hidden lines; it is no test of its own.

use std::{
    error::Error,
    sync::{Arc, Mutex},
};

use alipay_simulator::{Application, SimulatedGateway};
use alipay_tower::{
    Alipay, Endpoints, Order, OrderStore, PaymentRequest, Rejection, VerifiedPayment, async_trait,
    gateway::{GatewayOptions, ReqwestGateway},
    protocol::{OutTradeNo, PageRequest, TradeEvent, TradeNo, UnmatchedPayment, openapi::PagePay},
    store::{MemoryStore, Settlement, StoreError},
};
use tokio::net::TcpListener;

pub struct Stage {
    /// The shop's desk, which the layer of a listening application serves.
    pub alipay: Alipay,
    /// The shop's orders.
    pub store: Arc<MemoryStore>,
    /// What the store was given to observe.
    pub observed: Observed,
    pub simulator: SimulatedGateway,
}

#[derive(Clone, Default)]
pub struct Observed(Arc<Mutex<Vec<TradeEvent>>>);

impl Observed {
    /// The newest event that is this.
    pub fn last<T>(&self, pick: impl Fn(&TradeEvent) -> Option<T>) -> Option<T> {
        self.0.lock().unwrap().iter().rev().find_map(pick)
    }
}

struct Books {
    orders: Arc<MemoryStore>,
    observed: Observed,
}

#[async_trait]
impl OrderStore for Books {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        self.orders.find(id).await
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        self.orders.settle(payment).await
    }

    async fn observe(&self, event: &TradeEvent) -> Result<(), StoreError> {
        self.observed.0.lock().unwrap().push(event.clone());
        self.orders.observe(event).await
    }

    async fn unmatched(&self, payment: &UnmatchedPayment, reason: &Rejection) -> Result<(), StoreError> {
        self.orders.unmatched(payment, reason).await
    }
}

/// With the demo merchant of the classic gateway.
pub fn classic(story: impl AsyncFnOnce(Stage) -> Result<(), Box<dyn Error>>) {
    play(async || story(Stage::open(SimulatedGateway::start().await?).await?).await);
}

/// With the demo application of the OpenAPI generation.
pub fn openapi(story: impl AsyncFnOnce(Stage) -> Result<(), Box<dyn Error>>) {
    play(async || story(Stage::apply(alipay_simulator::demo_application()?).await?).await);
}

/// The same in certificate mode.
pub fn certified(story: impl AsyncFnOnce(Stage) -> Result<(), Box<dyn Error>>) {
    play(async || {
        let application = alipay_simulator::demo_application()?.with_certificates();
        story(Stage::apply(application).await?).await
    });
}

/// With the demo merchant, and a desk that the example builds.
pub fn ground(story: impl AsyncFnOnce(Ground) -> Result<(), Box<dyn Error>>) {
    play(async || story(Ground::open(SimulatedGateway::start().await?).await?).await);
}

fn play(story: impl AsyncFnOnce() -> Result<(), Box<dyn Error>>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(story()).unwrap();
}

impl Stage {
    /// An order in the books, and its buyer at the cashier; Alipay's number of the trade.
    pub async fn open_trade(
        &self,
        order: Order,
        payment: &impl PageRequest,
    ) -> Result<TradeNo, Box<dyn Error>> {
        let number = order.out_trade_no().clone();
        self.store.insert(order);
        reqwest::get(self.alipay.checkout(payment)?.url()).await?;
        let trade = self.simulator.trade(number.as_str()).ok_or("the gateway did not take the payment")?;
        Ok(TradeNo::new(trade.trade_no())?)
    }

    /// The buyer pays, and the shop hears of it.
    pub async fn pay(&self, trade: &TradeNo) -> Result<(), Box<dyn Error>> {
        self.simulator.pay(trade.as_str(), "balance").await?;
        self.simulator.quiet().await;
        Ok(())
    }

    /// An order of 10.50 yuan that its buyer has paid.
    pub async fn sell(&self, number: &str) -> Result<TradeNo, Box<dyn Error>> {
        let trade = self.wait(number).await?;
        self.pay(&trade).await?;
        Ok(trade)
    }

    /// The same, and every notification is lost from now on.
    pub async fn sell_unheard(&self, number: &str) -> Result<TradeNo, Box<dyn Error>> {
        self.simulator.drop_all();
        let trade = self.wait(number).await?;
        self.simulator.pay(trade.as_str(), "balance").await?;
        Ok(trade)
    }

    /// The same, with its buyer still at the cashier.
    pub async fn wait(&self, number: &str) -> Result<TradeNo, Box<dyn Error>> {
        let (number, price) = (OutTradeNo::new(number)?, "10.50".parse()?);
        let order = Order::new(number.clone(), price);
        if self.alipay.merchant().app_id().is_some() {
            return self.open_trade(order, &PagePay::new(&number, "One teapot", price)).await;
        }
        self.open_trade(order, &PaymentRequest::new(number, "One teapot", price)).await
    }

    async fn apply(application: Application) -> Result<Self, Box<dyn Error>> {
        Self::open(SimulatedGateway::builder().application(application).start().await?).await
    }

    async fn open(simulator: SimulatedGateway) -> Result<Self, Box<dyn Error>> {
        let ground = Ground::open(simulator).await?;
        let (store, observed) = (ground.store.clone(), Observed::default());
        let books = Books { orders: store.clone(), observed: observed.clone() };
        let gateway = ReqwestGateway::new(&GatewayOptions::default())?;
        let merchant = ground.simulator.merchant();
        let alipay = Alipay::new(merchant, gateway, books, ground.endpoints.clone());
        Ok(Self { simulator: ground.serve(&alipay), alipay, store, observed })
    }
}

/// Where a desk is still to be built.
pub struct Ground {
    pub store: Arc<MemoryStore>,
    pub endpoints: Endpoints,
    pub simulator: SimulatedGateway,
    listener: TcpListener,
}

impl Ground {
    async fn open(simulator: SimulatedGateway) -> Result<Self, Box<dyn Error>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let shop = listener.local_addr()?;
        let at = |path: &str| format!("http://{shop}/alipay/{path}");
        let endpoints = Endpoints::new(&at("notify"), &at("return"))?;
        Ok(Self { store: Arc::default(), endpoints, simulator, listener })
    }

    /// The application, with the layer of this desk.
    pub fn serve(self, alipay: &Alipay) -> SimulatedGateway {
        let thanks = async |paid: Option<axum::Extension<VerifiedPayment>>| match paid {
            Some(paid) => format!("{} is paid", paid.out_trade_no()),
            None => "not yet".to_owned(),
        };
        let app =
            axum::Router::new().route("/alipay/return", axum::routing::get(thanks)).layer(alipay.layer());
        tokio::spawn(async move { axum::serve(self.listener, app).await });
        self.simulator
    }
}
