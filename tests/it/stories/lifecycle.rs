//! What becomes of a trade beside being paid.

use alipay_simulator::Mischief;
use alipay_tower::protocol::OrderState;

use super::stories;
use crate::shops::{Options, Running, Shop};

stories! { closed_unpaid, paid_after_it_was_closed, finished_after_success, refunded_in_part, refunded_in_full, refund_overtakes_payment }

/// The words of all answers, and that each was `success`.
fn assert_all_acknowledged(shop: &Running, count: usize) {
    let deliveries = shop.simulator.deliveries();
    assert_eq!(deliveries.len(), count, "{deliveries:#?}");
    assert!(deliveries.iter().all(|delivery| delivery.answer == "success"), "{deliveries:#?}");
}

async fn closed_unpaid<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let trade = shop.open_trade(&Running::request(&order)).await;
    shop.simulator.close(trade.trade_no()).unwrap();
    let closed = async || shop.state(&order).await == OrderState::Closed;
    crate::until("the order is closed", closed).await;
    shop.simulator.quiet().await;
    assert_all_acknowledged(&shop, 1);
    assert_eq!(shop.count("observed").await, 1);
    assert!(shop.store.outbox(10).await.unwrap().is_empty());
    shop.stop().await;
}

/// The shop has given the goods to somebody else; the money is neither lost nor shipped for.
async fn paid_after_it_was_closed<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let trade = shop.open_trade(&Running::request(&order)).await;
    assert!(shop.store.close_order(&order).await.unwrap());
    shop.simulator.pay(trade.trade_no(), "balance").await.unwrap();
    shop.simulator.quiet().await;
    assert_eq!(shop.state(&order).await, OrderState::Closed);
    let deliveries = shop.simulator.deliveries();
    assert_eq!(deliveries.len(), 8, "the gateway repeats it for a day");
    assert!(deliveries.iter().all(|delivery| delivery.status == Some(409) && delivery.answer == "fail"));
    assert_eq!(shop.count("order_closed").await, 8);
    assert!(shop.store.outbox(10).await.unwrap().is_empty());
    shop.stop().await;
}

async fn finished_after_success<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.paid(&order).await;
    let questions = shop.simulator.questions().len();
    let trade = shop.simulator.trade("T1").unwrap();
    shop.simulator.finish(trade.trade_no()).unwrap();
    shop.simulator.quiet().await;
    assert_all_acknowledged(&shop, 2);
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.count("already_settled").await, 1);
    assert_eq!(shop.simulator.questions().len(), questions, "the books know this trade");
    shop.stop().await;
}

async fn refunded_in_part<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.paid(&order).await;
    let trade = shop.simulator.trade("T1").unwrap();
    for _ in 0..2 {
        shop.simulator.refund(trade.trade_no(), "1.00".parse().unwrap()).unwrap();
        shop.simulator.quiet().await;
    }
    assert_all_acknowledged(&shop, 3);
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.count("observed").await, 2);
    assert_eq!(shop.store.outbox(10).await.unwrap().len(), 1, "one receipt and nothing else");
    // Months later.
    shop.simulator.finish(trade.trade_no()).unwrap();
    shop.simulator.quiet().await;
    assert_all_acknowledged(&shop, 4);
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

async fn refunded_in_full<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.paid(&order).await;
    let trade = shop.simulator.trade("T1").unwrap();
    shop.simulator.refund(trade.trade_no(), "10.50".parse().unwrap()).unwrap();
    shop.simulator.quiet().await;
    assert_all_acknowledged(&shop, 2);
    // TRADE_CLOSED with a refund is no order that was never paid.
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.count("observed").await, 1);
    shop.stop().await;
}

/// The payment's notification is late, and the refund's comes first.
async fn refund_overtakes_payment<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    shop.simulator.behave(Mischief::Reorder.once());
    shop.buy(&order).await;
    let trade = shop.simulator.trade("T1").unwrap();
    shop.simulator.refund(trade.trade_no(), "1.00".parse().unwrap()).unwrap();
    shop.assert_settled_once(&order).await;
    shop.simulator.quiet().await;
    assert_all_acknowledged(&shop, 2);
    assert_eq!(shop.count("observed").await, 1);
    shop.stop().await;
}
