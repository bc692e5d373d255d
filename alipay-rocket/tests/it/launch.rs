//! What the fairing refuses to launch with, and the mounts it works under.

use std::sync::Arc;

use alipay_rocket::{
    AlipayFairing, NotPaid, Notified, NotifyReply, Paid,
    alipay_tower::{Alipay, Endpoints},
};
use rocket::{
    Build, Rocket, State,
    error::ErrorKind,
    get,
    http::{Method, Status},
    local::asynchronous::Client,
    post, routes,
};

use crate::{logs::was_said, support::*};

#[get("/pay/return")]
fn thanks(paid: Option<Paid>) -> &'static str {
    if paid.is_some() { "paid" } else { "not yet" }
}

#[get("/told")]
fn told(_paid: Result<Paid, NotPaid>) {}

#[post("/own", data = "<notified>")]
fn own(notified: Result<Notified, NotifyReply>) -> NotifyReply {
    notified.map_or_else(|reply| reply, |_| NotifyReply::success())
}

async fn failure(rocket: Rocket<Build>) -> ErrorKind {
    let error = rocket.ignite().await.unwrap_err();
    match error.kind() {
        ErrorKind::FailedFairings(fairings) => ErrorKind::FailedFairings(fairings.clone()),
        ErrorKind::SentinelAborts(sentries) => ErrorKind::SentinelAborts(sentries.clone()),
        ErrorKind::Collisions(_) => ErrorKind::Io(std::io::Error::other("collisions")),
        other => panic!("{other}"),
    }
}

#[rocket::async_test]
async fn guards_without_the_fairing_abort_the_launch() {
    for routes in [routes![thanks], routes![told], routes![own]] {
        assert!(matches!(failure(build().mount("/", routes)).await, ErrorKind::SentinelAborts(_)));
    }
    assert!(was_said("The guard `Paid` needs the Alipay fairing"));
    assert!(was_said("The guard `Notified` needs the Alipay fairing"));
    assert!(was_said("Add `.attach(AlipayFairing::new(alipay))`"));
}

#[rocket::async_test]
async fn a_route_of_the_host_on_the_notify_path_aborts_the_launch() {
    #[post("/pay/notify")]
    fn shadow() {}
    #[get("/notify?x")]
    fn other() {}
    let mut shadows = routes![shadow];
    shadows[0].rank = -100;
    for rocket in [build().mount("/", shadows), build().mount("/pay", routes![other])] {
        let rocket = rocket.attach(AlipayFairing::new(alipay(&Shop::new())));
        assert!(matches!(failure(rocket).await, ErrorKind::FailedFairings(_)));
    }
    assert!(was_said(
        "the route `POST /pay/notify` (shadow) is on the path of the route `alipay notify`: remove it"
    ));
    assert!(was_said("the route `GET /pay/notify?x` (other)"));
}

#[rocket::async_test]
async fn a_route_that_comes_later_collides_by_name() {
    #[post("/pay/notify")]
    fn late() {}
    let later =
        rocket::fairing::AdHoc::on_ignite("later", |rocket| async { rocket.mount("/", routes![late]) });
    let rocket = build().attach(AlipayFairing::new(alipay(&Shop::new()))).attach(later);
    let error = rocket.ignite().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Collisions(_)));
    assert!(format!("{error:?}").contains("alipay notify"));
}

#[rocket::async_test]
async fn paths_that_rocket_cannot_route_abort_the_launch() {
    for path in ["/pay/<id>", "/pay/%6eotify", "//pay", "/zahlung/für", "/pay /notify", "/<x..>"] {
        for endpoints in [endpoints().with_notify_path(path), endpoints().with_return_path(path)] {
            let alipay = Alipay::new(merchant(), Arc::<Gateway>::default(), Shop::new(), endpoints.unwrap());
            let kind = failure(build().attach(AlipayFairing::new(alipay))).await;
            assert!(matches!(kind, ErrorKind::FailedFairings(_)), "{path}");
        }
    }
    assert!(was_said("notify_path `/pay/<id>`: Rocket cannot route it"));
}

