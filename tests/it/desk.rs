//! Races that no number of copies makes certain, staged: the gateway's double does what another copy would do meanwhile.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use alipay_tower::{
    Alipay, Endpoints, Order, OrderStore, RejectionKind, async_trait,
    gateway::{GatewayError, NotifyGateway},
    protocol::{CheckError, Confirmation, NotifyCheck, OrderState, OutTradeNo, TradeNo},
    store::{MemoryStore, Receipt},
};

use crate::wire::Message;

const TRADE: &str = "2024010121001004010200000001";

/// While it is asked, another copy is settled by this trade and acknowledged, so the id is void.
struct Overtaken {
    books: Arc<MemoryStore>,
    trade: TradeNo,
    asked: Arc<AtomicUsize>,
}

#[async_trait]
impl NotifyGateway for Overtaken {
    async fn ask(&self, _check: &NotifyCheck) -> Result<Confirmation, GatewayError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let order = self.books.find(&order_no()).await.unwrap().expect("the order");
        self.books.insert(order.with_state(OrderState::Paid(self.trade.clone())));
        Err(CheckError::Denied.into())
    }
}

fn order_no() -> OutTradeNo {
    OutTradeNo::new("T1").unwrap()
}

fn desk(trade: &str) -> (Alipay, Message, Arc<AtomicUsize>) {
    let books = Arc::new(MemoryStore::new());
    books.insert(Order::new(order_no(), "10.50".parse().unwrap()));
    let asked = Arc::new(AtomicUsize::new(0));
    let gateway = Overtaken {
        books: Arc::clone(&books),
        trade: TradeNo::new(trade).unwrap(),
        asked: Arc::clone(&asked),
    };
    let endpoints = Endpoints::new("https://a.example/notify", "https://a.example/return").unwrap();
    let merchant = alipay_simulator::demo_merchant().unwrap();
    let message = format!(
        "notify_id=abc&notify_type=trade_status_sync&out_trade_no=T1&total_fee=10.50&trade_no={TRADE}\
         &trade_status=TRADE_SUCCESS"
    );
    (Alipay::new(merchant, gateway, books, endpoints), Message::read(message.as_bytes()), asked)
}

#[tokio::test]
async fn a_copy_that_was_overtaken_is_a_success() {
    let (alipay, message, asked) = desk(TRADE);
    let receipt = alipay.receive_notify(message.body(alipay.merchant()).as_bytes()).await;
    assert!(matches!(receipt, Ok(Receipt::AlreadySettled(_))), "{receipt:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_return_that_was_overtaken_is_paid() {
    let (alipay, message, _) = desk(TRADE);
    let payment = alipay.receive_return(message.body(alipay.merchant()).as_bytes()).await.unwrap();
    assert_eq!(payment.trade_no().as_str(), TRADE);
}

#[tokio::test]
async fn another_trade_does_not_vouch_for_it() {
    let (alipay, message, _) = desk("2024010122001004010299999999");
    for message in [&message, &message.clone().with("total_fee", "0.01")] {
        let refused = alipay.receive_notify(message.body(alipay.merchant()).as_bytes()).await.unwrap_err();
        assert_eq!(refused.kind(), RejectionKind::GatewayDenied);
    }
}
