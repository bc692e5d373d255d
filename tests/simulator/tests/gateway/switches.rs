//! Every switch of mischief, thrown from the page and by JSON.

use std::time::Duration;

use alipay_simulator::{
    AnswerTrick, Behaviour, CertificateLie, Lie, Mischief, Outage, QueryLie, SimulatedGateway, demo_merchant,
};
use alipay_tower::protocol::{Certificate, RootCertificates};
use serde_json::json;

use crate::{
    buying::FormBody,
    openapi::{Scene, application},
    shop::{browser, buy, open, quiet},
};

/// What each option of the page is to switch on, when all other fields say what the form below says.
fn expected(name: &str) -> Mischief {
    match name {
        "certificate_foreign" => Mischief::Certificate(CertificateLie::Foreign),
        "certificate_other" => Mischief::Certificate(CertificateLie::Other),
        "cross_merchant" => Mischief::CrossMerchant,
        "cut_connection" => Mischief::CutConnection,
        "delay" => Mischief::Delay(Duration::from_millis(40)),
        "drop" => Mischief::Drop,
        "duplicate" => Mischief::Duplicate(3),
        "forge" => Mischief::Forge,
        "lie_false" => Mischief::Lie(Lie::False),
        "lie_garbage" => Mischief::Lie(Lie::Garbage),
        "lie_true" => Mischief::Lie(Lie::True),
        "lost_answer" => Mischief::LostAnswer,
        "outage_hang" => Mischief::Outage(Outage::Hang),
        "outage_refused" => Mischief::Outage(Outage::Refused),
        "outage_unavailable" => Mischief::Outage(Outage::Unavailable),
        "query_amount" => Mischief::QueryLie(QueryLie::Amount),
        "query_outage_hang" => Mischief::QueryOutage(Outage::Hang),
        "query_outage_refused" => Mischief::QueryOutage(Outage::Refused),
        "query_outage_unavailable" => Mischief::QueryOutage(Outage::Unavailable),
        "query_tampered" => Mischief::QueryLie(QueryLie::Tampered),
        "query_unsigned" => Mischief::QueryLie(QueryLie::Unsigned),
        "reorder" => Mischief::Reorder,
        "second_node" => Mischief::Answer(AnswerTrick::SecondNode),
        "sign_first" => Mischief::Answer(AnswerTrick::SignFirst),
        "slow_body" => Mischief::SlowBody(Duration::from_millis(40)),
        "tamper" => Mischief::Tamper { field: "subject".to_owned(), value: "x".to_owned() },
        "unknown_order" => Mischief::UnknownOrder,
        "wrong_amount" => Mischief::WrongAmount,
        other => panic!("the page offers {other}, of which nothing is known here"),
    }
}

/// The options of the page's list.
async fn options(gateway: &SimulatedGateway) -> Vec<String> {
    let (_, page) = open(&gateway.dashboard_url()).await;
    let (_, list) = page.split_once("<select name=\"mischief\">").unwrap();
    let (list, _) = list.split_once("</select>").unwrap();
    let names = list.split("value=\"").skip(1).map(|part| part.split_once('"').unwrap().0.to_owned());
    names.collect()
}

