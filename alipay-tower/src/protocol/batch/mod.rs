//! Batch notifications: what became of many refunds or payouts at once.
//!
//! Their details are one text each, with a grammar of separators. Every grammar is read totally: a text is either a list of
//! typed records or an error, what is extra in a record is kept as it came, and no list has more than [`MAX_RECORDS`]
//! records.

mod refund;
mod refund_item;
mod refund_part;
mod transfer;
mod transfer_record;
mod unfreeze;

pub use self::{
    refund::BatchRefund,
    refund_item::{RefundItem, RefundResult},
    refund_part::RefundPart,
    transfer::BatchTransfer,
    transfer_record::{TransferFlag, TransferRecord},
    unfreeze::Unfreeze,
};
use super::{BatchNo, ParseError, message::Message};

/// The most records of a batch (Alipay, *refund_fastpay_by_platform_pwd* and *batch_trans_notify*, `batch_num`).
const MAX_RECORDS: usize = 1000;

/// Cuts a text into records, empty ones aside, and reads each.
fn records<T>(
    text: &str,
    separator: char,
    read: impl Fn(&str) -> Option<T>,
    name: &'static str,
) -> Result<Vec<T>, ParseError> {
    let mut records = Vec::new();
    for record in text.split(separator).filter(|record| !record.is_empty()) {
        if records.len() == MAX_RECORDS {
            return Err(ParseError::BadValue(name));
        }
        records.push(read(record).ok_or(ParseError::BadValue(name))?);
    }
    Ok(records)
}

/// `batch_no` of a message.
fn batch_no(message: &Message) -> Result<BatchNo, ParseError> {
    let text = message.get("batch_no").ok_or(ParseError::Missing("batch_no"))?;
    BatchNo::new(text).map_err(|_| ParseError::BadValue("batch_no"))
}

/// Columns behind those that are known, as they came.
fn extra<'a>(columns: impl Iterator<Item = &'a str>) -> Vec<Box<str>> {
    columns.map(Box::from).collect()
}

#[cfg(test)]
mod tests;
