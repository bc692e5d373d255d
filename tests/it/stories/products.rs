//! Every further product of the classic gateway, from the shop's order form to the last notification.

use alipay_simulator::{Lie, Mischief, Notice, Product};
use alipay_tower::protocol::{Currency, ForexAmount, ForexPayment, OrderState, OutTradeNo};

use super::{shopping, stories, visit};
use crate::shops::{Options, Running, Shop, price};

stories! {
    classic: on_a_phone, dual_at_once, dual_into_escrow, across_the_border, across_the_border_on_a_phone,
        a_wrong_amount_settles_nothing, another_currency_settles_nothing, repeated_notices_settle_once,
        yuan_at_the_rate_of_alipay_are_left_to_a_person, an_unknown_product_is_the_first_one,
        the_last_word_of_a_lost_notice_is_asked_for,
}

/// What is bought by which word of the pay page, and what the gateway says of it in the end.
struct Sale {
    word: &'static str,
    currency: &'static str,
    product: Product,
    status: &'static str,
}

const WAP: Sale = Sale { word: "wap", currency: "", product: Product::Wap, status: "TRADE_SUCCESS" };
const DUAL: Sale = Sale { word: "dual", currency: "", product: Product::Dual, status: "TRADE_SUCCESS" };
const FOREX: Sale =
    Sale { word: "forex", currency: "USD", product: Product::Forex, status: "TRADE_FINISHED" };
const FOREX_WAP: Sale =
    Sale { word: "forex_wap", currency: "USD", product: Product::ForexWap, status: "TRADE_FINISHED" };

const SALES: [Sale; 4] = [WAP, DUAL, FOREX, FOREX_WAP];

/// From the order form to the return page, which says that the order is settled; its number, and that of the trade.
async fn sell(shop: &Running, sale: &Sale) -> (OutTradeNo, String) {
    let order = shopping::order(shop, sale.currency).await;
    let trade = shopping::cashier(shop, &order, sale.word).await;
    assert_eq!(trade.product(), sale.product);
    shop.simulator.quiet().await;
    assert_eq!(shop.state(&order).await, OrderState::Pending, "at the cashier is not paid");
    assert_eq!(shopping::pay(shop, &trade, "instant").await, (200, "settled".to_owned()), "{}", shop.name);
    shop.assert_settled_once(&order).await;
    (order, trade.trade_no().to_owned())
}

