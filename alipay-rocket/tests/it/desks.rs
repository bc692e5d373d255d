//! Several merchants: the matrix of all on all paths, and desks that come and go after the launch.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use alipay_rocket::{
    AlipayFairing, NotPaid, Notified, NotifyReply, Paid,
    alipay_tower::{
        Alipay, Desks, Endpoints, Merchant, Order, OrderStore, VerifiedPayment, async_trait,
        protocol::{Md5Key, OutTradeNo, PartnerId, PrivateKey},
        store::{MemoryStore, Settlement, StoreError},
    },
};
use rocket::{
    Build, Request, Rocket, State, catch, catchers,
    error::ErrorKind,
    futures::future::join_all,
    get,
    http::{Method, Status},
    local::asynchronous::Client,
    post, routes,
};

use crate::{
    logs::was_said,
    support::{Gateway, assert_word, build, request, serve},
};

const MERCHANTS: usize = 5;

/// A merchant, and the hand that signs Alipay's messages to it.
struct Party {
    merchant: Merchant,
    alipay: Merchant,
    books: Arc<Books>,
}

/// The books of one merchant. No payment of another may ever be in them.
struct Books {
    orders: MemoryStore,
    owner: String,
    settled: AtomicUsize,
}

#[async_trait]
impl OrderStore for Books {
    async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, StoreError> {
        self.orders.find(id).await
    }

    async fn settle(&self, payment: &VerifiedPayment) -> Result<Settlement, StoreError> {
        assert_eq!(payment.field("seller_id"), Some(self.owner.as_str()));
        self.settled.fetch_add(1, Ordering::SeqCst);
        self.orders.settle(payment).await
    }
}

fn partner(at: usize) -> PartnerId {
    PartnerId::new(&format!("208800000000000{at}")).unwrap()
}

impl Party {
    fn new(merchant: Merchant, alipay: Merchant) -> Self {
        let orders = MemoryStore::new();
        orders.insert(Order::new(OutTradeNo::new("T1").unwrap(), "10.50".parse().unwrap()));
        let owner = merchant.partner().to_string();
        Self { merchant, alipay, books: Arc::new(Books { orders, owner, settled: AtomicUsize::new(0) }) }
    }

    fn md5(at: usize) -> Self {
        let key = Md5Key::new(&format!("abcdefghijklmnopqrstuvwxyz{at:06}")).unwrap();
        let merchant = Merchant::md5(partner(at), key);
        Self::new(merchant.clone(), merchant)
    }

    fn message(&self) -> String {
        let partner = self.merchant.partner().as_str();
        let fields = [
            ("notify_id", "abc"),
            ("notify_type", "trade_status_sync"),
            ("out_trade_no", "T1"),
            ("seller_id", partner),
            ("total_fee", "10.50"),
            ("trade_no", &format!("202401012100{partner}")),
            ("trade_status", "TRADE_SUCCESS"),
        ];
        self.alipay.sign_fields(fields).unwrap().url().split_once('?').unwrap().1.to_owned()
    }

    /// The desk on the paths of that number.
    fn desk(&self, at: usize) -> Alipay {
        let url = |path: String| format!("https://shop.example.com{path}");
        let endpoints = Endpoints::new(&url(notify_path(at)), &url(return_path(at))).unwrap();
        Alipay::new(self.merchant.clone(), Arc::<Gateway>::default(), Arc::clone(&self.books), endpoints)
    }
}

fn notify_path(at: usize) -> String {
    format!("/pay/shop-{at}/notify")
}

fn return_path(at: usize) -> String {
    format!("/pay/shop-{at}/return")
}

#[get("/<_shop>/return")]
fn thanks(_shop: &str, paid: Result<Paid, NotPaid>) -> String {
    match paid {
        Ok(Paid(payment)) => format!("paid {}", payment.field("seller_id").unwrap()),
        Err(NotPaid::NotVerified(rejection)) => rejection.kind().as_str().to_owned(),
        Err(other) => other.to_string(),
    }
}

/// A page of the host, below the prefix too.
#[post("/<shop>/contact", data = "<text>")]
fn contact(shop: &str, text: String) -> String {
    format!("{shop}: {text}")
}

#[catch(404)]
fn nowhere(request: &Request<'_>) -> String {
    format!("nothing at {}", request.uri().path())
}