/// Presses the page's button; status and text.
async fn submit(gateway: &SimulatedGateway, form: String) -> (u16, String) {
    let url = format!("{}mischief", gateway.dashboard_url());
    let response = browser().post(url).form_body(form).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn post_json(gateway: &SimulatedGateway, wish: &serde_json::Value) -> (u16, String) {
    let url = format!("{}simulator/mischief", gateway.dashboard_url());
    let response = browser().post(url).body(wish.to_string()).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// A question that may well stay without an answer.
async fn ask(url: &str) {
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_millis(300)).build().unwrap();
    let _ = client.get(url).send().await;
}

/// A call in certificate mode, whatever is answered.
async fn call(scene: &Scene, method: &str, content: serde_json::Value) {
    let files = scene.gateway.credentials().into_iter().find_map(|own| own.certificates().cloned()).unwrap();
    let (app, root) = (Certificate::from_pem(files.app()).unwrap(), RootCertificates::from_pem(files.root()));
    let numbers = [("app_cert_sn", app.sn()), ("alipay_root_cert_sn", root.as_ref().unwrap().sn())];
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().unwrap();
    let _ = client.get(scene.url(method, &content, &numbers)).send().await;
}

/// Does what the mischief waits for, and sees that it met it.
async fn meet(scene: &Scene, mischief: &Mischief, order: &str) {
    let (gateway, name) = (&scene.gateway, mischief.name());
    match mischief {
        Mischief::Answer(_) => call(scene, "alipay.trade.query", json!({ "out_trade_no": "P1" })).await,
        Mischief::Certificate(_) => {
            let files = scene.gateway.credentials().into_iter().find_map(|own| own.certificates().cloned());
            let sn = Certificate::from_pem(files.unwrap().alipay()).unwrap().sn().to_owned();
            call(scene, "alipay.open.app.alipaycert.download", json!({ "alipay_cert_sn": sn })).await;
        }
        Mischief::LostAnswer => {
            let trade = buy(gateway, &scene.recorder, order).await;
            gateway.pay(trade.trade_no(), "balance").await.unwrap();
            quiet(gateway).await;
            let fields = [
                ("service", "refund_fastpay_by_platform_nopwd"),
                ("partner", "2088000000000001"),
                ("_input_charset", "utf-8"),
                ("batch_no", if order.starts_with("form") { "20240102001" } else { "20240102002" }),
                ("batch_num", "1"),
                ("detail_data", &format!("{}^0.01^back", trade.trade_no())),
                ("refund_date", "2024-01-02 03:04:05"),
            ];
            ask(gateway.merchant().sign_fields(fields).unwrap().url()).await;
        }
        Mischief::Lie(_) | Mischief::Outage(_) => {
            ask(&format!("{}?service=notify_verify&partner=1&notify_id=2", gateway.gateway_url())).await;
            assert_eq!(gateway.questions().last().unwrap().answer, name);
        }
        Mischief::QueryLie(_) | Mischief::QueryOutage(_) => {
            let fields = [
                ("service", "single_trade_query"),
                ("partner", "2088000000000001"),
                ("_input_charset", "utf-8"),
                ("out_trade_no", "T1"),
            ];
            ask(gateway.merchant().sign_fields(fields).unwrap().url()).await;
        }
        _ => {
            let trade = buy(gateway, &scene.recorder, order).await;
            gateway.pay(trade.trade_no(), "balance").await.unwrap();
            if *mischief == Mischief::Reorder {
                // Something has to overtake it.
                gateway.refund(trade.trade_no(), "0.01".parse().unwrap()).unwrap();
            }
            quiet(gateway).await;
            let deliveries = gateway.deliveries();
            let own: Vec<_> = deliveries.iter().filter(|line| line.out_trade_no == order).collect();
            let met = own.iter().filter(|line| line.mischief == [name]).count();
            let copies = if let Mischief::Duplicate(copies) = mischief { *copies as usize } else { 1 };
            assert_eq!(met, copies, "{name}: {own:#?}");
            let (_, page) = open(&gateway.dashboard_url()).await;
            assert!(page.contains(&format!("<td>{name}</td>")), "{name}");
        }
    }
    assert_eq!(gateway.behaviours(), [], "{name} was to happen once");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_works_from_the_page_and_by_json() {
    let builder = SimulatedGateway::builder().merchant(demo_merchant().unwrap());
    let scene = Scene::with(application().with_certificates(), builder).await;
    let gateway = &scene.gateway;
    buy(gateway, &scene.recorder, "T1").await;
    let options = options(gateway).await;
    assert_eq!(options.len(), 28);
    for name in options {
        let mischief = expected(&name);
        let once = [Behaviour::from(mischief.clone()), mischief.clone().once()];
        let form =
            |times: u32| format!("mischief={name}&times={times}&copies=3&millis=40&field=subject&value=x");
        let (status, page) = submit(gateway, form(0)).await;
        assert_eq!((status, gateway.behaviours()), (200, vec![once[0].clone()]), "{page}");
        assert!(page.contains(&format!("<code>{name}</code> 直到复位")), "{page}");
        // One of the same name takes its place.
        submit(gateway, form(1)).await;
        assert_eq!(gateway.behaviours(), [once[1].clone()]);
        meet(&scene, &mischief, &format!("form-{name}")).await;

        let wish = json!({
            "mischief": name, "times": 1, "copies": 3, "millis": 40, "field": "subject", "value": "x",
        });
        let (status, text) = post_json(gateway, &wish).await;
        assert_eq!((status, gateway.behaviours()), (200, vec![once[1].clone()]), "{text}");
        meet(&scene, &mischief, &format!("json-{name}")).await;
    }
}

#[tokio::test]
async fn what_cannot_be_switched_on_is_said() {
    let gateway = SimulatedGateway::start().await.unwrap();
    for (form, told) in [
        ("mischief=drop&times=", "times: cannot parse integer"),
        ("mischief=drop&times=1&copies=&millis=2000", "copies: cannot parse integer"),
        ("mischief=delay&times=1&millis=-1", "millis: invalid digit"),
        ("mischief=delay&millis=600001", "millis: at most 600000"),
        ("mischief=duplicate&copies=0", "copies: 1 to 500"),
        ("times=1", "mischief: one of drop, "),
        ("mischief=drop&colour=red", "unknown field"),
    ] {
        let (status, page) = submit(&gateway, form.to_owned()).await;
        assert_eq!(status, 400, "{form}");
        assert!(page.contains(told) && page.contains("<h1>"), "{form}: {page}");
    }
    assert_eq!(gateway.behaviours(), []);
    let tamper = |at: usize| json!({ "mischief": "tamper", "field": format!("f{at}") });
    for at in 0..64 {
        assert_eq!(post_json(&gateway, &tamper(at)).await.0, 200);
    }
    let (status, text) = post_json(&gateway, &tamper(64)).await;
    assert!(status == 400 && text.contains("64 switches are on"), "{text}");
    let (status, page) = submit(&gateway, "mischief=drop".to_owned()).await;
    assert!(status == 400 && page.contains("64 switches are on"), "{page}");
    assert_eq!(gateway.behaviours().len(), 64);
}
