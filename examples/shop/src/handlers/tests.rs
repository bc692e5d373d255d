use alipay_sqlx_store::SqlStore;
use alipay_tower::{
    Alipay, Rejection, RejectionKind,
    gateway::{GatewayOptions, ReqwestGateway},
    protocol::{Channel, OutTradeNo},
    store::OrderStore as _,
};

use crate::{
    Answer, Config, MoveForm, OperatorForm, OrderForm, PayOptions, Setup, Shop, Visitor, Waiting,
    pages::State,
};

/// Free ports, a simulated gateway, and a folder that goes away.
async fn setup(more: &[(&'static str, &'static str)]) -> (Setup, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let receipts = folder.path().display().to_string();
    let more = more.to_vec();
    let config = Config::read(&|name| {
        let given = more.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        given.or_else(|| match name {
            "SHOP_LISTEN" | "SIMULATOR_LISTEN" => Some("127.0.0.1:0".to_owned()),
            "DATABASE_URL" => Some("sqlite::memory:".to_owned()),
            "SHOP_RECEIPTS" => Some(receipts.clone()),
            _ => None,
        })
    });
    (Setup::new(config.unwrap()).await.unwrap(), folder)
}

/// A shop in such a setup.
pub(crate) async fn shop(more: &[(&'static str, &'static str)]) -> (Shop, tempfile::TempDir) {
    let (setup, folder) = setup(more).await;
    let store = SqlStore::connect(setup.database_url()).await.unwrap();
    let gateway = ReqwestGateway::new(&GatewayOptions::default()).unwrap();
    let alipay = Alipay::new(setup.merchant(), gateway, store.clone(), setup.endpoints());
    (Shop::new(setup, store, alipay).unwrap(), folder)
}

