//! Every path through the documented state machines, message by message (Alipay, *Trade status*).

use alipay_tower::{Order, protocol::TradeState};

use crate::Notice;

/// Fields beside those of every message.
type More = &'static [(&'static str, &'static str)];

/// The messages of one trade in the order in which Alipay makes them. The last one is how the trade stands at the end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    pub(super) name: &'static str,
    messages: &'static [(&'static str, More)],
    /// What went back, which no notification of the classic gateway names and every answer does.
    refunded: Option<&'static str>,
    pub(super) end: TradeState,
}

const PAID: (&str, &str) = ("gmt_payment", "2024-01-01 10:00:30");
const REFUND: (&str, &str) = ("gmt_refund", "2024-01-02 10:00:30");
const REFUNDED: (&str, &str) = ("refund_status", "REFUND_SUCCESS");
const ASKED: (&str, &str) = ("refund_status", "WAIT_SELLER_AGREE");
const EXPRESS: (&str, &str) = ("logistics_type", "EXPRESS");

const UNPAID: (&str, More) = ("WAIT_BUYER_PAY", &[]);
const WITH_LOGISTICS: (&str, More) = ("WAIT_BUYER_PAY", &[EXPRESS]);
const CLOSED: (&str, More) = ("TRADE_CLOSED", &[]);
const HELD: (&str, More) = ("WAIT_SELLER_SEND_GOODS", &[PAID]);
const SHIPPED: (&str, More) = ("WAIT_BUYER_CONFIRM_GOODS", &[PAID]);
const SUCCESS: (&str, More) = ("TRADE_SUCCESS", &[PAID]);
const FINISHED: (&str, More) = ("TRADE_FINISHED", &[PAID]);
const PAID_BACK: (&str, More) = ("TRADE_CLOSED", &[PAID, REFUND, REFUNDED]);

const IN_PART: Option<&str> = Some("3.00");
const IN_FULL: Option<&str> = Some("10.50");

/// Instant payment by the basic contract, by the refundable one, escrow, and the dual interface, of which the buyer chooses
/// either way; with and without refunds.
pub(super) const PATHS: [Path; 17] = [
    path("basic, paid", &[UNPAID, FINISHED], None, TradeState::Finished),
    path("basic, never paid", &[UNPAID, CLOSED], None, TradeState::Closed),
    path("instant, waiting", &[UNPAID], None, TradeState::Waiting),
    path("instant, paid", &[UNPAID, SUCCESS], None, TradeState::Paid),
    path("instant, finished", &[UNPAID, SUCCESS, FINISHED], None, TradeState::Finished),
    path("instant, never paid", &[UNPAID, CLOSED], None, TradeState::Closed),
    path(
        "instant, paid back in part",
        &[UNPAID, SUCCESS, ("TRADE_SUCCESS", &[PAID, REFUND, REFUNDED])],
        IN_PART,
        TradeState::Paid,
    ),
    path(
        "instant, paid back in part and finished",
        &[
            UNPAID,
            SUCCESS,
            ("TRADE_SUCCESS", &[PAID, REFUND, REFUNDED]),
            ("TRADE_FINISHED", &[PAID, REFUND, REFUNDED]),
        ],
        IN_PART,
        TradeState::Finished,
    ),
    path("instant, paid back", &[UNPAID, SUCCESS, PAID_BACK], IN_FULL, TradeState::Refunded),
    path("escrow, held", &[UNPAID, WITH_LOGISTICS, HELD], None, TradeState::Held),
    path("escrow, shipped", &[UNPAID, WITH_LOGISTICS, HELD, SHIPPED], None, TradeState::Shipped),
    path(
        "escrow, finished",
        &[UNPAID, WITH_LOGISTICS, HELD, SHIPPED, ("WAIT_SYS_PAY_SELLER", &[PAID]), FINISHED],
        None,
        TradeState::Finished,
    ),
    path("escrow, never paid", &[UNPAID, WITH_LOGISTICS, CLOSED], None, TradeState::Closed),
    path(
        "escrow, paid back before it was shipped",
        &[UNPAID, HELD, ("WAIT_SELLER_SEND_GOODS", &[PAID, ASKED]), PAID_BACK],
        IN_FULL,
        TradeState::Refunded,
    ),
    path(
        "escrow, shipped and paid back",
        &[UNPAID, HELD, SHIPPED, ("WAIT_BUYER_CONFIRM_GOODS", &[PAID, ASKED]), PAID_BACK],
        IN_FULL,
        TradeState::Refunded,
    ),
    path(
        "escrow, paid back and finished",
        &[UNPAID, HELD, SHIPPED, ("TRADE_FINISHED", &[PAID, REFUND, REFUNDED])],
        IN_FULL,
        TradeState::Finished,
    ),
    path("dual, the instant way", &[UNPAID, WITH_LOGISTICS, SUCCESS, FINISHED], None, TradeState::Finished),
];

const fn path(
    name: &'static str,
    messages: &'static [(&'static str, More)],
    refunded: Option<&'static str>,
    end: TradeState,
) -> Path {
    Path { name, messages, refunded, end }
}

impl Path {
    pub(super) const fn is_paid(&self) -> bool {
        !matches!(self.end, TradeState::Closed | TradeState::Waiting)
    }

    /// Its notifications about this order.
    pub(super) fn notices(&self, order: &Order, trade_no: &str) -> Vec<Notice> {
        let notice = |(status, more): &(&str, More)| {
            let plain = Notice::of_status(order.out_trade_no().as_str(), order.amount(), status);
            more.iter()
                .fold(plain.with("trade_no", trade_no), |notice, (name, value)| notice.with(name, value))
        };
        self.messages.iter().map(notice).collect()
    }

    /// What the gateway says at its end when it is asked.
    pub(super) fn answer(&self, order: &Order, trade_no: &str) -> Vec<(&'static str, String)> {
        let (status, more) = self.messages.last().copied().unwrap_or(UNPAID);
        let mut fields = vec![
            ("out_trade_no", order.out_trade_no().to_string()),
            ("total_fee", order.amount().to_string()),
            ("trade_no", trade_no.to_owned()),
            ("trade_status", status.to_owned()),
        ];
        fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        fields.extend(self.refunded.map(|refunded| ("refund_fee", refunded.to_owned())));
        fields
    }
}
