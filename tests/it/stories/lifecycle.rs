//! What becomes of a trade beside being paid.

use alipay_simulator::{Mischief, SimulatedGateway};
use alipay_sqlx_store::{OrderEventKind, OutboxKind};
use alipay_tower::{
    RejectionKind,
    protocol::{OrderState, TradeState},
};

use super::stories;
use crate::{
    capture,
    shops::{Options, Running, Shop},
};

stories! {
    closed_unpaid,
    paid_after_it_was_closed,
    finished_after_success,
    refunded_in_part,
    refunded_in_full,
    refund_overtakes_payment,
    every_other_status_moves_nothing,
    finished_alone;
    // The notices of the OpenAPI generation have no `refund_status`, and there are no batches.
    classic: refund_states_move_nothing, other_kinds_of_notices,
}

/// The words of all answers, and that each was `success`.
fn assert_all_acknowledged(shop: &Running, count: usize) {
    let deliveries = shop.simulator.deliveries();
    assert_eq!(deliveries.len(), count, "{deliveries:#?}");
    assert!(deliveries.iter().all(|delivery| delivery.answer == "success"), "{deliveries:#?}");
}

async fn closed_unpaid<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let trade = shop.open_trade(&order).await;
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
    let trade = shop.open_trade(&order).await;
    assert!(shop.store.close_order(&order).await.unwrap());
    shop.simulator.pay(trade.trade_no(), "balance").await.unwrap();
    shop.simulator.quiet().await;
    let late = OrderState::PaidAfterClose(trade.trade_no().parse().unwrap());
    assert_eq!(shop.state(&order).await, late);
    let deliveries = shop.simulator.deliveries();
    assert_eq!(deliveries.len(), 8, "the gateway repeats it for a day: {deliveries:#?}");
    assert!(deliveries.iter().all(|delivery| delivery.status == Some(409) && delivery.answer == "fail"));
    let refused = shop.store.refused_hits().await.unwrap();
    assert_eq!((refused.of(RejectionKind::OrderClosed), refused.total()), (8, 8));
    assert!(shop.count("order_closed").await >= 1);
    // It is real money: kept once, and told to a person once.
    let unmatched = shop.store.unmatched_payments(10).await.unwrap();
    assert_eq!(unmatched.len(), 1, "{unmatched:#?}");
    assert_eq!((unmatched[0].out_trade_no(), unmatched[0].trade_no().as_str()), (&order, trade.trade_no()));
    let outbox = shop.store.outbox(10).await.unwrap();
    let kinds: Vec<&str> = outbox.iter().map(|message| message.kind().as_str()).collect();
    assert_eq!(kinds, ["paid_after_close"]);
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

/// Not paid, or not yet the seller's money; known words and unknown ones. `success`, or they would come for a day.
async fn every_other_status_moves_nothing<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let notice = capture::notice(&shop, &order).await;
    let statuses = [
        "WAIT_BUYER_PAY",
        "TRADE_PENDING",
        "WAIT_SELLER_SEND_GOODS",
        "WAIT_BUYER_CONFIRM_GOODS",
        "WAIT_SYS_CONFIRM_PAY",
        "WAIT_SYS_PAY_SELLER",
        "TRADE_REFUSE",
        "TRADE_REFUSE_DEALING",
        "TRADE_CANCEL",
        "BUYER_PRE_AUTH",
        "COD_WAIT_SELLER_SEND_GOODS",
        "COD_WAIT_BUYER_PAY",
        "COD_WAIT_SYS_PAY_SELLER",
        "TRADE_SOMETHING_NEW",
        "trade_success",
        "TRADE_SUCCESS ",
    ];
    for status in statuses {
        let answer = shop.notify(notice.clone().with("trade_status", status).body(shop.alipay())).await;
        assert_eq!((answer.status, answer.text()), (200, "success"), "{status}");
        assert_eq!(shop.state(&order).await, OrderState::Pending, "{status}");
    }
    assert_eq!(shop.count("observed").await, statuses.len());
    // A person hears of what needs one, once each.
    let outbox = shop.store.outbox(100).await.unwrap();
    assert!(outbox.iter().all(|message| message.kind() == &OutboxKind::UnclearStatus), "{outbox:#?}");
    let events = shop.store.events(&order, 200).await.unwrap();
    let unclear = events.iter().filter(|event| event.kind() == &OrderEventKind::UnclearStatus);
    let unclear: Vec<_> = unclear.filter_map(|event| event.detail()).collect();
    assert_eq!(unclear, ["TRADE_PENDING", "TRADE_SOMETHING_NEW", "trade_success", "TRADE_SUCCESS "]);
    assert_eq!(outbox.len(), unclear.len());
    assert_eq!(shop.notify(notice.body(shop.alipay())).await.text(), "success");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// Without refunds in the contract the first word is the last one.
async fn finished_alone<S: Shop>() {
    let gateway = SimulatedGateway::builder().refundable(false);
    let shop = S::start(Options { gateway, ..Options::default() }).await;
    let order = shop.order("T1").await;
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    shop.simulator.quiet().await;
    assert_all_acknowledged(&shop, 1);
    assert_eq!(shop.simulator.trade("T1").unwrap().status().as_str(), "TRADE_FINISHED");
    assert_eq!(shop.record(&order).await.order().progress().state(), TradeState::Finished);
    shop.stop().await;
}

/// Money on its way back is no new money, whatever the status says.
async fn refund_states_move_nothing<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let notice = capture::notice(&shop, &order).await;
    for refund in ["WAIT_SELLER_AGREE", "REFUND_SUCCESS", "REFUND_CLOSED", "SOMETHING_NEW"] {
        let answer = shop.notify(notice.clone().with("refund_status", refund).body(shop.alipay())).await;
        assert_eq!((answer.status, answer.text()), (200, "success"), "{refund}");
        assert_eq!(shop.state(&order).await, OrderState::Pending, "{refund}");
    }
    assert_eq!(shop.count("observed").await, 4);
    assert_eq!(shop.notify(notice.body(shop.alipay())).await.text(), "success");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// Batches, and kinds that nobody has heard of, on the same path.
async fn other_kinds_of_notices<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let notice = capture::notice(&shop, &order).await;
    for kind in ["batch_refund_notify", "batch_trans_notify", "bptb_result_notify", "something_new"] {
        let batch = notice
            .clone()
            .with("notify_type", kind)
            .with("batch_no", "20240103000001")
            .with("success_num", "1")
            .with("result_details", "2024010121001004010200000001^10.50^SUCCESS");
        let answer = shop.notify(batch.body(shop.alipay())).await;
        assert_eq!((answer.status, answer.text()), (200, "success"), "{kind}");
        assert_eq!(shop.state(&order).await, OrderState::Pending, "{kind}");
    }
    assert_eq!(shop.count("observed").await, 4);
    shop.stop().await;
}
