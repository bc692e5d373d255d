//! Every product of the library, through the gateway to the typed event: by its link and by its form, in both charsets.

use std::{fmt::Write as _, time::SystemTime};

use alipay_simulator::{Product, SimulatedGateway};
use alipay_tower::{
    Money, Order,
    protocol::{
        BatchNo, BatchTransferRequest, Charset, Currency, DualPayment, EscrowPayment, ForexAmount,
        ForexPayment, ForexWapPayment, Logistics, OutTradeNo, PageRequest, RefundDetail, RefundWithPassword,
        SignedRequest, Timestamp, TradeEvent, TradeNo, TradeStatus, TransferDetail, WapPayment,
    },
    store::Receipt,
};

use crate::{
    buying::FormBody,
    shop::{Shop, browser, open, quiet, request},
};

const SUBJECT: &str = "茶 \"A\"";

/// The two ways to the gateway.
#[derive(Clone, Copy, Debug)]
enum By {
    Link,
    Form,
}

/// The four ways to ask.
const WAYS: [(By, Charset); 4] = [
    (By::Link, Charset::Utf8),
    (By::Form, Charset::Utf8),
    (By::Link, Charset::Gbk),
    (By::Form, Charset::Gbk),
];

fn number(text: &str) -> OutTradeNo {
    OutTradeNo::new(text).unwrap()
}

fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}

/// Reads an attribute of an element as a browser does.
fn attribute<'a>(element: &'a str, name: &str) -> Option<String> {
    let (_, rest): (&'a str, &'a str) = element.split_once(&format!(" {name}=\""))?;
    let value = rest.split_once('"')?.0;
    let value = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    Some(value.replace("&amp;", "&"))
}

/// Submits the form of a page as a browser does: the hidden fields, in the form's charset.
async fn submit(page: &str) -> (String, String) {
    let form = page.split('<').find(|element| element.starts_with("form ")).unwrap();
    let charset = Charset::from_label(&attribute(form, "accept-charset").unwrap()).unwrap();
    let mut body = String::new();
    for input in page.split('<').filter(|element| element.starts_with("input ")) {
        let separator = if body.is_empty() { "" } else { "&" };
        let (name, value) = (attribute(input, "name").unwrap(), attribute(input, "value").unwrap());
        write!(body, "{separator}{name}=").unwrap();
        for byte in charset.encode(&value).unwrap().iter() {
            write!(body, "%{byte:02X}").unwrap();
        }
    }
    let action = attribute(form, "action").unwrap();
    let response = browser().post(action).form_body(body).send().await.unwrap();
    (response.url().path().to_owned(), response.text().await.unwrap())
}

async fn send(signed: &SignedRequest, by: By) -> (String, String) {
    match by {
        By::Link => open(signed.url()).await,
        By::Form => submit(&signed.form()).await,
    }
}

/// A shop, and how its buyers are sent to the gateway.
struct Scene {
    gateway: SimulatedGateway,
    shop: Shop,
    by: By,
}

impl Scene {
    async fn open((by, charset): (By, Charset)) -> Self {
        let gateway = SimulatedGateway::start().await.unwrap();
        let shop = Shop::open(gateway.merchant().with_charset(charset)).await;
        Self { gateway, shop, by }
    }

    /// Orders and goes to the cashier, which has the right product and the right words.
    async fn ask(&self, order: Order, product: Product, payment: &dyn PageRequest) -> String {
        let id = order.out_trade_no().as_str().to_owned();
        self.shop.store.insert(order);
        let signed = self.shop.alipay.checkout(payment).unwrap();
        let (path, page) = send(&signed, self.by).await;
        assert!(path.starts_with("/cashier/"), "{:?} {product:?}: {page}", self.by);
        let trade = self.gateway.trade(&id).unwrap();
        assert_eq!((trade.product(), trade.subject()), (product, SUBJECT));
        trade.trade_no().to_owned()
    }

    /// The same, and pays.
    async fn buy(&self, order: Order, product: Product, payment: &dyn PageRequest) -> TradeNo {
        let id = order.out_trade_no().as_str().to_owned();
        let trade_no = self.ask(order, product, payment).await;
        self.gateway.pay(&trade_no, "balance").await.unwrap();
        self.told(&id).await;
        TradeNo::new(&trade_no).unwrap()
    }

    /// The order is paid, and nothing was refused.
    async fn told(&self, id: &str) {
        quiet(&self.gateway).await;
        assert!(self.shop.is_paid(id).await, "{id}: {:?}", self.shop.log());
        self.acknowledged();
    }

    fn acknowledged(&self) {
        let deliveries = self.gateway.deliveries();
        let refused: Vec<_> = deliveries.iter().filter(|line| line.answer != "success").collect();
        assert!(refused.is_empty(), "{refused:?}");
    }

