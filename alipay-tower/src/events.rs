//! Events for `tracing`: stable names, no secrets, no personal data.

use crate::{protocol::Merchant, store::Hit};

#[cfg(not(feature = "tracing"))]
pub(crate) const fn start(_merchant: &Merchant) {}

/// Says at start when the gateway is not Alipay's, target `alipay`.
#[cfg(feature = "tracing")]
pub(crate) fn start(merchant: &Merchant) {
    let (scheme, id, gateway) = (merchant.scheme().as_str(), merchant.id(), merchant.gateway());
    if gateway.is_plain_http() {
        tracing::warn!(target: "alipay", scheme, id, %gateway, "the gateway is plain http on this machine: a simulator");
    } else {
        tracing::info!(target: "alipay", scheme, id, %gateway, "ready");
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) const fn record(_hit: &Hit<'_>) {}

/// One event for each hit, target `alipay::notify`, `alipay::query` or `alipay::return`. A refusal is a warning when the message is really
/// Alipay's; what strangers send is told at level `info`, so that they cannot fill a log that listens for warnings.
#[cfg(feature = "tracing")]
pub(crate) fn record(hit: &Hit<'_>) {
    use crate::{
        protocol::{Channel, KeyMatch},
        store::Receipt,
    };

    macro_rules! hit {
        ($level:ident, $target:literal) => {
            tracing::event!(
                target: $target,
                tracing::Level::$level,
                outcome = hit.outcome(),
                out_trade_no = hit.out_trade_no().map(tracing::field::display),
                trade_no = hit.receipt().and_then(Receipt::payment).map(|payment| tracing::field::display(payment.trade_no())),
                key = hit.key().map(KeyMatch::as_str),
                reason = hit.reason(),
                bytes = hit.raw().len(),
            )
        };
    }
    let alarming = matches!(hit.receipt(), Some(Receipt::PaidTwice { .. }));
    match hit.channel() {
        Channel::Notify if alarming => hit!(ERROR, "alipay::notify"),
        Channel::Notify if hit.is_refused() && hit.out_trade_no().is_some() => hit!(WARN, "alipay::notify"),
        Channel::Notify => hit!(INFO, "alipay::notify"),
        Channel::Query if alarming => hit!(ERROR, "alipay::query"),
        Channel::Query if hit.is_refused() => hit!(WARN, "alipay::query"),
        Channel::Query => hit!(INFO, "alipay::query"),
        Channel::Return if hit.is_refused() && hit.out_trade_no().is_some() => hit!(WARN, "alipay::return"),
        Channel::Return => hit!(INFO, "alipay::return"),
    }
}