#[rocket::async_test]
async fn one_desk_for_one_application() {
    let desk = alipay(&Shop::new());
    let rocket = build().manage(desk.clone()).attach(AlipayFairing::new(desk));
    assert!(matches!(failure(rocket).await, ErrorKind::FailedFairings(_)));
    assert!(was_said("remove `.manage(alipay)`"));
}

#[rocket::async_test]
async fn works_under_a_prefix() {
    #[get("/partner")]
    fn partner(alipay: &State<Alipay>) -> String {
        alipay.merchant().partner().to_string()
    }
    let url = |path| format!("https://shop.example.com/shop{path}");
    let endpoints = Endpoints::new(&url(NOTIFY), &url(RETURN)).unwrap();
    let shop = Shop::new();
    let alipay = Alipay::new(merchant(), Arc::<Gateway>::default(), Arc::clone(&shop), endpoints);
    let rocket = build().mount("/shop", routes![thanks, partner]).attach(AlipayFairing::new(alipay));
    let client = Client::untracked(rocket).await.unwrap();

    let notify = client.post("/shop/pay/notify").body(paid()).dispatch().await;
    assert_eq!(notify.into_string().await.unwrap(), "success");
    for method in [Method::Get, Method::Head] {
        let page = client.req(method, format!("/shop/pay/return?{}", paid())).dispatch().await;
        assert_eq!(page.status(), Status::Ok);
        assert_eq!(page.into_string().await.unwrap(), if method == Method::Get { "paid" } else { "" });
    }
    assert_eq!(shop.heard(), ["notify settled ", "return shown ", "return shown "]);
    assert_eq!(client.post(NOTIFY).body(paid()).dispatch().await.status(), Status::NotFound);
    let page = client.get("/shop/partner").dispatch().await;
    assert_eq!(page.into_string().await.unwrap(), "2088000000000001");
}

#[rocket::async_test]
async fn works_behind_a_proxy_that_strips_a_prefix() {
    let public = Endpoints::new("https://example.com/shop/pay/notify", "https://example.com/shop/pay/return");
    let endpoints = public.unwrap().with_notify_path(NOTIFY).unwrap().with_return_path(RETURN).unwrap();
    let alipay = Alipay::new(merchant(), Arc::<Gateway>::default(), Shop::new(), endpoints);
    let rocket = build().mount("/", routes![thanks]).attach(AlipayFairing::new(alipay));
    let client = Client::untracked(rocket).await.unwrap();
    assert_eq!(client.post(NOTIFY).body(paid()).dispatch().await.into_string().await.unwrap(), "success");
    let page = client.get(format!("{RETURN}?{}", paid())).dispatch().await;
    assert_eq!(page.into_string().await.unwrap(), "paid");
}

#[rocket::async_test]
async fn the_root_and_a_trailing_slash_are_paths_too() {
    for (notify, near) in [("/", "/notify"), ("/pay/notify/", "/pay/notify")] {
        let endpoints = endpoints().with_notify_path(notify).unwrap();
        let alipay = Alipay::new(merchant(), Arc::<Gateway>::default(), Shop::new(), endpoints);
        let client = Client::untracked(build().attach(AlipayFairing::new(alipay))).await.unwrap();
        let reply = client.post(notify).body(paid()).dispatch().await;
        assert_eq!(reply.into_string().await.unwrap(), "success");
        assert_eq!(client.post(near).body(paid()).dispatch().await.status(), Status::NotFound);
    }
}

#[rocket::async_test]
async fn a_head_route_of_the_host_stays() {
    #[rocket::head("/pay/return")]
    fn head() -> Status {
        Status::ImATeapot
    }
    let rocket = build().mount("/", routes![thanks, head]).attach(AlipayFairing::new(alipay(&Shop::new())));
    let client = Client::untracked(rocket).await.unwrap();
    assert_eq!(client.head(RETURN).dispatch().await.status(), Status::ImATeapot);
}