    /// The typed event of the last message that was no payment.
    fn event(&self) -> TradeEvent {
        let receipts = self.shop.receipts();
        let observed = receipts.into_iter().rev().find_map(|receipt| match receipt {
            Receipt::Observed(event) => Some(event),
            _ => None,
        });
        observed.unwrap_or_else(|| panic!("{:?}", self.shop.log()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn instant_payment_and_escrow() {
    for way in WAYS {
        let scene = Scene::open(way).await;
        let ten = yuan("10.00");
        let instant = alipay_tower::PaymentRequest::new(number("P1"), SUBJECT, ten);
        scene.buy(Order::new(number("P1"), ten), Product::Direct, &instant).await;
        let escrow = EscrowPayment::new(number("P2"), SUBJECT, ten, 1, Logistics::none());
        let order = Order::new(number("P2"), ten).with_escrow_accepted();
        scene.buy(order, Product::Escrow, &escrow).await;
        assert_eq!(scene.gateway.trade("P2").unwrap().status(), &TradeStatus::WaitSellerSendGoods);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dual_trade_is_held_or_paid_at_once() {
    for way in WAYS {
        let scene = Scene::open(way).await;
        let twenty = yuan("20.00");
        let payment = |id: &str| DualPayment::new(number(id), SUBJECT, yuan("10.00"), 2, Logistics::none());
        let order = |id: &str| Order::new(number(id), twenty).with_escrow_accepted();
        scene.buy(order("D1"), Product::Dual, &payment("D1")).await;
        assert_eq!(scene.gateway.trade("D1").unwrap().status(), &TradeStatus::TradeSuccess);

        let trade_no = scene.ask(order("D2"), Product::Dual, &payment("D2")).await;
        scene.gateway.pay_into_escrow(&trade_no, "CMB").await.unwrap();
        scene.told("D2").await;
        let held = scene.gateway.trade("D2").unwrap();
        assert!(held.is_escrow() && held.status() == &TradeStatus::WaitSellerSendGoods);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_phone_and_abroad() {
    for way in WAYS {
        let scene = Scene::open(way).await;
        let fen = yuan("0.01");
        let wap = WapPayment::new(number("W1"), SUBJECT, fen, "https://shop.example.com/p?id=1&x=2");
        scene.buy(Order::new(number("W1"), fen), Product::Wap, &wap).await;
        let (dollars, price) = (Currency::new("USD").unwrap(), yuan("10.50"));
        let order = |id: &str| Order::new(number(id), price).with_currency(dollars);
        let forex = ForexPayment::new(number("F1"), SUBJECT, ForexAmount::new(dollars, price));
        scene.buy(order("F1"), Product::Forex, &forex).await;
        let amount = ForexAmount::new(dollars, price);
        let wap = ForexWapPayment::new(number("F2"), SUBJECT, amount, "https://shop.example.com/p");
        scene.buy(order("F2"), Product::ForexWap, &wap).await;
        let paid = scene.gateway.trade("F2").unwrap();
        assert_eq!((paid.currency(), paid.status()), (dollars, &TradeStatus::TradeFinished));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_that_an_operator_confirms() {
    for way in WAYS {
        let scene = Scene::open(way).await;
        let order = Order::new(number("T1"), yuan("0.01"));
        let payment = request("T1").with_subject(SUBJECT);
        let trade = scene.buy(order, Product::Direct, &payment).await;
        let batch_no = BatchNo::of_day(now(), "000001").unwrap();
        let detail = RefundDetail::new(trade.clone(), yuan("0.01"), "协商退款");
        let batch = RefundWithPassword::new(batch_no.clone(), [detail]);
        let (path, page) = send(&scene.shop.alipay.checkout(&batch).unwrap(), scene.by).await;
        assert!(path.starts_with("/batches/") && page.contains("协商退款"), "{page}");
        assert!(scene.gateway.approve_batch(batch_no.as_str()));
        quiet(&scene.gateway).await;
        scene.acknowledged();
        let receipts = scene.shop.receipts();
        let told = receipts.into_iter().find_map(|receipt| match receipt {
            Receipt::Observed(TradeEvent::BatchRefund(batch)) => Some(batch),
            _ => None,
        });
        let told = told.unwrap_or_else(|| panic!("{:?}", scene.shop.log()));
        assert_eq!((told.batch_no(), told.success_num(), told.refunded_fen()), (&batch_no, 1, 1));
        assert_eq!((&told.items()[0].trade_no, told.items()[0].amount), (&trade, yuan("0.01")));
        assert!(told.items()[0].result.is_success());
        assert_eq!(scene.gateway.trade("T1").unwrap().refunded(), yuan("0.01"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn payouts_that_an_operator_confirms() {
    for way in WAYS {
        let scene = Scene::open(way).await;
        let batch_no = BatchNo::of_day(now(), "000001").unwrap();
        let payouts = [
            TransferDetail::new("1001", "payee1@example.com", "张三", yuan("1.00"), "一月"),
            TransferDetail::new("1002", "payee2@example.com", "王五", yuan("2.50"), "一月"),
            TransferDetail::new("1003", "nobody@example.com", "李四", yuan("1.00"), "一月"),
        ];
        let batch = BatchTransferRequest::new(batch_no.clone(), "示例公司", "seller@example.com", payouts);
        let (path, page) = send(&scene.shop.alipay.checkout(&batch).unwrap(), scene.by).await;
        assert!(path.starts_with("/batches/") && page.contains("payee1@example.com"), "{page}");
        assert!(scene.gateway.approve_batch(batch_no.as_str()));
        quiet(&scene.gateway).await;
        scene.acknowledged();
        let TradeEvent::BatchTransfer(told) = scene.event() else { panic!("{:?}", scene.event()) };
        assert_eq!((told.batch_no(), told.paid_fen(), told.failed().count()), (&batch_no, 350, 1));
        let names: Vec<_> = told.succeeded().map(|record| (&*record.serial, &*record.name)).collect();
        assert_eq!(names, [("1001", "张三"), ("1002", "王五")]);
    }
}