fn rocket(desks: &Desks) -> Rocket<Build> {
    build()
        .attach(AlipayFairing::desks(desks.clone()))
        .mount("/pay", routes![thanks, contact])
        .register("/", catchers![nowhere])
}

async fn only_ones_own(parties: &[Party], word: &str) {
    let desks = Desks::under("/pay").unwrap();
    let client = Client::untracked(rocket(&desks)).await.unwrap();
    for (at, party) in parties.iter().enumerate() {
        desks.add(party.desk(at)).unwrap();
    }
    for (from, party) in parties.iter().enumerate() {
        let message = party.message();
        for at in 0..parties.len() {
            let reply = client.post(notify_path(at)).body(&message).dispatch().await;
            let (status, said) = (reply.status(), reply.into_string().await.unwrap());
            let page = client.get(format!("{}?{message}", return_path(at))).dispatch().await;
            let shown = page.into_string().await.unwrap();
            if at == from {
                let paid = format!("paid {}", party.merchant.partner());
                assert_eq!((status, said.as_str(), shown), (Status::Ok, "success", paid));
            } else {
                let refused = (Status::Forbidden, "fail", word);
                assert_eq!((status, said.as_str(), shown.as_str()), refused, "{from} on {at}");
            }
        }
    }
    assert!(parties.iter().all(|party| party.books.settled.load(Ordering::SeqCst) == 1));
}

#[rocket::async_test]
async fn nobodys_message_is_accepted_on_anothers_path() {
    let parties: Vec<_> = (0..MERCHANTS).map(Party::md5).collect();
    only_ones_own(&parties, "forged").await;
}

#[rocket::async_test]
async fn nor_when_all_verify_with_one_key_of_alipays() {
    let (platform, shop) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
    let party = |at| {
        Party::new(
            Merchant::rsa(partner(at), shop.clone(), platform.public().clone()).unwrap(),
            Merchant::rsa(partner(at), platform.clone(), shop.public().clone()).unwrap(),
        )
    };
    only_ones_own(&(0..MERCHANTS).map(party).collect::<Vec<_>>(), "not_ours").await;
}

#[rocket::async_test]
async fn other_paths_are_as_if_nobody_had_looked() {
    let desks = Desks::under("/pay").unwrap();
    desks.add(Party::md5(0).desk(0)).unwrap();
    let client = Client::untracked(rocket(&desks)).await.unwrap();
    let page = client.post("/pay/shop-0/contact").body("hello").dispatch().await;
    assert_eq!(page.into_string().await.unwrap(), "shop-0: hello");
    let message = Party::md5(0).message();
    let near = ["/pay/shop-1/notify", "/pay/shop-0/notify/", "/pay//shop-0/notify", "/pay/shop-0/%6eotify"];
    for path in near.into_iter().chain(["/pay", "/pay/", "/shop-0/notify"]) {
        for method in [Method::Post, Method::Put, Method::Get] {
            let page = client.req(method, path).body(&message).dispatch().await;
            assert_eq!(page.status(), Status::NotFound, "{method} {path}");
            assert_eq!(page.into_string().await.unwrap(), format!("nothing at {path}"));
        }
        assert_eq!(client.head(path).dispatch().await.status(), Status::NotFound);
    }
    let other = client.get("/pay/shop-1/return?x=1").dispatch().await.into_string().await.unwrap();
    assert!(other.starts_with("`Paid` verifies on the path of `return_url` only"), "{other}");
    assert_eq!(client.head("/pay/shop-0/return?x=1").dispatch().await.status(), Status::Ok);
    let put = client.put(notify_path(0)).body(&message).dispatch().await;
    assert_eq!((put.status(), put.headers().get_one("Allow")), (Status::MethodNotAllowed, Some("POST")));
}

#[rocket::async_test]
async fn methods_that_rocket_does_not_know_are_answered_on_notify_paths() {
    #[catch(400)]
    fn bad() -> &'static str {
        "the host's page"
    }
    let desks = Desks::under("/pay").unwrap();
    desks.add(Party::md5(0).desk(0)).unwrap();
    let server = serve(rocket(&desks).register("/", catchers![bad])).await;
    assert_word(&server.send(&request("BREW", &notify_path(0), "a=1")).await, 405, "fail");
    let other = server.send(&request("BREW", "/pay/shop-0/contact", "a=1")).await;
    assert!(other.ends_with("the host's page"), "{other}");
    server.stop().await;
    // A catcher of the host in that very place stays the only one.
    let rocket = rocket(&desks).register("/pay", catchers![bad]);
    assert!(rocket.ignite().await.is_ok());
}

