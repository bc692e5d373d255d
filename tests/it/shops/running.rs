//! A shop that runs, with its gateway and its books.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use alipay_simulator::{SimulatedGateway, SimulatedGatewayBuilder, Trade};
use alipay_sqlx_store::{JournalEntry, NewOrder, OrderRecord, SqlStore};
use alipay_tower::{
    Alipay, Merchant, OutagePolicy,
    gateway::BreakerState,
    protocol::{OrderState, OutTradeNo, Scheme, SignedRequest},
};
use shop::{Config, Setup};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::{Contract, Faults, Shop, address, classic, faults::FaultyStore, goods, openapi, reachable};
use crate::wire::{Answer, exchange, post};

/// Makes settings for a shop with this gateway and this folder.
pub(crate) type More = fn(&SimulatedGateway, &Path) -> Vec<(&'static str, String)>;

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
    /// What the shop does with notifications while the gateway is out of reach; it refuses them when nothing is said.
    pub(crate) outage_policy: OutagePolicy,
    /// How an application signs.
    pub(crate) contract: Contract,
    /// More settings of the shop, which may depend on its gateway and on files in its folder.
    pub(crate) more: Option<More>,
    /// What is said of the desk beside the settings.
    pub(crate) desk: Option<fn(Alipay) -> Alipay>,
    /// Whether the shop asks by itself about orders that wait. Most stories tell of notifications, and this would heal
    /// whatever happens to them.
    pub(crate) asks: bool,
    /// After how many seconds the shop closes an unpaid order by itself; never when nothing is said. It must ask.
    pub(crate) close_after: Option<u64>,
    /// The mail server for receipts; they are files when nothing is said.
    pub(crate) smtp_url: Option<String>,
}

pub(crate) struct Running {
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
    pub(crate) simulator: Arc<SimulatedGateway>,
    pub(crate) store: SqlStore,
    pub(crate) faults: Faults,
    pub(crate) folder: Arc<TempDir>,
    alipay: Merchant,
    shop: shop::Shop,
    server: JoinHandle<()>,
}

impl Running {
    pub(super) async fn start<S: Shop + ?Sized>(options: Options) -> Self {
        let (simulator, folder) = match options.beside {
            Some(beside) => beside,
            None => {
                let simulator = start_gateway::<S>(options.gateway, options.contract).await;
                (Arc::new(simulator), Arc::new(TempDir::new().unwrap()))
            }
        };
        let listen = options.listen.unwrap_or_else(address);
        let charset = options.charset.unwrap_or("utf-8");
        let mut settings = settings(S::SCHEME, &simulator, folder.path(), listen, charset);
        if !options.asks {
            settings.push(("SHOP_ASK_AFTER", "3600".to_owned()));
        }
        settings.push(("SHOP_OUTAGE_POLICY", options.outage_policy.as_str().to_owned()));
        settings.extend(options.close_after.map(|seconds| ("SHOP_CLOSE_AFTER", seconds.to_string())));
        settings.extend(options.more.map(|more| more(&simulator, folder.path())).unwrap_or_default());
        settings.extend(options.smtp_url.map(|url| ("SMTP_URL", url)));
        let find = |name: &str| settings.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
        let mut setup = Setup::new(Config::read(&find).unwrap()).await.unwrap();
        let socket = S::socket(&mut setup);
        let store = SqlStore::connect(setup.database_url()).await.unwrap();
        let faults = Faults::default();
        let books = FaultyStore { store: store.clone(), faults: faults.clone() };
        let merchant = setup.merchant();
        let alipay = Alipay::new(merchant.clone(), setup.gateway(), books, setup.endpoints())
            .with_outage_policy(setup.outage_policy())
            .with_confirm_by_query(setup.confirms_by_query());
        let alipay = options.desk.map_or_else(|| alipay.clone(), |desk| desk(alipay.clone()));
        let shop = shop::Shop::new(setup, store.clone(), alipay).unwrap();
        let server = S::serve(shop.clone(), socket);
        reachable(listen).await;
        let name = format!("{}, {}", S::NAME, S::SCHEME.as_str());
        let alipay = match S::SCHEME {
            Scheme::OpenApi => openapi::alipay_side(&merchant, merchant.sign_type()),
            _ => merchant,
        };
        Self { name, address: listen, simulator, store, faults, folder, alipay, shop, server }
    }

    /// The shop's desk.
    pub(crate) fn desk(&self) -> Alipay {
        self.shop.alipay()
    }

    /// Whether the shop asks the gateway at the moment.
    pub(crate) fn circuit(&self) -> BreakerState {
        self.shop.circuit()
    }

    /// The shop itself.
    pub(crate) fn app(&self) -> &shop::Shop {
        &self.shop
    }

    pub(crate) fn scheme(&self) -> Scheme {
        self.desk().merchant().scheme()
    }

    pub(crate) fn is_classic(&self) -> bool {
        self.scheme() == Scheme::Mapi
    }

    /// Who signs messages to this shop: with MD5 the shop's own key does, in the OpenAPI generation only Alipay's. Of a
    /// classic merchant with RSA it is the shop itself, whose word counts for nothing.
    pub(crate) fn alipay(&self) -> &Merchant {
        &self.alipay
    }

