//! `batch_trans_notify`: what became of a batch of payouts.

use std::sync::Arc;

use super::{BatchNo, MAX_RECORDS, Message, ParseError, TransferRecord, batch_no};
use crate::protocol::{ConfirmedBy, message::message};

/// What became of a batch of payouts (`batch_trans_notify`).
///
/// Payouts are found by their serial in the shop's own record of the batch.
///
/// ```
/// use alipay_tower::{Merchant, protocol::{Channel, Md5Key, Notification, PartnerId, TradeEvent}};
///
/// # let merchant = Merchant::md5(
/// #     PartnerId::new("2088000000000001")?,
/// #     Md5Key::new("abcdefghijklmnopqrstuvwxyz012345")?,
/// # );
/// let body = "notify_time=2024-01-04+12%3A00%3A05&notify_type=batch_trans_notify\
///     &notify_id=666666667777777788888888999999990j&batch_no=20240104000001&pay_user_id=2088000000000001\
///     &pay_user_name=%E7%A4%BA%E4%BE%8B%E5%85%AC%E5%8F%B8&pay_account_no=20880000000000010156\
///     &success_details=1001%5Epayee1%40example.com%5E%E5%BC%A0%E4%B8%89%5E1.00%5ES%5E%5E20240104000000001%5E20240104120001%7C\
///     &fail_details=1002%5Epayee2%40example.com%5E%E6%9D%8E%E5%9B%9B%5E2.00%5EF%5EACCOUN_NAME_NOT_MATCH%5E20240104000000002\
///     %5E20240104120002%7C&sign=1306196f6192d86cb07414bac5c338e5&sign_type=MD5";
/// let signed = Notification::parse(Channel::Notify, body.as_bytes())?.authenticate(&merchant)?;
/// let confirmation = signed.check(&merchant)?.read(b"true")?;
/// let TradeEvent::BatchTransfer(batch) = signed.confirm(&confirmation)?.into_event()? else { panic!("no batch") };
/// assert_eq!(batch.paid_fen(), 100);
/// let failed: Vec<&str> = batch.failed().map(|payout| &*payout.serial).collect();
/// assert_eq!(failed, ["1002"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct BatchTransfer {
    message: Arc<Message>,
    batch_no: BatchNo,
    records: Vec<TransferRecord>,
    by: ConfirmedBy,
}

message!(BatchTransfer);

impl BatchTransfer {
    pub(in crate::protocol) fn read(message: &Arc<Message>, by: ConfirmedBy) -> Result<Self, ParseError> {
        let details = |name| {
            let text = message.get(name).unwrap_or_default();
            TransferRecord::parse_all(text).map_err(|_| ParseError::BadValue(name))
        };
        let mut records = details("success_details")?;
        records.extend(details("fail_details")?);
        if records.len() > MAX_RECORDS {
            return Err(ParseError::BadValue("fail_details"));
        }
        Ok(Self { batch_no: batch_no(message)?, records, message: Arc::clone(message), by })
    }

    /// The shop's number of the batch.
    #[must_use]
    pub const fn batch_no(&self) -> &BatchNo {
        &self.batch_no
    }

    /// All payouts, those of `success_details` first. The flag of each says what became of it.
    #[must_use]
    pub fn records(&self) -> &[TransferRecord] {
        &self.records
    }

    /// The payouts that succeeded.
    pub fn succeeded(&self) -> impl Iterator<Item = &TransferRecord> {
        self.records.iter().filter(|record| record.is_success())
    }

    /// The payouts that did not succeed.
    pub fn failed(&self) -> impl Iterator<Item = &TransferRecord> {
        self.records.iter().filter(|record| !record.is_success())
    }

    /// What was paid in all, in fen: a thousand payouts may be more than one amount can be.
    #[must_use]
    pub fn paid_fen(&self) -> u64 {
        self.succeeded().map(|record| record.amount.fen()).fold(0, u64::saturating_add)
    }

    /// `pay_user_id`: the paying account.
    #[must_use]
    pub fn pay_user_id(&self) -> Option<&str> {
        self.field("pay_user_id")
    }

    /// `pay_account_no`: the paying account's number, 20 digits.
    #[must_use]
    pub fn pay_account_no(&self) -> Option<&str> {
        self.field("pay_account_no")
    }

    /// `pay_user_name`: the paying account's holder.
    #[must_use]
    pub fn pay_user_name(&self) -> Option<&str> {
        self.field("pay_user_name")
    }

    /// Whose word says that it is really the gateway's.
    #[must_use]
    pub const fn confirmed_by(&self) -> ConfirmedBy {
        self.by
    }
}