pub(super) fn visitor(headers: &[(&'static str, &str)], query: &str) -> Visitor {
    Visitor::read(|name| headers.iter().find(|(own, _)| *own == name).map(|(_, value)| *value), Some(query))
}

fn english() -> Visitor {
    visitor(&[("host", "127.0.0.1:1"), ("accept-language", "en")], "")
}

pub(super) fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers().find(|(own, _)| *own == name).map(|(_, value)| value).unwrap_or_default()
}

pub(super) fn form(quantity: &str, email: &str) -> OrderForm {
    let (item, quantity, email) = ("cup".to_owned(), quantity.to_owned(), email.to_owned());
    OrderForm { item, quantity, email, ..OrderForm::default() }
}

pub(crate) async fn ordered(shop: &Shop) -> OutTradeNo {
    let answer = shop.place_order(&english(), &form("2", "buyer@example.com")).await;
    let location = header(&answer, "location");
    let number = location.strip_prefix("/orders/").and_then(|rest| rest.strip_suffix("/pay"));
    OutTradeNo::new(number.unwrap()).unwrap()
}

#[tokio::test]
async fn an_order_is_in_the_books_before_the_buyer_can_pay() {
    let (shop, _folder) = shop(&[]).await;
    let answer = shop.place_order(&english(), &form("2", " buyer@example.com ")).await;
    assert_eq!(answer.status(), 303);
    let orders = shop.store().orders(10).await.unwrap();
    assert_eq!((orders.len(), orders[0].amount().fen(), State::of(&orders[0])), (1, 7300, State::Pending));
    assert_eq!(orders[0].contact(), Some("buyer@example.com"));

    let id = orders[0].out_trade_no();
    assert_eq!(header(&answer, "location"), format!("/orders/{id}/pay"));
    let cookie = header(&answer, "set-cookie");
    assert!(cookie.starts_with(&format!("shop_orders={id}; Path=/; HttpOnly; SameSite=Lax")), "{cookie}");
    let again = visitor(&[("cookie", cookie.split(';').next().unwrap())], "lang=en");
    let list = shop.orders(&again).await.text();
    assert!(list.contains(id.as_str()) && list.contains("Porcelain cup × 2"), "{list}");
    assert!(!shop.orders(&english()).await.text().contains(id.as_str()));
    shop.close().await.unwrap();
}

#[tokio::test]
async fn nonsense_orders_nothing_and_is_shown_again() {
    let (shop, _folder) = shop(&[]).await;
    for (quantity, email) in [("0", ""), ("10", ""), ("-1", ""), ("", ""), ("x", ""), ("1", "<b>@c")] {
        let answer = shop.place_order(&english(), &form(quantity, email)).await;
        assert_eq!(answer.status(), 422, "{quantity} {email}");
        assert!(answer.text().contains("role=\"alert\"") && !answer.text().contains("<b>"));
    }
    let nothing = OrderForm { item: "../x".to_owned(), ..form("1", "") };
    assert_eq!(shop.place_order(&english(), &nothing).await.status(), 404);
    let foreign = visitor(&[("host", "127.0.0.1:1"), ("origin", "https://evil.example")], "");
    assert_eq!(shop.place_order(&foreign, &form("1", "")).await.status(), 403);
    assert!(shop.store().orders(10).await.unwrap().is_empty());
    for (no, status) in [("T1", 404), ("<b>", 404), ("../../x", 404)] {
        assert_eq!(shop.order(&english(), no, &Waiting::default()).await.status(), status);
        assert_eq!(shop.pay(&english(), no, &PayOptions::default()).await.status(), status);
    }
    shop.close().await.unwrap();
}

#[tokio::test]
async fn the_confirmation_page_carries_one_request_in_two_forms() {
    let (shop, _folder) = shop(&[("ALIPAY_CHARSET", "gbk")]).await;
    let id = ordered(&shop).await;
    let page = shop.pay(&english(), id.as_str(), &PayOptions::default()).await;
    let html = page.text();
    assert!(html.contains("Pay ¥73.00 with Alipay") && html.contains("?_input_charset=gbk\""), "{html}");
    assert!(html.contains("name=\"total_fee\" value=\"73.00\"") && !html.contains("bankPay"), "{html}");
    let link = html.split("id=\"pay-link\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(link.contains("subject=%B0%D7%B4%C9"), "{link}");
    let gateway = shop.alipay().merchant().gateway().as_str().trim_end_matches("/gateway.do").to_owned();
    let policy = header(&page, "content-security-policy");
    assert!(policy.contains(&format!("form-action 'self' {gateway};")), "{policy}");

    let bank = PayOptions { bank: "CMB".to_owned(), ..PayOptions::default() };
    let html = shop.pay(&english(), id.as_str(), &bank).await.text();
    assert!(html.contains("value=\"bankPay\"") && html.contains("value=\"CMB\" checked"), "{html}");
    let unknown = PayOptions { bank: "<b>".to_owned(), ..PayOptions::default() };
    let html = shop.pay(&english(), id.as_str(), &unknown).await.text();
    assert!(!html.contains("bankPay") && !html.contains("<b>"), "{html}");
    shop.close().await.unwrap();
}

#[tokio::test]
async fn a_refused_return_never_says_paid() {
    let (shop, _folder) = shop(&[]).await;
    for kind in [RejectionKind::Forged, RejectionKind::Malformed, RejectionKind::GatewayUnreachable] {
        let rejection = Rejection::new(kind, "the reason is for the operator");
        shop.alipay().refuse(Channel::Return, b"", &rejection);
        let answer = shop.returned(&english(), Err(rejection)).await;
        assert_eq!(answer.status(), kind.status());
        let html = answer.text();
        assert!(!html.contains("result good") && !html.contains("the reason is"), "{html}");
        assert!(!html.contains("http-equiv"), "nothing to wait for: {html}");
    }
    let operator = shop.operator(&english()).await.text();
    assert!(operator.contains("the reason is for the operator"), "{operator}");
    shop.close().await.unwrap();
}

#[tokio::test]
async fn a_buyer_who_waits_is_not_asked_to_pay_again() {
    let (shop, _folder) = shop(&[]).await;
    let id = ordered(&shop).await;
    let at = |wait: &str| Waiting { wait: wait.to_owned() };
    let fresh = shop.order(&english(), id.as_str(), &at("")).await.text();
    assert!(fresh.contains("/pay\"") && !fresh.contains("http-equiv"), "{fresh}");
    let waiting = shop.order(&english(), id.as_str(), &at("1")).await.text();
    assert!(waiting.contains(&format!("content=\"2;url=/orders/{id}?wait=2\"")), "{waiting}");
    assert!(!waiting.contains("/pay\"") && !waiting.contains("not paid yet"), "{waiting}");
    let tired = shop.order(&english(), id.as_str(), &at("21")).await.text();
    assert!(!tired.contains("http-equiv") && tired.contains("No notification yet"), "{tired}");
    shop.close().await.unwrap();
}

#[tokio::test]
async fn the_operator_closes_orders_on_this_machine() {
    let (shop, _folder) = shop(&[]).await;
    let id = ordered(&shop).await;
    let evil = visitor(&[("host", "evil.example")], "");
    let foreign = visitor(&[("host", "127.0.0.1:1"), ("sec-fetch-site", "cross-site")], "");
    assert_eq!(shop.operator(&evil).await.status(), 401);
    assert_eq!(shop.operate(&evil, id.as_str(), "close", &MoveForm::default()).await.status(), 401);
    assert_eq!(shop.operate(&foreign, id.as_str(), "close", &MoveForm::default()).await.status(), 403);
    assert_eq!(shop.operate(&english(), id.as_str(), "close", &MoveForm::default()).await.status(), 303);
    let pay = shop.pay(&english(), id.as_str(), &PayOptions::default()).await;
    assert_eq!((pay.status(), header(&pay, "location")), (303, format!("/orders/{id}").as_str()));
    shop.close().await.unwrap();
}

#[tokio::test]
async fn the_operator_sees_money_that_fits_no_order() {
    let (shop, _folder) = shop(&[]).await;
    assert!(!shop.operator(&english()).await.text().contains("needs a person"));
    let payment = crate::receipts::tests::unmatched(
        shop.alipay().merchant(),
        "GONE",
        "2024000001",
        "10.50".parse().unwrap(),
    );
    let reason = Rejection::new(RejectionKind::UnknownOrder, "the shop has <no> such order");
    shop.store().unmatched(&payment, &reason).await.unwrap();
    let page = shop.operator(&english()).await.text();
    assert!(page.contains("needs a person") && page.contains("data-unmatched=\"2024000001\""), "{page}");
    assert!(page.contains("¥10.50") && page.contains("unknown_order") && !page.contains("<no>"), "{page}");
    shop.close().await.unwrap();
}

#[tokio::test]
async fn the_operators_token_is_not_shown() {
    let given: &[_] = &[("SHOP_OPERATOR_TOKEN", "sesame-sesame")];
    let made_up: &[_] = &[
        ("ALIPAY_PARTNER", "2088000000000001"),
        ("ALIPAY_KEY", "t7e5s2t9o4n1l8y3k6e0y7f2o5r9s1h4"),
        ("PUBLIC_URL", "https://shop.example"),
        ("SIMULATOR_LISTEN", ""),
    ];
    for more in [given, made_up] {
        let (setup, _folder) = setup(more).await;
        let token = setup.operator_token.clone().unwrap();
        let text = format!("{setup:?}");
        assert!(text.contains("127.0.0.1") && !text.contains(&token), "{text}");
    }
}

#[tokio::test]
async fn with_a_token_the_operator_must_say_it() {
    let (shop, _folder) = shop(&[("SHOP_OPERATOR_TOKEN", "sesame-sesame")]).await;
    assert_eq!(shop.operator(&english()).await.status(), 401);
    let wrong = OperatorForm { token: "sesame".to_owned() };
    assert_eq!(shop.operator_enters(&english(), &wrong).status(), 401);
    let right = OperatorForm { token: "sesame-sesame".to_owned() };
    let entered = shop.operator_enters(&english(), &right);
    let cookie = header(&entered, "set-cookie");
    assert!(entered.status() == 303 && cookie.contains("SameSite=Strict"), "{cookie}");
    let operator = visitor(&[("host", "shop.example"), ("cookie", cookie.split(';').next().unwrap())], "");
    let page = shop.operator(&operator).await;
    assert!(page.status() == 200 && !page.text().contains("sesame"));
    shop.close().await.unwrap();
}
