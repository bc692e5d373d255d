//! Escrow: Alipay holds the money until the goods have arrived. Classic only; the OpenAPI generation has no such product.

use alipay_simulator::{Lie, Mischief};
use alipay_tower::protocol::{
    EscrowPayment, Logistics, LogisticsPayment, LogisticsType, Money, OrderState, OutTradeNo, TradeState,
};

use super::stories;
use crate::{
    capture,
    shops::{Options, Running, Shop, price},
    wire::Message,
};

stories! {
    classic: from_order_to_finished, whatever_the_order_of_its_notices, refunded_before_it_is_shipped,
        held_money_is_no_payment_of_a_plain_order, shipping_moves_no_plain_order,
}

/// The buyer opens the cashier of an escrow trade; its number.
pub(super) async fn open(shop: &Running, order: &OutTradeNo) -> String {
    let carrier = Logistics::new(LogisticsType::Express, Money::default(), LogisticsPayment::SellerPay);
    let request = EscrowPayment::new(order.clone(), "一只茶壶", price(), 1, carrier);
    let signed = shop.desk().checkout(&request).unwrap();
    let page = reqwest::get(signed.url()).await.unwrap().text().await.unwrap();
    let trade = shop.simulator.trade(order.as_str());
    trade.unwrap_or_else(|| panic!("the gateway refuses the request: {page}")).trade_no().to_owned()
}

async fn reaches(shop: &Running, order: &OutTradeNo, state: TradeState) {
    let so = async || shop.record(order).await.order().progress().state() == state;
    crate::until(&format!("{}: {order} is {state:?}", shop.name), so).await;
}

async fn from_order_to_finished<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.escrow_order("T1").await;
    let trade = open(&shop, &order).await;
    shop.simulator.quiet().await;
    assert_eq!(shop.state(&order).await, OrderState::Pending, "waiting is not paid");
    shop.simulator.pay(&trade, "balance").await.unwrap();
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.record(&order).await.order().progress().state(), TradeState::Held);

    let (status, page) = shop.press(&order, "ship", &[("carrier", "EMS"), ("waybill", "EA1")]).await;
    assert_eq!(status, 200, "{page}");
    reaches(&shop, &order, TradeState::Shipped).await;
    // What is on its way cannot be sent twice.
    assert_eq!(shop.press(&order, "ship", &[("carrier", "EMS"), ("waybill", "EA2")]).await.0, 409);

    shop.simulator.confirm_receipt(&trade).unwrap();
    reaches(&shop, &order, TradeState::Finished).await;
    shop.simulator.quiet().await;
    let history = shop.history(&order).await;
    let mut told = history.iter();
    for kind in ["created", "held", "shipped", "finished"] {
        assert!(told.any(|own| own == kind), "{kind} has its place in {history:?}");
    }
    let deliveries = shop.simulator.deliveries();
    assert!(deliveries.iter().all(|delivery| delivery.answer == "success"), "{deliveries:#?}");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

/// Late, doubled, overtaken, left out: the end is the same, and the order is settled once.
async fn whatever_the_order_of_its_notices<S: Shop>() {
    const STATUSES: [&str; 3] = ["WAIT_SELLER_SEND_GOODS", "WAIT_BUYER_CONFIRM_GOODS", "TRADE_FINISHED"];
    let shop = S::start(Options::default()).await;
    // The gateway forgets what it told once it is heard; here it stands by every word.
    shop.simulator.behave(Mischief::Lie(Lie::True));
    for (round, order_of) in
        [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0], [2, 2, 2]].into_iter().enumerate()
    {
        let order = shop.escrow_order(&format!("T{round}")).await;
        let notice = capture::notice(&shop, &order).await;
        let told = |at: usize| {
            let id = format!("notice{round}of{at}");
            notice.clone().with("trade_status", STATUSES[at]).with("notify_id", &id)
        };
        deliver(&shop, order_of.map(told)).await;
        deliver(&shop, order_of.map(told)).await;
        shop.assert_settled_once(&order).await;
        let state = shop.record(&order).await.order().progress().state();
        assert_eq!(state, TradeState::Finished, "{}: {order_of:?}", shop.name);
        let history = shop.history(&order).await;
        // Where the last word came first, it is the settlement.
        let ends = history.iter().filter(|kind| *kind == "finished").count();
        assert_eq!(ends, usize::from(order_of[0] != 2), "{order_of:?}: {history:?}");
    }
    shop.stop().await;
}

async fn deliver(shop: &Running, notices: [Message; 3]) {
    for notice in notices {
        let answer = shop.notify(notice.body(shop.alipay())).await;
        assert_eq!((answer.status, answer.text()), (200, "success"));
    }
}

async fn refunded_before_it_is_shipped<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.escrow_order("T1").await;
    let trade = open(&shop, &order).await;
    shop.simulator.pay(&trade, "balance").await.unwrap();
    shop.assert_settled_once(&order).await;
    shop.simulator.refund(&trade, price()).unwrap();
    reaches(&shop, &order, TradeState::Refunded).await;
    shop.simulator.quiet().await;
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.press(&order, "ship", &[]).await.0, 409, "nothing is left to be sent for");
    shop.stop().await;
}

/// An order that was not sold by escrow is not shipped for money that is not the shop's yet.
async fn held_money_is_no_payment_of_a_plain_order<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let trade = open(&shop, &order).await;
    shop.simulator.pay(&trade, "balance").await.unwrap();
    shop.simulator.quiet().await;
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    assert_eq!(shop.count("settled").await, 0);
    shop.simulator.ship(&trade).unwrap();
    shop.simulator.confirm_receipt(&trade).unwrap();
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

async fn shipping_moves_no_plain_order<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    assert_eq!(shop.press(&order, "ship", &[]).await.0, 409);
    shop.buy(&order).await;
    shop.assert_settled_once(&order).await;
    assert_eq!(shop.press(&order, "ship", &[]).await.0, 409);
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}
