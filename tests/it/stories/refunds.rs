//! Money that goes back: in parts, by either side, never more than was paid, and never taken for a payment.

use std::time::SystemTime;

use alipay_simulator::Mischief;
use alipay_sqlx_store::{RefundIntent, RefundStart};
use alipay_tower::{
    Money,
    protocol::{BatchNo, OrderState, OutTradeNo, RefundDetail, RefundWithoutPassword, Timestamp},
};

use super::{stories, visit};
use crate::{
    capture,
    shops::{Options, Running, Shop},
};

stories! {
    a_lost_answer_and_a_second_press,
    pressed_twice_at_once,
    the_shop_asks_about_a_refund,
    in_parts_by_the_operator,
    never_more_than_was_paid,
    by_both_sides,
    a_refund_is_no_payment;
    classic: a_lost_notification_of_a_refund, a_refund_of_another_day, a_number_that_another_system_used;
    // Only notices of the OpenAPI generation say how much went back, so only they can be counted.
    openapi: parts_are_counted_once,
}

fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

async fn refunded(shop: &Running, order: &OutTradeNo, amount: &str) {
    let so = async || shop.record(order).await.refunded() == yuan(amount);
    crate::until(&format!("{}: {amount} of {order} went back", shop.name), so).await;
}

/// What has left the trade at Alipay.
fn gone(shop: &Running) -> Money {
    shop.simulator.trade("T1").unwrap().refunded()
}

/// The operator's page of an order, and the word that its refund form carries.
async fn page_of(shop: &Running, order: &OutTradeNo) -> (String, Option<String>) {
    let page = visit(&format!("{}/operator/orders/{order}", shop.url())).await.1;
    let rest = page.split_once("name=\"press\" value=\"");
    let press = rest.and_then(|(_, rest)| rest.split_once('"')).map(|(word, _)| word.to_owned());
    (page, press)
}

/// The refund was carried out, and nobody said so: whatever is pressed then, money leaves once.
async fn a_lost_answer_and_a_second_press<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    for (part, sum) in [("4.00", "4.00"), ("", "10.50")] {
        // Its notification is lost as well.
        shop.simulator.drop_all();
        shop.simulator.behave(Mischief::LostAnswer.once());
        let (status, page) = shop.press(&order, "refund", &[("amount", part)]).await;
        assert_eq!(status, 409, "{page}");
        let open = shop.store.open_refunds(&order).await.unwrap();
        assert_eq!((open.len(), gone(&shop)), (1, yuan(sum)), "{open:?}");
        let number = open[0].batch_no();
        assert!(page.contains(&format!("data-open=\"{number}\"")) && page.contains("同一编号"), "{page}");
        // It counts as gone.
        assert_eq!(shop.press(&order, "refund", &[("amount", "6.51")]).await.0, 409);
        for _ in 0..3 {
            let (status, page) = shop.press(&order, "refund", &[("amount", part)]).await;
            assert_eq!(status, 200, "{page}");
            assert_eq!(gone(&shop), yuan(sum), "{}: money leaves once", shop.name);
            let open = shop.store.open_refunds(&order).await.unwrap();
            assert!(
                open.iter().all(|request| request.batch_no() == number && request.is_accepted()),
                "{open:?}"
            );
            if open.is_empty() {
                break;
            }
        }
        refunded(&shop, &order, sum).await;
        shop.simulator.reset();
        assert!(shop.store.open_refunds(&order).await.unwrap().is_empty(), "{}", shop.name);
    }
    assert_eq!(shop.store.refund_batches(10).await.unwrap().len(), 2, "two refunds, two numbers");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// Neither the answer nor the notification came, and nobody presses again: the shop asks by itself, and sends nothing.
async fn the_shop_asks_about_a_refund<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    shop.simulator.drop_all();
    shop.simulator.behave(Mischief::LostAnswer.once());
    assert_eq!(shop.press(&order, "refund", &[("amount", "4.00")]).await.0, 409);
    let begun = shop.store.open_refunds(&order).await.unwrap()[0].begun_at();
    shop.app().ask_about_refunds(begun).await.unwrap();
    assert_eq!(shop.store.open_refunds(&order).await.unwrap().len(), 1, "it is too young to be asked about");
    let later = Timestamp::from_unix_seconds(begun.unix_seconds() + 1);
    shop.app().ask_about_refunds(later).await.unwrap();
    assert!(shop.store.open_refunds(&order).await.unwrap().is_empty(), "{}", shop.name);
    assert_eq!((shop.record(&order).await.refunded(), gone(&shop)), (yuan("4.00"), yuan("4.00")));
    shop.stop().await;
}

