//! The same thing at once.

use std::sync::Arc;

use alipay_tower::{Order, OrderStore, VerifiedPayment, store::Settlement};
use tokio::sync::Barrier;

use super::payments::{CROWD, assert_paid, order, payment, told, trade};

/// Settles all of them at the same moment; what each was told, in their order.
async fn all_at_once<S: OrderStore>(store: &Arc<S>, payments: Vec<VerifiedPayment>) -> Vec<Settlement> {
    let start = Arc::new(Barrier::new(payments.len()));
    let tasks: Vec<_> = payments
        .into_iter()
        .map(|payment| {
            let (store, start) = (Arc::clone(store), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                store.settle(&payment).await
            })
        })
        .collect();
    let mut settlements = Vec::new();
    for task in tasks {
        match task.await {
            Ok(result) => settlements.push(told(result)),
            Err(error) => panic!("settle panicked: {error}"),
        }
    }
    settlements
}

fn count(settlements: &[Settlement], wanted: &Settlement) -> usize {
    settlements.iter().filter(|settlement| *settlement == wanted).count()
}

pub(super) async fn one_payment<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    for round in 0..8 {
        let number = format!("ROUND{round}");
        let store = Arc::new(make(vec![order(&number)]).await);
        let payments = vec![payment(&order(&number), "20240101000001"); CROWD];
        let settlements = all_at_once(&store, payments).await;
        let settled = count(&settlements, &Settlement::Settled);
        assert_eq!(
            settled, 1,
            "of {CROWD} concurrent settlements of one payment {settled} were told Settled"
        );
        let copies = count(&settlements, &Settlement::AlreadySettled);
        assert_eq!(copies, CROWD - 1, "the others must be told AlreadySettled: {settlements:?}");
        assert_paid(&store, &number, "20240101000001").await;
    }
}

pub(super) async fn two_trades<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    const TRADES: [&str; 2] = ["20240101000001", "20240101000002"];
    for round in 0..8 {
        let number = format!("ROUND{round}");
        let store = Arc::new(make(vec![order(&number)]).await);
        let trades: Vec<&str> = TRADES.into_iter().cycle().take(CROWD).collect();
        let payments = trades.iter().map(|trade_no| payment(&order(&number), trade_no)).collect();
        let settlements = all_at_once(&store, payments).await;

        let settled = count(&settlements, &Settlement::Settled);
        assert_eq!(settled, 1, "of {CROWD} concurrent settlements of two trades {settled} were told Settled");
        let told: Vec<_> = trades.into_iter().zip(settlements).collect();
        let Some((winner, _)) = told.iter().find(|(_, settlement)| settlement == &Settlement::Settled) else {
            panic!("nobody was told Settled");
        };
        for (trade_no, settlement) in &told {
            let expected = match (settlement, trade_no == winner) {
                (Settlement::Settled, _) => continue,
                (_, true) => Settlement::AlreadySettled,
                (_, false) => Settlement::PaidTwice { earlier: trade(winner) },
            };
            assert_eq!(settlement, &expected, "trade {trade_no}, when {winner} had settled the order");
        }
        assert_paid(&store, &number, winner).await;
    }
}

pub(super) async fn many_orders<S: OrderStore>(make: &impl AsyncFn(Vec<Order>) -> S) {
    const COPIES: usize = 4;
    let numbers: Vec<String> = (0..CROWD).map(|index| format!("ORDER{index}")).collect();
    let store = Arc::new(make(numbers.iter().map(|number| order(number)).collect()).await);
    let payments = numbers.iter().map(|number| payment(&order(number), &format!("2024{number}")));
    let payments: Vec<_> = payments.flat_map(|payment| vec![payment; COPIES]).collect();
    let settlements = all_at_once(&store, payments).await;
    for (number, settlements) in numbers.iter().zip(settlements.chunks(COPIES)) {
        let settled = count(settlements, &Settlement::Settled);
        assert_eq!(settled, 1, "{settled} of {COPIES} copies settled the order {number}, among others");
        assert_paid(&store, number, &format!("2024{number}")).await;
    }
}
