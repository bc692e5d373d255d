//! Closing orders against a gateway that answers by a script.

use super::*;
use crate::rejection::RejectionKind;

#[tokio::test]
async fn an_unpaid_order_is_closed_there_and_here() {
    let store = Recording::with([order("T1")]);
    let gateway = Scripted::new(|request, earlier| if earlier == 0 { waiting(request) } else { accepted() });
    let reconciler = closing(&store, &gateway);
    assert_eq!(reconciler.sweep(after(660)).await.count(Finding::Closed), 1);
    assert_eq!(gateway.services(), ["single_trade_query", "close_trade"]);
    assert_eq!(*store.order("T1").await.state(), OrderState::Closed);
    assert_eq!(reconciler.sweep(after(9999)).await.orders(), 0);

    let store = Recording::with([order("T1")]);
    let gateway = Scripted::new(|_, _| refused("TRADE_NOT_EXIST"));
    assert_eq!(closing(&store, &gateway).close(&id("T1")).await.unwrap(), Closing::Closed);
    assert_eq!(gateway.services(), ["single_trade_query"]);
}

#[tokio::test]
async fn a_payment_in_flight_is_never_closed_away() {
    // Paid between the question and the closing.
    let store = Recording::with([order("T1")]);
    let gateway = Scripted::new(|request, earlier| match earlier {
        0 => waiting(request),
        1 => refused("TRADE_STATUS_NOT_AVAILD"),
        _ => trade(request, &[]),
    });
    assert_eq!(closing(&store, &gateway).sweep(after(660)).await.count(Finding::Settled), 1);
    assert_eq!(gateway.services(), ["single_trade_query", "close_trade", "single_trade_query"]);

    // A notification settles while Alipay closes nothing any more.
    let store = Recording::with([order("T1")]);
    let books = Arc::clone(&store);
    let gateway = Scripted::new(move |_, _| {
        books.orders.insert(order("T1").with_state(OrderState::Paid(trade_no(TRADE))));
        refused("TRADE_NOT_EXIST")
    });
    assert_eq!(closing(&store, &gateway).close(&id("T1")).await.unwrap(), Closing::Paid);
    assert_eq!(store.order("T1").await.settled_by(), Some(&trade_no(TRADE)));

    // Paid after it was closed: kept, and a person is told.
    let store = Recording::with([order("T1").with_state(OrderState::Closed)]);
    let gateway = Scripted::new(|request, _| trade(request, &[]));
    let late = store.desk(&gateway).receive_query(&id("T1")).await.unwrap_err();
    assert_eq!(late.kind(), RejectionKind::OrderClosed);
    assert_eq!(*store.order("T1").await.state(), OrderState::PaidAfterClose(trade_no(TRADE)));
    assert_eq!(store.told(), ["unmatched order_closed", "journal query order_closed"]);
}

#[tokio::test]
async fn an_unknown_outcome_of_closing_is_asked_about() {
    for outcome in [down as fn() -> Reply, || refused("SYSTEM_ERROR"), || Ok(b"<html>".to_vec())] {
        let store = Recording::with([order("T1")]);
        let gateway = Scripted::new(move |request, earlier| match earlier {
            0 => waiting(request),
            1 => outcome(),
            _ => closed(request),
        });
        assert_eq!(closing(&store, &gateway).close(&id("T1")).await.unwrap(), Closing::Closed);
    }
    // Down for good: the order is as it was.
    let store = Recording::with([order("T1")]);
    let gateway = Scripted::new(|request, earlier| if earlier == 0 { waiting(request) } else { down() });
    let error = closing(&store, &gateway).close(&id("T1")).await.unwrap_err();
    assert_eq!(error.kind(), RejectionKind::GatewayUnreachable);
    assert_eq!(*store.order("T1").await.state(), OrderState::Pending);
    // It moves each time: it stays open, and the questions end.
    let store = Recording::with([order("T1")]);
    let gateway = Scripted::new(|request, earlier| match earlier % 2 {
        0 => waiting(request),
        _ => refused("TRADE_STATUS_NOT_AVAILD"),
    });
    assert_eq!(closing(&store, &gateway).close(&id("T1")).await.unwrap(), Closing::Open);
    assert_eq!(gateway.services().len(), 6);
}

#[tokio::test]
async fn what_cannot_be_closed_stays_open() {
    let store = Recording::with([order("T1")]);
    let transfer = [("gmt_payment", ""), ("trade_status", "WAIT_SYS_CONFIRM_PAY")];
    let gateway = Scripted::new(move |request, _| trade(request, &transfer));
    assert_eq!(closing(&store, &gateway).close(&id("T1")).await.unwrap(), Closing::Open);
    assert_eq!(gateway.services(), ["single_trade_query"]);
    // An answer that lies closes nothing either.
    let gateway = Scripted::new(|request, _| trade(request, &[("total_fee", "0.01")]));
    let error = closing(&store, &gateway).close(&id("T1")).await.unwrap_err();
    assert_eq!(error.kind(), RejectionKind::WrongAmount);
    assert_eq!(*store.order("T1").await.state(), OrderState::Pending);
    let error = closing(&store, &gateway).close(&id("T9")).await.unwrap_err();
    assert_eq!(error.kind(), RejectionKind::UnknownOrder);
}
