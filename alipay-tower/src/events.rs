//! What the feature `tracing` tells: targets, names and fields that stay as they are from version to version, so that
//! alarms may be built on them. No event holds a key, a signature, a message or personal data.
//!
//! # `alipay::notify`, `alipay::query`, `alipay::return`
//!
//! One event for each message that came, after its answer was decided.
//!
//! | field | what |
//! |---|---|
//! | `merchant` | the `app_id` or `partner` of the desk that it came to |
//! | `outcome` | one word: `settled`, `already_settled`, `paid_twice`, `observed` ([`Receipt::name`]); `shown`, a return with a payment; or why it was refused ([`RejectionKind::as_str`]) |
//! | `out_trade_no` | the order; of a refused message only when its signature is good |
//! | `trade_no` | Alipay's number of the payment |
//! | `confirmed_by` | whose word it is ([`ConfirmedBy::as_str`]): `notify_id`, `query`, `signature`, `books`; `nobody`, a payment that was settled while the gateway was out of reach |
//! | `key` | which of the merchant's keys verified it: `current`, or `previous` while keys change |
//! | `reason` | of a refused message, and of a status that a person should hear of, one sentence |
//! | `bytes` | the length of the message |
//!
//! | level | when |
//! |---|---|
//! | `ERROR` | `paid_twice`: money must go back |
//! | `WARN` | refused, and the message is really Alipay's; settled unconfirmed; observed, and the trade's status is [alarming](crate::protocol::TradeStatus::is_alarming) |
//! | `INFO` | everything else; what strangers send too, so that they cannot fill a log that listens for warnings |
//!
//! # `alipay::call`
//!
//! A call to the gateway was answered, or was not: `INFO` when it succeeded, otherwise `WARN`.
//!
//! | field | what |
//! |---|---|
//! | `service` | which service was called |
//! | `outcome` | `ok`, or why not ([`CallError::code`](crate::CallError::code)) |
//! | `code` | Alipay's code, when Alipay refused; of the OpenAPI generation the `sub_code`, where it has one |
//! | `outcome_unknown` | whether the call may have worked all the same |
//! | `trace_id` | the number of the call at Alipay, to be quoted to its support; of the OpenAPI generation |
//! | `ms` | how long it took, in milliseconds |
//!
//! # `alipay::gateway`
//!
//! The [circuit breaker](crate::gateway::CircuitBreaker) changed its state.
//!
//! | field | what |
//! |---|---|
//! | `state` | `open` (`WARN`), `half_open`, `closed` (`INFO`) |
//! | `failures` | how many questions in a row had no answer, when it opens |
//! | `pause_ms` | how long nothing is asked now, in milliseconds, when it opens |
//!
//! # `alipay::desks`
//!
//! The merchants that are served have changed ([`Desks`](crate::Desks)), level `INFO`.
//!
//! | field | what |
//! |---|---|
//! | `change` | `added`, `removed`, `replaced` |
//! | `merchant` | the `app_id` or `partner` |
//! | `notify_path`, `return_path` | where it is, or was, served |
//!
//! # `alipay::reconcile`
//!
//! The [reconciler](crate::reconcile) looked through the open orders: one event for each sweep of an instance that had the
//! lease, and one for each order that came to anything but `open`.
//!
//! | field | what |
//! |---|---|
//! | `orders` | of a sweep: how many orders were due |
//! | `findings` | of a sweep: how many came to what, such as `open=3 settled=1` |
//! | `out_trade_no` | of an order: which |
//! | `finding` | of an order: one word ([`Finding::as_str`](crate::reconcile::Finding::as_str)) |
//! | `reason` | the store failed before any order was looked at |
//!
//! | level | when |
//! |---|---|
//! | `ERROR` | an order is `denied` or `paid_twice` |
//! | `WARN` | an order is `refused`, `unanswered`, `store_failed` or `panicked`; the store failed |
//! | `INFO` | an order is `settled`, `confirmed`, `closed`, `already_settled` |
//! | `DEBUG` | a sweep |
//!
//! # `alipay`
//!
//! A desk was put together: `scheme` (`mapi` or `openapi`), `id`, `gateway`. `WARN` when the gateway is plain http, that is
//! a simulator; otherwise `INFO`.
//!
//! [`ConfirmedBy::as_str`]: crate::protocol::ConfirmedBy::as_str
//! [`Receipt::name`]: crate::store::Receipt::name
//! [`RejectionKind::as_str`]: crate::RejectionKind::as_str

use std::time::Duration;

use crate::{alipay::Alipay, call::CallError, protocol::Merchant, store::Hit};
#[cfg(feature = "reconcile")]
use crate::{
    protocol::OutTradeNo,
    reconcile::{Finding, Report},
    store::StoreError,
};

/// What happened to the merchants that are served.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Added,
    Removed,
    Replaced,
}

#[cfg(not(feature = "tracing"))]
pub(crate) const fn start(_merchant: &Merchant) {}