/// A double click: both carry the word of one page. And one of an impatient hand much later.
async fn pressed_twice_at_once<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    let press = page_of(&shop, &order).await.1.expect("a refund form");
    let fields = [("amount", "4.00"), ("press", press.as_str())];
    let click = || shop.press(&order, "refund", &fields);
    let both = tokio::join!(click(), click());
    assert_eq!((both.0.0, both.1.0), (200, 200), "{both:?}");
    refunded(&shop, &order, "4.00").await;
    shop.simulator.quiet().await;
    assert_eq!(click().await.0, 200);
    // The same page again, with another amount.
    let (status, page) = shop.press(&order, "refund", &[("amount", "1.00"), ("press", press.as_str())]).await;
    assert_eq!(status, 409, "{page}");
    shop.simulator.quiet().await;
    assert_eq!(
        (gone(&shop), shop.record(&order).await.refunded()),
        (yuan("4.00"), yuan("4.00")),
        "{}",
        shop.name
    );
    assert_eq!(shop.store.refund_batches(10).await.unwrap().len(), 1);

    // A fresh page is another refund, of the same amount too.
    let next = page_of(&shop, &order).await.1.expect("a refund form");
    assert_ne!(next, press);
    assert_eq!(shop.press(&order, "refund", &[("amount", "4.00"), ("press", next.as_str())]).await.0, 200);
    refunded(&shop, &order, "8.00").await;
    assert_eq!(gone(&shop), yuan("8.00"));
    shop.stop().await;
}

/// Alipay has accepted a batch and its notification never comes: the operator's next look at the trade ends it.
async fn a_lost_notification_of_a_refund<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    shop.simulator.drop_all();
    assert_eq!(shop.press(&order, "refund", &[("amount", "4.00")]).await.0, 200);
    let open = shop.store.open_refunds(&order).await.unwrap();
    assert!(open.len() == 1 && open[0].is_accepted(), "{open:?}");
    assert_eq!(shop.press(&order, "query", &[]).await.0, 200);
    assert!(shop.store.open_refunds(&order).await.unwrap().is_empty());
    assert_eq!((shop.record(&order).await.refunded(), gone(&shop)), (yuan("4.00"), yuan("4.00")));
    shop.stop().await;
}

/// Its number can be sent no more, and no other is taken until a person has looked.
async fn a_refund_of_another_day<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    let day = "2024-01-03 23:59:59".parse().unwrap();
    let start = shop.store.begin_refund(day, RefundIntent::new(order.clone(), yuan("4.00"))).await.unwrap();
    let RefundStart::New(old) = start else { panic!("{start:?}") };
    let number = old.batch_no().as_str();
    let (status, page) = shop.press(&order, "refund", &[("amount", "4.00")]).await;
    assert!(status == 409 && page.contains(number) && page.contains("/T1/release"), "{page}");
    assert_eq!(gone(&shop), Money::default());
    assert_eq!(shop.press(&order, "release", &[("batch_no", "20240103999")]).await.0, 409);
    let (status, page) = shop.press(&order, "release", &[("batch_no", number)]).await;
    assert!(status == 200 && page.contains("data-did=\"released\""), "{page}");
    assert_eq!(shop.press(&order, "refund", &[("amount", "4.00")]).await.0, 200);
    refunded(&shop, &order, "4.00").await;
    assert_eq!(gone(&shop), yuan("4.00"));
    shop.stop().await;
}

/// `DUPLICATE_BATCH_NO` for a number that was never sent from here is no acceptance.
async fn a_number_that_another_system_used<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    let trade_no = shop.simulator.trade("T1").unwrap().trade_no().parse().unwrap();
    let number = BatchNo::of_day(SystemTime::now().into(), "001").unwrap();
    let other = RefundWithoutPassword::new(number, [RefundDetail::new(trade_no, yuan("1.00"), "other")]);
    shop.desk().call(&other).await.unwrap();
    let (status, page) = shop.press(&order, "refund", &[("amount", "4.00")]).await;
    assert!(status == 409 && page.contains("已被别的系统用过"), "{page}");
    assert_eq!(gone(&shop), yuan("1.00"));
    assert_eq!(shop.press(&order, "refund", &[("amount", "4.00")]).await.0, 200);
    refunded(&shop, &order, "4.00").await;
    assert_eq!(gone(&shop), yuan("5.00"));
    shop.stop().await;
}

