//! A shop that runs, with its gateway and its books.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use alipay_simulator::{SimulatedGateway, SimulatedGatewayBuilder, Trade};
use alipay_sqlx_store::{JournalEntry, NewOrder, SqlStore};
use alipay_tower::{
    Alipay, Merchant, Money, PaymentRequest,
    gateway::{GatewayOptions, ReqwestGateway},
    protocol::{OrderState, OutTradeNo, SignedRequest},
};
use shop::{Config, Setup};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::{Faults, Shop, address, faults::FaultyStore, reachable};
use crate::wire::{Answer, exchange, post};

/// The price of everything, unless said otherwise.
pub(crate) const PRICE: &str = "10.50";

/// How a shop is to be started.
#[derive(Default)]
pub(crate) struct Options {
    /// `utf-8` when nothing is said.
    pub(crate) charset: Option<&'static str>,
    /// Settings of the gateway; the defaults when nothing is said.
    pub(crate) gateway: SimulatedGatewayBuilder,
    /// A gateway and a folder that are there already, from another shop.
    pub(crate) beside: Option<(Arc<SimulatedGateway>, Arc<TempDir>)>,
    /// The address to listen on; a free one when nothing is said.
    pub(crate) listen: Option<SocketAddr>,
}

pub(crate) struct Running {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    pub(crate) simulator: Arc<SimulatedGateway>,
    pub(crate) store: SqlStore,
    pub(crate) faults: Faults,
    pub(crate) folder: Arc<TempDir>,
    shop: shop::Shop,
    server: JoinHandle<()>,
}

impl Running {
    pub(super) async fn start<S: Shop + ?Sized>(options: Options) -> Self {
        let (simulator, folder) = match options.beside {
            Some(beside) => beside,
            None => {
                let simulator = options.gateway.start().await.unwrap();
                (Arc::new(simulator), Arc::new(TempDir::new().unwrap()))
            }
        };
        let listen = options.listen.unwrap_or_else(address);
        let settings = settings(&simulator, folder.path(), listen, options.charset.unwrap_or("utf-8"));
        let find = |name: &str| settings.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
        let mut setup = Setup::new(Config::read(&find).unwrap()).await.unwrap();
        let socket = S::socket(&mut setup);
        let store = SqlStore::connect(setup.database_url()).await.unwrap();
        let faults = Faults::default();
        let books = FaultyStore { store: store.clone(), faults: faults.clone() };
        let gateway = ReqwestGateway::new(&GatewayOptions::default()).unwrap();
        let alipay = Alipay::new(setup.merchant(), gateway, books, setup.endpoints());
        let shop = shop::Shop::new(setup, store.clone(), alipay).unwrap();
        let server = S::serve(shop.clone(), socket);
        reachable(listen).await;
        Self { name: S::NAME, address: listen, simulator, store, faults, folder, shop, server }
    }

    pub(crate) fn merchant(&self) -> &Merchant {
        self.shop.alipay().merchant()
    }

    /// The shop's own address, without a slash at its end.
    pub(crate) fn url(&self) -> &str {
        self.shop.public_url()
    }

    /// Records an order that waits for payment.
    pub(crate) async fn order(&self, number: &str) -> OutTradeNo {
        let id = OutTradeNo::new(number).unwrap();
        let order =
            NewOrder::new(id.clone(), PRICE.parse().unwrap(), "一只茶壶").with_contact("buyer@example.com");
        self.store.create_order(order).await.unwrap();
        id
    }

    pub(crate) fn request(order: &OutTradeNo) -> PaymentRequest {
        PaymentRequest::new(order.clone(), "一只茶壶", PRICE.parse::<Money>().unwrap())
    }

    /// The request as the shop signs it.
    pub(crate) fn checkout(&self, request: &PaymentRequest) -> SignedRequest {
        self.shop.alipay().checkout(request).unwrap()
    }