#[cfg(all(feature = "breaker", not(feature = "tracing")))]
pub(crate) const fn circuit(_state: &'static str, _opened: Option<(u32, std::time::Duration)>) {}

#[cfg(not(feature = "tracing"))]
pub(crate) const fn changed(_change: Change, _desk: &Alipay) {}

#[cfg(feature = "tracing")]
pub(crate) fn start(merchant: &Merchant) {
    let (scheme, id, gateway) = (merchant.scheme().as_str(), merchant.id(), merchant.gateway());
    if gateway.is_plain_http() {
        tracing::warn!(target: "alipay", scheme, id, %gateway, "the gateway is plain http on this machine: a simulator");
    } else {
        tracing::info!(target: "alipay", scheme, id, %gateway, "ready");
    }
}

/// With the number of failures and the pause when it opens.
#[cfg(all(feature = "breaker", feature = "tracing"))]
pub(crate) fn circuit(state: &'static str, opened: Option<(u32, Duration)>) {
    match opened {
        Some((failures, pause)) => {
            let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(target: "alipay::gateway", state, failures, pause_ms);
        }
        None => tracing::info!(target: "alipay::gateway", state),
    }
}

#[cfg(feature = "tracing")]
pub(crate) fn changed(change: Change, desk: &Alipay) {
    let change = match change {
        Change::Added => "added",
        Change::Removed => "removed",
        Change::Replaced => "replaced",
    };
    tracing::info!(
        target: "alipay::desks",
        change,
        merchant = desk.merchant().id(),
        notify_path = desk.endpoints().notify_path(),
        return_path = desk.endpoints().return_path(),
    );
}

#[cfg(not(feature = "tracing"))]
pub(crate) const fn called(
    _service: &str,
    _error: Option<&CallError>,
    _trace_id: Option<&str>,
    _time: Duration,
) {
}

#[cfg(feature = "tracing")]
pub(crate) fn called(service: &str, error: Option<&CallError>, trace_id: Option<&str>, time: Duration) {
    let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    match error {
        None => tracing::info!(target: "alipay::call", service, outcome = "ok", trace_id, ms),
        Some(error) => tracing::warn!(
            target: "alipay::call",
            service,
            outcome = error.code(),
            code = error.alipay_code(),
            outcome_unknown = error.is_outcome_unknown(),
            trace_id,
            ms,
        ),
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) const fn record(_hit: &Hit<'_>) {}

#[cfg(feature = "tracing")]
pub(crate) fn record(hit: &Hit<'_>) {
    use crate::{
        protocol::{Channel, ConfirmedBy, KeyMatch},
        store::Receipt,
    };

    let unclear = unclear_status(hit);
    macro_rules! hit {
        ($level:ident, $target:literal) => {
            tracing::event!(
                target: $target,
                tracing::Level::$level,
                merchant = hit.merchant(),
                outcome = hit.outcome(),
                out_trade_no = hit.out_trade_no().map(tracing::field::display),
                trade_no = hit.receipt().and_then(Receipt::payment).map(|payment| tracing::field::display(payment.trade_no())),
                confirmed_by = hit.confirmed_by().map(ConfirmedBy::as_str),
                key = hit.key().map(KeyMatch::as_str),
                reason = hit.reason().or_else(|| unclear.map(str::to_owned)),
                bytes = hit.raw().len(),
            )
        };
    }
    let alarming = matches!(hit.receipt(), Some(Receipt::PaidTwice { .. }));
    let genuine = hit.is_refused() && hit.out_trade_no().is_some();
    let notable = genuine || unclear.is_some() || hit.confirmed_by() == Some(ConfirmedBy::Nobody);
    match hit.channel() {
        Channel::Notify if alarming => hit!(ERROR, "alipay::notify"),
        Channel::Notify if notable => hit!(WARN, "alipay::notify"),
        Channel::Notify => hit!(INFO, "alipay::notify"),
        Channel::Query if alarming => hit!(ERROR, "alipay::query"),
        Channel::Query if hit.is_refused() || unclear.is_some() => hit!(WARN, "alipay::query"),
        Channel::Query => hit!(INFO, "alipay::query"),
        Channel::Return if genuine => hit!(WARN, "alipay::return"),
        Channel::Return => hit!(INFO, "alipay::return"),
    }
}

/// Why the status of an observed trade needs a person.
#[cfg(feature = "tracing")]
fn unclear_status(hit: &Hit<'_>) -> Option<&'static str> {
    use crate::{protocol::TradeStatus, store::Receipt};

    let Some(Receipt::Observed(event)) = hit.receipt() else { return None };
    let status = event.notice()?.trade_status();
    status.is_alarming().then_some(match status {
        TradeStatus::TradePending => "the buyer has paid, and the seller's account cannot receive the money",
        _ => "the trade has a status that this version does not know",
    })
}

#[cfg(all(feature = "reconcile", not(feature = "tracing")))]
pub(crate) const fn swept(_report: &Report) {}

#[cfg(all(feature = "reconcile", feature = "tracing"))]
pub(crate) fn swept(report: &Report) {
    if report.is_leased() {
        let findings: Vec<_> =
            report.findings().map(|(finding, count)| format!("{}={count}", finding.as_str())).collect();
        tracing::debug!(target: "alipay::reconcile", orders = report.orders(), findings = findings.join(" "));
    }
}

#[cfg(all(feature = "reconcile", not(feature = "tracing")))]
pub(crate) const fn sweep_failed(_error: &StoreError) {}

#[cfg(all(feature = "reconcile", feature = "tracing"))]
pub(crate) fn sweep_failed(error: &StoreError) {
    tracing::warn!(target: "alipay::reconcile", reason = %error);
}

#[cfg(all(feature = "reconcile", not(feature = "tracing")))]
pub(crate) const fn looked(_out_trade_no: &OutTradeNo, _finding: Finding) {}

#[cfg(all(feature = "reconcile", feature = "tracing"))]
pub(crate) fn looked(out_trade_no: &OutTradeNo, finding: Finding) {
    macro_rules! looked {
        ($level:ident) => {
            tracing::event!(
                target: "alipay::reconcile",
                tracing::Level::$level,
                %out_trade_no,
                finding = finding.as_str(),
            )
        };
    }
    match finding {
        Finding::Denied | Finding::PaidTwice => looked!(ERROR),
        Finding::Panicked | Finding::Refused | Finding::StoreFailed | Finding::Unanswered => looked!(WARN),
        Finding::Open | Finding::Skipped => {}
        _ => looked!(INFO),
    }
}
