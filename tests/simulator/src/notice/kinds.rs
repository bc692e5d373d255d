//! The messages that are not about one domestic trade, and the ways to say the same in a return.

use alipay_tower::{Money, protocol::Channel};

use super::{Notice, now};

impl Notice {
    /// The result of a refund batch (`batch_refund_notify`): how many of its items succeeded, and
    /// `trade_no^amount^SUCCESS` (or a code) for each, joined by `#`.
    pub fn batch_refund(batch_no: &str, success_num: usize, result_details: &str) -> Self {
        let success_num = success_num.to_string();
        let pairs = [
            ("notify_type", "batch_refund_notify"),
            ("batch_no", batch_no),
            ("success_num", &success_num),
            ("result_details", result_details),
        ];
        Self::bare(Channel::Notify, pairs).with("notify_id", &id_of(batch_no, "0m"))
    }

    /// The result of a payout batch (`batch_trans_notify`): records that end in `|`, empty for none.
    pub fn batch_transfer(
        batch_no: &str,
        pay_user_id: &str,
        success_details: &str,
        fail_details: &str,
    ) -> Self {
        let account = format!("{pay_user_id}0156");
        let pairs = [
            ("notify_type", "batch_trans_notify"),
            ("batch_no", batch_no),
            ("pay_user_id", pay_user_id),
            ("pay_user_name", "示例公司"),
            ("pay_account_no", &account),
            ("success_details", success_details),
            ("fail_details", fail_details),
        ];
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        Self::bare(Channel::Notify, pairs).with("notify_id", &id_of(batch_no, "0j"))
    }

    /// A cross-border payment: `TRADE_FINISHED` in a currency, without any seller.
    pub fn forex_paid(out_trade_no: &str, total_fee: Money, currency: &str) -> Self {
        let domestic = Self::finished(out_trade_no, total_fee);
        let total = total_fee.to_string();
        let pairs = [
            ("notify_type", "trade_status_sync"),
            ("trade_no", domestic.field("trade_no").unwrap_or_default()),
            ("total_fee", &total),
            ("out_trade_no", out_trade_no),
            ("currency", currency),
            ("trade_status", "TRADE_FINISHED"),
        ];
        Self::bare(Channel::Notify, pairs).with("notify_id", &id_of(out_trade_no, "1c"))
    }

    /// Exactly these fields, `notify_time`, and a signature.
    pub(crate) fn bare<'a>(channel: Channel, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let fields = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { channel, fields, sellers: false }.with("notify_time", &now())
    }

    /// As a return of this service; one of an escrow trade repeats the times and the parcel too.
    pub(crate) fn into_return_of(mut self, exterface: &str, escrow: bool) -> Self {
        let only_in_notices = [
            "discount",
            "gmt_create",
            "gmt_payment",
            "gmt_close",
            "quantity",
            "is_total_fee_adjust",
            "price",
            "use_coupon",
        ];
        self.fields.retain(|(name, _)| escrow || !only_in_notices.contains(&name.as_str()));
        self.channel = Channel::Return;
        let id = self.field("notify_id").map(|id| format!("RqPn%2F{id}%2B"));
        self.with("is_success", "T").with("exterface", exterface).with("notify_id", &id.unwrap_or_default())
    }

    /// Cross-border returns have the trade alone: no `is_success`, no id, no time (Alipay, *create_forex_trade*).
    pub(crate) fn into_forex_return(mut self) -> Self {
        let kept = ["out_trade_no", "total_fee", "trade_status", "trade_no", "currency"];
        self.fields.retain(|(name, _)| kept.contains(&name.as_str()));
        self.channel = Channel::Return;
        self
    }
}

/// One id for one batch, so that repeated notices of it are one notice.
fn id_of(number: &str, suffix: &str) -> String {
    let digits: u64 = number.bytes().fold(11, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    format!("{digits:016x}{:016x}{suffix}", digits.rotate_left(23))
}