/// The whole of it, and a refund by the operator.
async fn tell<S: Shop>(sale: &Sale) {
    let shop = S::start(Options::default()).await;
    let (order, trade) = sell(&shop, sale).await;
    shop.simulator.quiet().await;
    assert_eq!(shop.simulator.trade(order.as_str()).unwrap().status().as_str(), sale.status);
    let deliveries = shop.simulator.deliveries();
    assert!(deliveries.iter().all(|delivery| delivery.answer == "success"), "{deliveries:#?}");
    assert_eq!(shop.state(&order).await, OrderState::Paid(trade.parse().unwrap()));

    for (part, sum) in [("1.00", "1.00"), ("", shop.record(&order).await.amount().to_string().as_str())] {
        let (status, page) = shop.press(&order, "refund", &[("amount", part), ("reason", "chipped")]).await;
        assert_eq!(status, 200, "{page}");
        let back = async || shop.record(&order).await.refunded().to_string() == sum;
        crate::until(&format!("{}: {sum} of {order} went back", shop.name), back).await;
    }
    assert_eq!(shop.press(&order, "refund", &[("amount", "0.01")]).await.0, 409, "nothing is left");
    shop.simulator.quiet().await;
    assert_eq!(shop.simulator.trade(order.as_str()).unwrap().status().as_str(), "TRADE_CLOSED");
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

async fn on_a_phone<S: Shop>() {
    tell::<S>(&WAP).await;
}

async fn dual_at_once<S: Shop>() {
    tell::<S>(&DUAL).await;
}

async fn across_the_border<S: Shop>() {
    tell::<S>(&FOREX).await;
}

async fn across_the_border_on_a_phone<S: Shop>() {
    tell::<S>(&FOREX_WAP).await;
}

/// The buyer chose escrow at the cashier: held, shipped, received.
async fn dual_into_escrow<S: Shop>() {
    let shop = S::start(Options::default()).await;
    shopping::escrow(&shop, "dual").await;
    shop.stop().await;
}

/// A good signature over a hundredth too much is refused; the truth, which the gateway repeats, is not.
async fn a_wrong_amount_settles_nothing<S: Shop>() {
    let shop = S::start(Options::default()).await;
    for (at, sale) in SALES.iter().enumerate() {
        let order = shopping::order(&shop, sale.currency).await;
        let trade = shopping::cashier(&shop, &order, sale.word).await;
        shop.simulator.quiet().await;
        shop.simulator.behave(Mischief::WrongAmount.once());
        shopping::pay(&shop, &trade, "instant").await;
        shop.assert_settled_once(&order).await;
        shop.simulator.quiet().await;
        assert_eq!(shop.count("wrong_amount").await, at + 1, "{}: {}", shop.name, sale.word);
    }
    shop.stop().await;
}

/// The amount counts in its currency only: the same figures in another are another amount.
async fn another_currency_settles_nothing<S: Shop>() {
    let shop = S::start(Options::default()).await;
    // These messages are made here; the gateway stands by them.
    shop.simulator.behave(Mischief::Lie(Lie::True));
    let order = shopping::order(&shop, "USD").await;
    let amount = shop.record(&order).await.amount();
    let told = |amount, currency| Notice::forex_paid(order.as_str(), amount, currency);
    let more = alipay_tower::Money::from_fen(amount.fen() + 1).unwrap();
    let wrong =
        [told(amount, "EUR"), told(amount, "CNY"), told(more, "USD"), Notice::paid(order.as_str(), amount)];
    for notice in wrong {
        let answer = shop.notify(notice.clone().sign(shop.alipay()).unwrap().body()).await;
        assert_eq!((answer.status, answer.text()), (409, "fail"), "{notice:?}");
        assert_eq!(shop.state(&order).await, OrderState::Pending);
    }
    let answer = shop.notify(told(amount, "USD").sign(shop.alipay()).unwrap().body()).await;
    assert_eq!((answer.status, answer.text()), (200, "success"));
    shop.assert_settled_once(&order).await;
    shop.stop().await;
}

async fn repeated_notices_settle_once<S: Shop>() {
    let shop = S::start(Options::default()).await;
    for sale in &SALES {
        shop.simulator.behave(Mischief::Duplicate(20).once());
        let (order, trade) = sell(&shop, sale).await;
        shop.simulator.quiet().await;
        shop.assert_settled_once(&order).await;
        assert_eq!(shop.state(&order).await, OrderState::Paid(trade.parse().unwrap()));
    }
    assert_eq!(shop.count("settled").await, SALES.len());
    shop.stop().await;
}

/// A price in yuan of a cross-border trade (`rmb_fee`): the message says what that was in dollars, so an order of yuan
/// cannot be compared with it. Nothing is settled, and the money is not lost.
async fn yuan_at_the_rate_of_alipay_are_left_to_a_person<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let order = shop.order("T1").await;
    let yuan = ForexAmount::in_rmb(Currency::new("USD").unwrap(), price());
    let request = ForexPayment::new(order.clone(), "一只茶壶", yuan);
    let (_, page) = visit(shop.desk().checkout(&request).unwrap().url()).await;
    assert!(page.contains("10.50") || page.contains("USD"), "{page}");
    let trade = shop.simulator.trade("T1").unwrap();
    shop.simulator.pay(trade.trade_no(), "balance").await.unwrap();
    shop.simulator.quiet().await;
    assert_eq!(shop.state(&order).await, OrderState::Pending);
    assert_eq!(shop.count("settled").await, 0);
    let unmatched = shop.store.unmatched_payments(10).await.unwrap();
    assert_eq!(unmatched.len(), 1, "{unmatched:#?}");
    assert_eq!((unmatched[0].out_trade_no(), unmatched[0].trade_no().as_str()), (&order, trade.trade_no()));
    shop.stop().await;
}

/// And the choice is among those of the order's currency: no yuan across the border, and no dollars within.
async fn an_unknown_product_is_the_first_one<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let (yuan, dollars) = (shopping::order(&shop, "").await, shopping::order(&shop, "USD").await);
    let strange = shopping::order(&shop, "XXX").await;
    for (order, service, words) in [
        (&yuan, "create_direct_pay_by_user", ["", "nonsense", "forex", "forex_wap", "%3Cb%3E"]),
        (&strange, "create_direct_pay_by_user", ["", "nonsense", "forex", "forex_wap", "Escrow"]),
        (&dollars, "create_forex_trade", ["", "nonsense", "escrow", "dual", "wap"]),
    ] {
        for word in words {
            let link = shopping::link(&shop, order, word).await;
            assert!(link.contains(&format!("&service={service}&")), "{word}: {link}");
            assert!(!link.contains('<'), "{link}");
        }
    }
    let link = shopping::link(&shop, &dollars, "").await;
    assert!(link.contains("&currency=USD&") && link.contains("&total_fee=5.30&"), "{link}");
    assert!(!link.contains("rmb_fee"), "{link}");
    shop.stop().await;
}

/// All notifications are lost; the answer to a query says the same of every product.
async fn the_last_word_of_a_lost_notice_is_asked_for<S: Shop>() {
    let shop = S::start(Options::default()).await;
    shop.simulator.drop_all();
    for sale in &SALES {
        let order = shopping::order(&shop, sale.currency).await;
        let trade = shopping::cashier(&shop, &order, sale.word).await;
        let back = shopping::pay(&shop, &trade, "instant").await;
        assert_eq!(shop.state(&order).await, OrderState::Pending, "{back:?}");
        for _ in 0..2 {
            let (status, page) = shop.press(&order, "query", &[]).await;
            assert_eq!(status, 200, "{}: {page}", sale.word);
            shop.assert_settled_once(&order).await;
        }
    }
    shop.stop().await;
}
