//! `batch_refund_notify`: what became of a batch of refunds.

use std::sync::Arc;

use super::{BatchNo, Message, ParseError, RefundItem, Unfreeze, batch_no};
use crate::protocol::{ConfirmedBy, message::message};

/// What became of a batch of refunds (`batch_refund_notify`).
///
/// It names trades, not orders: find each order by its `trade_no`, check that the batch is the shop's own, and compare the
/// amounts with those that were asked for (Alipay, *refund_fastpay_by_platform_pwd*, notification parameters). The records
/// decide; the count in the message does not say which refunds failed.
///
/// ```
/// use alipay_tower::{Merchant, protocol::{Channel, Md5Key, Notification, PartnerId, TradeEvent}};
///
/// # let merchant = Merchant::md5(
/// #     PartnerId::new("2088000000000001")?,
/// #     Md5Key::new("abcdefghijklmnopqrstuvwxyz012345")?,
/// # );
/// let body = "notify_time=2024-01-03+12%3A00%3A05&notify_type=batch_refund_notify\
///     &notify_id=444444445555555566666666777777770m&batch_no=20240103000001&success_num=1\
///     &result_details=2024010121001004010200000001%5E0.01%5ESUCCESS%24fee%40example.com%5E2088000000000003%5E0.00%5ESUCCESS\
///     &sign=f9cb839c816536c5bc33153799951de4&sign_type=MD5";
/// let signed = Notification::parse(Channel::Notify, body.as_bytes())?.authenticate(&merchant)?;
/// let confirmation = signed.check(&merchant)?.read(b"true")?;
/// let TradeEvent::BatchRefund(batch) = signed.confirm(&confirmation)?.into_event()? else { panic!("no batch") };
/// for refund in batch.items() {
///     match refund.result.error() {
///         None => println!("{}: {} went back", refund.trade_no, refund.amount),
///         Some(code) => println!("{}: {}", refund.trade_no, code.meaning().unwrap_or("an unknown reason")),
///     }
/// }
/// assert_eq!((batch.batch_no().as_str(), batch.refunded_fen()), ("20240103000001", 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct BatchRefund {
    message: Arc<Message>,
    batch_no: BatchNo,
    success_num: u32,
    items: Vec<RefundItem>,
    unfrozen: Vec<Unfreeze>,
    by: ConfirmedBy,
}

message!(BatchRefund);

impl BatchRefund {
    pub(in crate::protocol) fn read(message: &Arc<Message>, by: ConfirmedBy) -> Result<Self, ParseError> {
        let success_num = message.get("success_num").ok_or(ParseError::Missing("success_num"))?;
        // Both spellings were seen.
        let unfrozen = message.get("unfreezed_details").or_else(|| message.get("unfreezed_deta"));
        Ok(Self {
            batch_no: batch_no(message)?,
            success_num: success_num.parse().map_err(|_| ParseError::BadValue("success_num"))?,
            items: RefundItem::parse_all(message.get("result_details").unwrap_or_default())?,
            unfrozen: Unfreeze::parse_all(unfrozen.unwrap_or_default())?,
            message: Arc::clone(message),
            by,
        })
    }

    /// The shop's number of the batch.
    #[must_use]
    pub const fn batch_no(&self) -> &BatchNo {
        &self.batch_no
    }

    /// How many refunds succeeded, by the message's own count.
    #[must_use]
    pub const fn success_num(&self) -> u32 {
        self.success_num
    }

    /// The refunds, in the order of the message.
    #[must_use]
    pub fn items(&self) -> &[RefundItem] {
        &self.items
    }

    /// The refunds that succeeded.
    pub fn succeeded(&self) -> impl Iterator<Item = &RefundItem> {
        self.items.iter().filter(|item| item.result.is_success())
    }

    /// What went back to buyers in all, in fen: a thousand refunds may be more than one amount can be.
    #[must_use]
    pub fn refunded_fen(&self) -> u64 {
        self.succeeded().map(|item| item.amount.fen()).fold(0, u64::saturating_add)
    }

    /// Frozen money that was set free for the batch.
    #[must_use]
    pub fn unfrozen(&self) -> &[Unfreeze] {
        &self.unfrozen
    }

    /// Whose word says that it is really the gateway's.
    #[must_use]
    pub const fn confirmed_by(&self) -> ConfirmedBy {
        self.by
    }
}
