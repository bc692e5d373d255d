//! The lattice of a trade's progress: whatever the order, repetition and omission of its messages, one end.

use alipay_tower::protocol::{Channel, Notification, Progress, TradeState};
use proptest::prelude::*;

use crate::support::{Pair, config, merchant, pair, signed_body};

/// The messages of one history in the order in which Alipay makes them; the last one is what it came to.
type History = &'static [(&'static str, &'static [(&'static str, &'static str)])];

const PAID: (&str, &str) = ("gmt_payment", "2024-01-01 10:00:30");
const REFUND: (&str, &str) = ("gmt_refund", "2024-01-02 10:00:30");
const REFUNDED: (&str, &str) = ("refund_status", "REFUND_SUCCESS");

/// Every path through the documented state machines.
const HISTORIES: [(History, TradeState); 10] = [
    (
        &[("WAIT_BUYER_PAY", &[]), ("TRADE_SUCCESS", &[PAID]), ("TRADE_FINISHED", &[PAID])],
        TradeState::Finished,
    ),
    (&[("WAIT_BUYER_PAY", &[]), ("TRADE_SUCCESS", &[PAID])], TradeState::Paid),
    (&[("WAIT_BUYER_PAY", &[]), ("TRADE_FINISHED", &[PAID])], TradeState::Finished),
    (&[("WAIT_BUYER_PAY", &[]), ("TRADE_CLOSED", &[])], TradeState::Closed),
    (
        &[
            ("WAIT_BUYER_PAY", &[]),
            ("TRADE_SUCCESS", &[PAID]),
            ("TRADE_SUCCESS", &[PAID, REFUND, REFUNDED]),
            ("TRADE_FINISHED", &[PAID, REFUND, REFUNDED]),
        ],
        TradeState::Finished,
    ),
    (
        &[
            ("WAIT_BUYER_PAY", &[]),
            ("TRADE_SUCCESS", &[PAID]),
            ("TRADE_SUCCESS", &[PAID, REFUND, REFUNDED]),
            ("TRADE_CLOSED", &[PAID, REFUND, REFUNDED]),
        ],
        TradeState::Refunded,
    ),
    (
        &[
            ("WAIT_BUYER_PAY", &[]),
            ("WAIT_BUYER_PAY", &[("logistics_type", "EXPRESS")]),
            ("WAIT_SELLER_SEND_GOODS", &[PAID]),
            ("WAIT_BUYER_CONFIRM_GOODS", &[PAID]),
            ("TRADE_FINISHED", &[PAID]),
        ],
        TradeState::Finished,
    ),
    (&[("WAIT_BUYER_PAY", &[]), ("WAIT_SELLER_SEND_GOODS", &[PAID])], TradeState::Held),
    (&[("WAIT_SELLER_SEND_GOODS", &[PAID]), ("WAIT_BUYER_CONFIRM_GOODS", &[PAID])], TradeState::Shipped),
    (
        &[
            ("WAIT_BUYER_PAY", &[]),
            ("WAIT_SELLER_SEND_GOODS", &[PAID]),
            ("WAIT_SELLER_SEND_GOODS", &[PAID, ("refund_status", "WAIT_SELLER_AGREE")]),
            ("TRADE_CLOSED", &[PAID, REFUND, REFUNDED]),
        ],
        TradeState::Refunded,
    ),
];

/// What one message says, through the same chain as in a shop.
fn progress((status, extra): &(&str, &[(&str, &str)])) -> Progress {
    let mut fields: Vec<Pair> = vec![
        pair("notify_id", "0123456789abcdef0123456789abcdef5e"),
        pair("notify_type", "trade_status_sync"),
        pair("out_trade_no", "T20240101000001"),
        pair("total_fee", "0.01"),
        pair("trade_no", "2024010121001004010200000001"),
        pair("trade_status", status),
    ];
    fields.extend(extra.iter().map(|(name, value)| pair(name, value)));
    let signed = Notification::parse(Channel::Notify, &signed_body(&fields)).unwrap();
    let signed = signed.authenticate(&merchant()).unwrap();
    let word = signed.check(&merchant()).unwrap().read(b"true").unwrap();
    let event = signed.confirm(&word).unwrap().into_event().unwrap();
    event.notice().unwrap().progress()
}

fn any_progress() -> impl Strategy<Value = Progress> {
    let message = (0..HISTORIES.len(), any::<prop::sample::Index>());
    message.prop_map(|(history, at)| progress(at.get(HISTORIES[history].0)))
}

#[test]
fn a_history_ends_where_it_ends() {
    for (history, end) in HISTORIES {
        let joined = history.iter().map(progress).fold(Progress::default(), Progress::join);
        assert_eq!(joined.state(), end, "{history:?}");
    }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn no_order_repetition_or_omission_leads_elsewhere(
        (history, deliveries) in (0..HISTORIES.len()).prop_flat_map(|history| {
            let last = HISTORIES[history].0.len() - 1;
            let any = prop::collection::vec(0..=last, 0..12);
            // The last message arrives at some time, or the reconciler asks for it.
            let deliveries = any.prop_map(move |mut some| { some.push(last); some }).prop_shuffle();
            (Just(history), deliveries)
        })
    ) {
        let (messages, end) = HISTORIES[history];
        let mut joined = Progress::default();
        let mut stage = joined.stage();
        for at in deliveries {
            joined = joined.join(progress(&messages[at]));
            prop_assert!(joined.stage() >= stage, "it moved back");
            stage = joined.stage();
        }
        prop_assert_eq!(joined.state(), end);
        let all = messages.iter().map(progress).fold(Progress::default(), Progress::join);
        prop_assert_eq!(joined, all, "and nothing else of it differs");
    }

    #[test]
    fn it_is_a_lattice(a in any_progress(), b in any_progress(), c in any_progress()) {
        prop_assert_eq!(a.join(b), b.join(a));
        prop_assert_eq!(a.join(b).join(c), a.join(b.join(c)));
        prop_assert_eq!(a.join(a), a);
        prop_assert_eq!(a.join(b).join(b), a.join(b));
    }
}
