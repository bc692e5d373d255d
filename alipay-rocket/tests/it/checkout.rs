//! Sending a buyer to the gateway.

use alipay_rocket::{
    AlipayFairing, Checkout,
    alipay_tower::{Alipay, PaymentRequest, protocol::OutTradeNo},
};
use rocket::{State, get, http::Status, local::asynchronous::Client, routes};

use crate::support::*;

#[get("/buy/<manner>")]
fn buy(alipay: &State<Alipay>, manner: &str) -> Checkout {
    let order = OutTradeNo::new("T1").unwrap();
    let request = PaymentRequest::new(order, "测试 <订单>", "10.50".parse().unwrap());
    let signed = alipay.checkout(&request).unwrap();
    match manner {
        "form" => Checkout::form(signed),
        "button" => Checkout::form_without_script(signed),
        _ => Checkout::redirect(signed),
    }
}

async fn client() -> Client {
    let rocket = build().attach(AlipayFairing::new(alipay(&Shop::new()))).mount("/", routes![buy]);
    Client::untracked(rocket).await.unwrap()
}

#[rocket::async_test]
async fn a_redirect_carries_the_whole_address() {
    let client = client().await;
    let response = client.get("/buy/redirect").dispatch().await;
    assert_eq!(response.status(), Status::SeeOther);
    let location = response.headers().get_one("Location").unwrap();
    assert!(location.starts_with("https://mapi.alipay.com/gateway.do?_input_charset=utf-8&"));
    assert!(location.contains("notify_url=https%3A%2F%2Fshop.example.com%2Fpay%2Fnotify"));
    assert!(location.contains("&sign_type=MD5&"));
}

#[rocket::async_test]
async fn a_form_allows_its_one_script() {
    let client = client().await;
    let script = "script-src 'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='; ";
    for (path, script) in [("/buy/form", script), ("/buy/button", "")] {
        let response = client.get(path).dispatch().await;
        assert_eq!(response.status(), Status::Ok);
        let header = |name| response.headers().get_one(name).unwrap().to_owned();
        assert_eq!(header("Content-Type"), "text/html; charset=utf-8");
        assert_eq!(header("Cache-Control"), "no-store");
        assert_eq!(
            header("Content-Security-Policy"),
            format!("default-src 'none'; {script}base-uri 'none'; frame-ancestors 'none'")
        );
        let html = response.into_string().await.unwrap();
        assert_eq!(html.contains("<script>"), path == "/buy/form");
        assert!(html.contains("&lt;订单&gt;"));
    }
}