async fn in_parts_by_the_operator<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    for (part, sum) in [("4.00", "4.00"), ("6.00", "10.00"), ("", "10.50")] {
        let (status, page) = shop.press(&order, "refund", &[("amount", part), ("reason", "chipped")]).await;
        assert_eq!(status, 200, "{page}");
        refunded(&shop, &order, sum).await;
        shop.simulator.quiet().await;
        assert_eq!(shop.record(&order).await.refunded(), yuan(sum), "{}", shop.name);
        shop.assert_settled_once(&order).await;
    }
    assert_eq!(shop.press(&order, "refund", &[("amount", "0.01")]).await.0, 409, "nothing is left");
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_CLOSED");
    let history = shop.history(&order).await;
    let first = history.iter().position(|kind| kind == "refunded").expect("a refund");
    assert!(history[..first].contains(&"settled".to_owned()), "{history:?}");
    let outbox = shop.store.outbox(100).await.unwrap();
    assert!(outbox.iter().all(|message| message.kind().as_str() != "refunded_too_much"), "{outbox:#?}");
    let deliveries = shop.simulator.deliveries();
    assert!(deliveries.iter().all(|delivery| delivery.answer == "success"), "{deliveries:#?}");
    shop.stop().await;
}

async fn never_more_than_was_paid<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    assert_eq!(shop.press(&order, "refund", &[("amount", "1.00")]).await.0, 409, "nobody has paid");
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    for amount in ["10.51", "0", "0.00", "-1", "1e1", "x", "100000000.00"] {
        let (status, page) = shop.press(&order, "refund", &[("amount", amount)]).await;
        assert_eq!(status, 409, "{amount}: {page}");
    }
    shop.simulator.quiet().await;
    assert_eq!(shop.record(&order).await.refunded(), Money::default());
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_SUCCESS");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// The buyer got a part on Alipay's site; the operator's page lets no more go than the trade has.
async fn by_both_sides<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    let trade = shop.simulator.trade("T1").unwrap();
    shop.simulator.refund(trade.trade_no(), yuan("8.00")).unwrap();
    shop.simulator.quiet().await;
    shop.press(&order, "refund", &[("amount", "5.00")]).await;
    shop.simulator.quiet().await;
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_SUCCESS", "Alipay refused it");
    assert!(shop.record(&order).await.refunded() <= yuan("8.00"));
    shop.press(&order, "refund", &[("amount", "2.50")]).await;
    shop.simulator.quiet().await;
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_CLOSED");
    assert!(shop.record(&order).await.refunded() <= yuan("10.50"));
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// Its status looks paid, and it may be the first word that the shop hears: `success`, and nothing is settled.
async fn a_refund_is_no_payment<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let notice = capture::notice(&shop, &order).await;
    let refund = notice.clone().with("gmt_refund", "2026-01-02 03:04:05");
    let refund = match shop.is_classic() {
        true => refund.with("refund_status", "REFUND_SUCCESS"),
        false => refund.with("refund_fee", "1.00").with("out_biz_no", "R1"),
    };
    for _ in 0..3 {
        let answer = shop.notify(refund.body(shop.alipay())).await;
        assert_eq!((answer.status, answer.text()), (200, "success"));
        assert_eq!(shop.state(&order).await, OrderState::Pending);
    }
    assert_eq!(shop.count("settled").await, 0);
    assert_eq!(shop.notify(notice.body(shop.alipay())).await.text(), "success");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

async fn parts_are_counted_once<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    let trade = shop.simulator.trade("T1").unwrap();
    for (part, sum) in [("1.00", "1.00"), ("2.50", "3.50")] {
        shop.simulator.behave(Mischief::Duplicate(5).once());
        shop.simulator.refund(trade.trade_no(), yuan(part)).unwrap();
        refunded(&shop, &order, sum).await;
        shop.simulator.quiet().await;
        assert_eq!(shop.record(&order).await.refunded(), yuan(sum));
    }
    assert_eq!(shop.store.refunds(&order).await.unwrap().len(), 2);
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}
