//! The servers under load, one for each row of the table.

use alipay_sqlx_store::{NewOrder, SqlStore, SqlStoreOptions};
use alipay_tower::{
    Alipay, Endpoints, GatewayUrl, Merchant, Money, Order, OrderStore, async_trait,
    gateway::{GatewayError, GatewayOptions, NotifyGateway, ReqwestGateway},
    protocol::{Confirmation, Md5Key, NotifyCheck, OutTradeNo, PartnerId},
    store::MemoryStore,
};
use axum::{
    Router, ServiceExt,
    body::Bytes,
    extract::Request,
    routing::{get, post},
};
use tower::Layer;

/// How many orders a server of a database row has; each is paid once.
pub(crate) const ORDERS: usize = 120_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    Bare,
    Signature,
    Check,
    GroupCommit,
    OneCommitEach,
}

impl Row {
    pub(crate) const ALL: [Self; 5] =
        [Self::Bare, Self::Signature, Self::Check, Self::GroupCommit, Self::OneCommitEach];

    pub(crate) fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|row| row.name() == name).expect("a row of the table")
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Signature => "signature",
            Self::Check => "check",
            Self::GroupCommit => "group",
            Self::OneCommitEach => "each",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Bare => "bare axum handler that reads the body",
            Self::Signature => "the layer, signature only",
            Self::Check => "+ `notify_id` asked over keep-alive",
            Self::GroupCommit => "+ durable settle in SQLite, group commit",
            Self::OneCommitEach => "the same, one commit each",
        }
    }

    /// Whether every request is about an order of its own.
    pub(crate) const fn settles(self) -> bool {
        matches!(self, Self::Check | Self::GroupCommit | Self::OneCommitEach)
    }
}

pub(crate) fn merchant() -> Merchant {
    let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").expect("a key");
    Merchant::md5(PartnerId::new("2088000000000001").expect("an id"), key)
}

pub(crate) fn order_no(n: usize) -> OutTradeNo {
    OutTradeNo::new(&format!("T{n:09}")).expect("an order number")
}

pub(crate) fn amount() -> Money {
    Money::from_fen(1050).expect("an amount")
}

/// A gateway that has sent everything.
pub(crate) async fn gateway() -> String {
    let app = Router::new().route("/gateway.do", get(async || "true"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/gateway.do", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

pub(crate) async fn serve(row: Row, gateway: &str) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let merchant = merchant().with_gateway(GatewayUrl::new(gateway).expect("an address"));
    let folder = tempfile::tempdir().expect("a folder");
    let client = ReqwestGateway::new(&GatewayOptions::default()).expect("a client");
    let alipay = match row {
        Row::Bare => {
            let handler = post(async |body: Bytes| {
                assert!(!body.is_empty());
                "success"
            });
            println!("{address}");
            let app = Router::new().route("/alipay/notify", handler);
            return axum::serve(listener, app).await.expect("a server");
        }
        Row::Signature => Alipay::new(merchant, Yes, memory(1), endpoints()),
        Row::Check => Alipay::new(merchant, client, memory(ORDERS), endpoints()),
        Row::GroupCommit => Alipay::new(merchant, client, sqlite(folder.path(), 256).await, endpoints()),
        Row::OneCommitEach => Alipay::new(merchant, client, sqlite(folder.path(), 1).await, endpoints()),
    };
    println!("{address}");
    let shop = alipay.layer().layer(Router::new().route("/", get(async || "shop")));
    axum::serve(listener, ServiceExt::<Request>::into_make_service(shop)).await.expect("a server");
}

fn endpoints() -> Endpoints {
    Endpoints::new("http://127.0.0.1/alipay/notify", "http://127.0.0.1/alipay/return").expect("addresses")
}

fn memory(orders: usize) -> impl OrderStore {
    let store = MemoryStore::new();
    for n in 0..orders {
        store.insert(Order::new(order_no(n), amount()));
    }
    store
}

async fn sqlite(folder: &std::path::Path, group: usize) -> SqlStore {
    let url = format!("sqlite://{}", folder.join("bench.db").display());
    let filling = SqlStore::connect(&url).await.expect("a store");
    // As many as one run can settle; created at once, so that the writer groups them.
    let orders = if group == 1 { ORDERS / 4 } else { ORDERS };
    for chunk in (0..orders).collect::<Vec<_>>().chunks(512) {
        let created =
            chunk.iter().map(|n| filling.create_order(NewOrder::new(order_no(*n), amount(), "teapot")));
        for result in futures_util::future::join_all(created).await {
            result.expect("an order");
        }
    }
    filling.close().await;
    let options = SqlStoreOptions::default().with_group_commit(group);
    SqlStore::connect_with(&url, options).await.expect("a store")
}

struct Yes;

#[async_trait]
impl NotifyGateway for Yes {
    async fn ask(&self, check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        Ok(check.read(b"true")?)
    }
}