    /// The name of the amount in messages.
    pub(crate) fn amount_field(&self) -> &'static str {
        if self.is_classic() { "total_fee" } else { "total_amount" }
    }

    /// The shop's own address, without a slash at its end.
    pub(crate) fn url(&self) -> &str {
        self.shop.public_url()
    }

    /// Records an order that waits for payment.
    pub(crate) async fn order(&self, number: &str) -> OutTradeNo {
        self.record_order(number, |order| order).await
    }

    /// Records an order that may be paid into escrow.
    pub(crate) async fn escrow_order(&self, number: &str) -> OutTradeNo {
        self.record_order(number, NewOrder::with_escrow_accepted).await
    }

    async fn record_order(&self, number: &str, with: impl FnOnce(NewOrder) -> NewOrder) -> OutTradeNo {
        let id = OutTradeNo::new(number).unwrap();
        let order = NewOrder::new(id.clone(), goods::price(), goods::SUBJECT);
        self.store.create_order(with(order.with_contact("buyer@example.com"))).await.unwrap();
        id
    }

    /// The request as the shop signs it.
    pub(crate) fn checkout(&self, order: &OutTradeNo) -> SignedRequest {
        goods::checkout(&self.desk(), order)
    }

    /// The buyer's browser opens the signed request at the gateway, which opens a trade.
    pub(crate) async fn open_trade(&self, order: &OutTradeNo) -> Trade {
        let page = reqwest::get(self.checkout(order).url()).await.unwrap();
        let page = page.text().await.unwrap();
        let trade = self.simulator.trade(order.as_str());
        trade.unwrap_or_else(|| panic!("the gateway refuses the request: {page}"))
    }

    /// The buyer pays an order. Gives the address that the browser is sent to.
    pub(crate) async fn buy(&self, order: &OutTradeNo) -> String {
        let trade = self.open_trade(order).await;
        self.simulator.pay(trade.trade_no(), "balance").await.unwrap().unwrap()
    }

    /// Delivers a notification.
    pub(crate) async fn notify(&self, body: impl AsRef<[u8]>) -> Answer {
        exchange(self.address, post(shop::NOTIFY_PATH, body)).await
    }

    /// The order in the books.
    pub(crate) async fn record(&self, order: &OutTradeNo) -> OrderRecord {
        self.store.order(order).await.unwrap().expect("the order is in the books")
    }

    pub(crate) async fn state(&self, order: &OutTradeNo) -> OrderState {
        self.record(order).await.state().clone()
    }

    /// What the order's history says, oldest first.
    pub(crate) async fn history(&self, order: &OutTradeNo) -> Vec<String> {
        let events = self.store.events(order, 200).await.unwrap();
        events.iter().map(|event| event.kind().as_str().to_owned()).collect()
    }

    /// The operator presses a button on the page of an order, with these fields: the status and the page then.
    pub(crate) async fn press(
        &self,
        order: &OutTradeNo,
        what: &str,
        fields: &[(&str, &str)],
    ) -> (u16, String) {
        self.operate(&format!("/operator/orders/{order}/{what}"), fields).await
    }

    /// The operator sends a form.
    pub(crate) async fn operate(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let form = serde_urlencoded::to_string(fields).unwrap();
        let post = reqwest::Client::new().post(format!("{}{path}", self.url()));
        let post = post.header("content-type", "application/x-www-form-urlencoded");
        let answer = post.header("origin", self.url()).body(form).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
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

/// A gateway that knows shops of this kind.
pub(crate) async fn gateway<S: Shop>() -> SimulatedGateway {
    start_gateway::<S>(SimulatedGateway::builder(), Contract::default()).await
}

async fn start_gateway<S: Shop + ?Sized>(
    builder: SimulatedGatewayBuilder,
    contract: Contract,
) -> SimulatedGateway {
    let builder = match S::SCHEME {
        Scheme::OpenApi => builder.application(openapi::application(contract)),
        _ => builder,
    };
    builder.start().await.unwrap()
}

/// The environment of a shop with books in this folder.
pub(crate) fn settings(
    scheme: Scheme,
    simulator: &SimulatedGateway,
    folder: &Path,
    listen: SocketAddr,
    charset: &str,
) -> Vec<(&'static str, String)> {
    let mut settings = match scheme {
        Scheme::OpenApi => openapi::settings(simulator, folder),
        _ => classic::settings(simulator, folder),
    };
    settings.extend([
        ("ALIPAY_SELLER_EMAIL", alipay_simulator::DEMO_SELLER_EMAIL.to_owned()),
        ("ALIPAY_CHARSET", charset.to_owned()),
        ("ALIPAY_GATEWAY", simulator.gateway_url().to_string()),
        ("SHOP_LISTEN", listen.to_string()),
        ("DATABASE_URL", database_url(folder)),
        ("SHOP_RECEIPTS", folder.join("receipts").display().to_string()),
    ]);
    settings
}

/// The books in this folder.
pub(crate) fn database_url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("shop.db").display())
}