    /// The buyer's browser opens the signed request at the gateway, which opens a trade.
    pub(crate) async fn open_trade(&self, request: &PaymentRequest) -> Trade {
        let page = reqwest::get(self.checkout(request).url()).await.unwrap();
        let page = page.text().await.unwrap();
        let order = request.field("out_trade_no").unwrap();
        self.simulator.trade(order).unwrap_or_else(|| panic!("the gateway refuses the request: {page}"))
    }

    /// The buyer pays an order. Gives the address that the browser is sent to.
    pub(crate) async fn buy(&self, order: &OutTradeNo) -> String {
        let trade = self.open_trade(&Self::request(order)).await;
        self.simulator.pay(trade.trade_no(), "balance").await.unwrap().unwrap()
    }

    /// Delivers a notification.
    pub(crate) async fn notify(&self, body: impl AsRef<[u8]>) -> Answer {
        exchange(self.address, post(shop::NOTIFY_PATH, body)).await
    }

    pub(crate) async fn state(&self, order: &OutTradeNo) -> OrderState {
        self.store.order(order).await.unwrap().expect("the order is in the books").state().clone()
    }

    /// The journal, newest line first.
    pub(crate) async fn journal(&self) -> Vec<JournalEntry> {
        self.store.journal_entries(1000).await.unwrap()
    }

    /// How many lines of the journal have this outcome.
    pub(crate) async fn count(&self, outcome: &str) -> usize {
        self.journal().await.iter().filter(|line| line.outcome() == outcome).count()
    }

    /// Waits until the order is paid.
    pub(crate) async fn paid(&self, order: &OutTradeNo) {
        let what = format!("{}: {order} is paid", self.name);
        crate::until(&what, async || matches!(self.state(order).await, OrderState::Paid(_))).await;
    }

    /// That the order was settled by exactly one message and owes exactly one receipt.
    pub(crate) async fn assert_settled_once(&self, order: &OutTradeNo) {
        self.paid(order).await;
        let own = |number: Option<&str>| number == Some(order.as_str());
        let journal = self.journal().await;
        let settled = journal.iter().filter(|line| line.outcome() == "settled" && own(line.out_trade_no()));
        assert_eq!(settled.count(), 1, "{}: {journal:#?}", self.name);
        let outbox = self.store.outbox(1000).await.unwrap();
        let owed = outbox.iter().filter(|message| message.out_trade_no() == order);
        let receipts = owed.filter(|message| message.kind().as_str() == "receipt").count();
        assert_eq!(receipts, 1, "{}: {outbox:#?}", self.name);
    }

    /// Shuts the shop down; gateway and folder stay.
    pub(crate) async fn stop(self) -> (Arc<SimulatedGateway>, Arc<TempDir>) {
        self.shop.stop();
        tokio::time::timeout(Duration::from_secs(60), self.server).await.expect("the server stops").unwrap();
        self.shop.close().await.unwrap();
        (self.simulator, self.folder)
    }
}

/// The environment of a shop with books in this folder.
pub(crate) fn settings(
    simulator: &SimulatedGateway,
    folder: &Path,
    listen: SocketAddr,
    charset: &str,
) -> [(&'static str, String); 8] {
    [
        ("ALIPAY_PARTNER", alipay_simulator::DEMO_PARTNER.to_owned()),
        ("ALIPAY_KEY", alipay_simulator::DEMO_KEY.to_owned()),
        ("ALIPAY_SELLER_EMAIL", alipay_simulator::DEMO_SELLER_EMAIL.to_owned()),
        ("ALIPAY_CHARSET", charset.to_owned()),
        ("ALIPAY_GATEWAY", simulator.gateway_url().to_string()),
        ("SHOP_LISTEN", listen.to_string()),
        ("DATABASE_URL", format!("sqlite://{}", folder.join("shop.db").display())),
        ("SHOP_RECEIPTS", folder.join("receipts").display().to_string()),
    ]
}
