//! The seller ships, and the buyer has the goods.

use std::{sync::Arc, time::Duration};

use crate::{
    goods::Parcel,
    ladder::notify,
    shared::{Shared, compressed, now},
    trade::Trade,
    trades::TradeError,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The seller ships. What goes by post counts as received after the days that the request named.
pub(crate) fn ship(shared: &Arc<Shared>, trade_no: &str, parcel: Parcel) -> Result<Trade, TradeError> {
    let by_post = parcel.transport == "POST";
    let trade = shared.trades.ship(trade_no, parcel, now())?;
    notify(shared, &trade, Duration::ZERO);
    let days = trade.purchase.goods.as_ref().and_then(|goods| goods.received_after);
    if let (Some(days), true) = (days, by_post) {
        let wait = compressed(DAY * u32::try_from(days).unwrap_or(u32::MAX), shared.settings.deadline_speed);
        let (own, trade_no) = (Arc::clone(shared), trade.trade_no().to_owned());
        shared.spawn(async move {
            tokio::time::sleep(wait).await;
            if confirm(&own, &trade_no).is_ok() {
                tracing::info!(trade_no, "counts as received");
            }
        });
    }
    Ok(trade)
}

/// The buyer confirms the receipt, and the seller gets the money.
pub(crate) fn confirm(shared: &Arc<Shared>, trade_no: &str) -> Result<Trade, TradeError> {
    let trade = shared.trades.confirm(trade_no, now())?;
    notify(shared, &trade, Duration::ZERO);
    Ok(trade)
}
