//! The buyer pays.

use std::{sync::Arc, time::Duration};

use tokio::sync::oneshot;

use super::return_address;
use crate::{
    goods::Consignee,
    ladder::notify,
    mischief::Arrival,
    shared::{Shared, now},
    trade::{Mode, Trade},
    trades::{Address, Payment, TradeError},
};

/// What the buyer chose at the cashier.
#[derive(Clone, Debug)]
pub(crate) struct Order<'a> {
    /// `balance`, or the code of a bank.
    pub(crate) channel: &'a str,
    /// Into escrow, where he has the choice.
    pub(crate) held: bool,
    /// Which of the carriers.
    pub(crate) carrier: usize,
    /// Where to, when it is not the request's own address.
    pub(crate) consignee: Option<Consignee>,
}

impl<'a> Order<'a> {
    /// Paid by this, and all else as it stands.
    pub(crate) const fn by(channel: &'a str) -> Self {
        Self { channel, held: false, carrier: 0, consignee: None }
    }
}

/// Pays. Returns where the buyer's browser goes, if the shop said so.
pub(crate) async fn pay(
    shared: &Arc<Shared>,
    trade_no: &str,
    order: Order<'_>,
) -> Result<(Trade, Option<String>), TradeError> {
    let found = shared.trades.by_number(trade_no).ok_or(TradeError::Unknown)?;
    let mode = match found.mode {
        Mode::Open if order.held => Mode::Escrow,
        Mode::Open => Mode::Instant,
        mode => mode,
    };
    if mode == Mode::Escrow {
        let named = || found.purchase.goods.as_ref().and_then(|goods| goods.consignee.clone());
        let consignee = order.consignee.or_else(named).unwrap_or_default();
        let address = Address { carrier: order.carrier, consignee };
        let addressed = shared.trades.address(trade_no, address, now())?;
        // The same status again, now with the address (Alipay, *create_partner_trade_by_buyer*, notifications).
        answered(shared, notify(shared, &addressed, Duration::ZERO)).await;
    }
    let is_final = found.product().is_forex() || !shared.settings.refundable;
    let payment = Payment { channel: order.channel, mode, is_final };
    let trade = shared.trades.pay(trade_no, payment, now())?;
    tracing::info!(out_trade_no = trade.out_trade_no(), trade_no, order.channel, "trade paid");
    let arrival = shared.board.arrival();
    let wait = if arrival == Arrival::ReturnFirst { shared.settings.return_lead } else { Duration::ZERO };
    let first = notify(shared, &trade, wait);
    if arrival == Arrival::NotifyFirst {
        answered(shared, first).await;
    }
    let address = return_address(shared, &trade);
    Ok((trade, address))
}

async fn answered(shared: &Shared, first: Option<oneshot::Receiver<()>>) {
    if let Some(first) = first {
        let _ = tokio::time::timeout(shared.settings.delivery_timeout, first).await;
    }
}