#[rocket::async_test]
async fn a_route_of_the_host_takes_the_desk_by_its_path() {
    #[post("/<_shop>/<_own>", data = "<notified>")]
    fn notify(_shop: &str, _own: &str, notified: Result<Notified, NotifyReply>) -> NotifyReply {
        notified.map_or_else(|reply| reply, |_| NotifyReply::success())
    }
    let desks = Desks::under("/pay").unwrap();
    let fairing = AlipayFairing::desks(desks.clone()).without_notify_route();
    let client = Client::untracked(build().attach(fairing).mount("/pay", routes![notify])).await.unwrap();
    for at in 0..2 {
        desks.add(Party::md5(at).desk(at)).unwrap();
    }
    let message = Party::md5(1).message();
    for (path, status) in [
        (notify_path(1), Status::Ok),
        (notify_path(0), Status::Forbidden),
        (notify_path(2), Status::NotFound),
        (return_path(1), Status::NotFound),
    ] {
        assert_eq!(client.post(&path).body(&message).dispatch().await.status(), status, "{path}");
    }
}

#[rocket::async_test]
async fn the_desks_are_managed_once_and_without_a_prefix_everywhere() {
    #[get("/merchants")]
    fn merchants(desks: &State<Desks>) -> String {
        desks.all().len().to_string()
    }
    let desks = Desks::new();
    let error = rocket(&desks).manage(desks.clone()).ignite().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::FailedFairings(_)));
    assert!(was_said("remove `.manage(desks)`"));
    let client = Client::untracked(rocket(&desks).mount("/", routes![merchants])).await.unwrap();
    let (party, elsewhere) = (Party::md5(0), "/somewhere/else");
    let endpoints = Endpoints::new("https://a.example/somewhere/else", "https://a.example/back").unwrap();
    desks.add(party.desk(0).with_endpoints(endpoints)).unwrap();
    let reply = client.post(elsewhere).body(party.message()).dispatch().await;
    assert_eq!(reply.into_string().await.unwrap(), "success");
    assert_eq!(client.get("/merchants").dispatch().await.into_string().await.unwrap(), "1");
}

#[rocket::async_test]
async fn desks_come_and_go_while_messages_arrive() {
    let desks = Desks::under("/pay").unwrap();
    let client = Client::untracked(rocket(&desks)).await.unwrap();
    let parties: Vec<_> = (0..MERCHANTS).map(Party::md5).collect();
    let [accepted, refused, nowhere] = [(); 3].map(|()| AtomicUsize::new(0));
    let buyers = (0..MERCHANTS * MERCHANTS).map(|buyer| {
        let (client, party, at) = (&client, &parties[buyer % MERCHANTS], buyer / MERCHANTS);
        let (accepted, refused, nowhere) = (&accepted, &refused, &nowhere);
        async move {
            for _ in 0..40 {
                let reply = client.post(notify_path(at)).body(party.message()).dispatch().await;
                let count = match reply.into_string().await.unwrap().as_str() {
                    "success" => accepted,
                    "fail" => refused,
                    page => {
                        assert_eq!(page, format!("nothing at {}", notify_path(at)));
                        nowhere
                    }
                };
                count.fetch_add(1, Ordering::SeqCst);
                rocket::tokio::task::yield_now().await;
            }
        }
    });
    let owners = (0..MERCHANTS).map(|at| {
        let (desks, parties) = (&desks, &parties);
        async move {
            for turn in 0..30 {
                let party = &parties[if turn % 3 == 0 { (at + 1) % MERCHANTS } else { at }];
                desks.add(party.desk(at)).unwrap();
                rocket::tokio::task::yield_now().await;
                drop(desks.replace(party.desk(at)).unwrap());
                rocket::tokio::task::yield_now().await;
                assert!(desks.remove(&notify_path(at)).is_some());
                rocket::tokio::task::yield_now().await;
            }
        }
    });
    rocket::tokio::join!(join_all(buyers), join_all(owners));
    let counts = [accepted, refused, nowhere].map(AtomicUsize::into_inner);
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    assert_eq!(counts.iter().sum::<usize>(), MERCHANTS * MERCHANTS * 40);
}
