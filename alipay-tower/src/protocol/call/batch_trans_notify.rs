//! `batch_trans_notify`: a batch of payouts, confirmed with a password.

use std::{collections::HashSet, fmt};

use super::{
    BatchNo,
    refunds::{MAX_DETAILS, broken, column},
};
use crate::protocol::{
    Merchant, Money, RequestError, SignedRequest, Timestamp,
    request::{
        Parameters, fen_text, joined, joined_pairs,
        limits::{Form, Limits, Rule, width},
        operator_page, request, setters,
    },
};

request! {
    /// A batch of payouts to Alipay accounts, which an operator confirms with a password on Alipay's page
    /// (`batch_trans_notify`, 批量付款到支付宝账户有密接口).
    ///
    /// Record the batch before the operator's browser is sent away: the result comes only as a notification
    /// ([`BatchTransfer`](crate::protocol::BatchTransfer)), and a batch whose outcome is unknown must never be sent again
    /// under another number. It must be signed on the day of payment; leave five to ten minutes between two batches.
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{
    ///     BatchNo, BatchTransferRequest, Md5Key, PartnerId, Timestamp, TransferDetail,
    /// }};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let now: Timestamp = "2024-01-04 12:00:00".parse()?;
    /// let payouts = [
    ///     TransferDetail::new("1001", "payee1@example.com", "张三", "1.00".parse()?, "一月"),
    ///     TransferDetail::new("1002", "payee2@example.com", "李四", "2.00".parse()?, "一月"),
    /// ];
    /// let batch = BatchNo::of_day(now, "000001")?;
    /// let signed = BatchTransferRequest::new(batch, "示例公司", "payer@example.com", payouts)
    ///     .with_notify_url("https://pay.example.com/alipay/notify")
    ///     .sign(&merchant, now)?;
    /// assert_eq!(signed.field("batch_fee"), Some("3.00"));
    /// assert_eq!(signed.field("pay_date"), Some("20240104"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    BatchTransferRequest { transfers: Transfers }
}

#[derive(Clone)]
struct Transfers {
    details: Vec<TransferDetail>,
    /// A single payout is below so many fen.
    single: u64,
}

/// A single payout is below 500,000.00 yuan.
const SINGLE: u64 = 50_000_000;
/// Between verified companies it is below 2,000,000.00.
const SINGLE_BETWEEN_COMPANIES: u64 = 200_000_000;
/// A batch is below 10,000,000.00.
const BATCH: u64 = 1_000_000_000;

const RULES: &[Rule] = &[
    ("account_name", 128, Form::Text),
    ("buyer_account_name", 100, Form::Text),
    ("email", 100, Form::Text),
    ("extend_param", 200, Form::Text),
    ("notify_url", 190, Form::Callback),
];

const LIMITS: Limits = Limits { required: &["account_name", "email"], rules: &[RULES], together: |_| Ok(()) };

impl BatchTransferRequest {
    /// A batch of up to 1000 payouts, from the account with this login, whose holder has this name.
    pub fn new(
        batch_no: BatchNo,
        account_name: impl Into<String>,
        email: impl Into<String>,
        details: impl IntoIterator<Item = TransferDetail>,
    ) -> Self {
        let parameters = Parameters::of("batch_trans_notify")
            .with("batch_no", batch_no)
            .with("account_name", account_name.into())
            .with("email", email.into());
        let details = details.into_iter().collect();
        Self { parameters, transfers: Transfers { details, single: SINGLE } }
    }

    /// Payer and payees are verified companies, so that a single payout may be anything below 2,000,000.00 yuan.
    /// Default: below 500,000.00.
    pub fn with_verified_companies(mut self) -> Self {
        self.transfers.single = SINGLE_BETWEEN_COMPANIES;
        self
    }

    /// `extend_param`: names agreed with Alipay and their values, sent as `name^value|name^value`, up to 200 characters.
    pub fn with_extend_param<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.set("extend_param", joined_pairs(pairs))
    }

    /// Checks every limit and signs, with this day as `pay_date`.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit, does not fit the charset, or would let the
    /// signed text be read in two ways.
    pub fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        let sum = self.transfers.checked_sum()?;
        self.parameters
            .clone()
            .with("pay_date", at.date())
            .with("batch_num", self.transfers.details.len())
            .with("batch_fee", fen_text(sum))
            .with("detail_data", joined(&self.transfers.details, "|"))
            .sign(merchant, &LIMITS)
    }
}

setters! {
    BatchTransferRequest:
    [notify_url]
    [text with_buyer_account_name "buyer_account_name"
        "the payer's account by alias, in place of the login, up to 100 characters."]
}

operator_page!(BatchTransferRequest, transfers);

impl Transfers {
    /// The batch's total in fen, when every payout and the whole are within their limits.
    fn checked_sum(&self) -> Result<u64, RequestError> {
        if !(1..=MAX_DETAILS).contains(&self.details.len()) {
            return Err(RequestError::new("batch_num", "must be 1 to 1000 payouts"));
        }
        let (mut serials, mut sum) = (HashSet::new(), 0_u64);
        for detail in &self.details {
            detail.check(self.single)?;
            if !serials.insert(&detail.serial) {
                return Err(broken("a serial must not stand twice in a batch"));
            }
            sum = sum.saturating_add(detail.amount.fen());
        }
        if sum >= BATCH {
            return Err(RequestError::new("batch_fee", "must be less than 10000000.00"));
        }
        Ok(sum)
    }
}

/// One payout of a batch (`detail_data`).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransferDetail {
    /// The shop's number of the payout: up to 22 digits, unique in the batch.
    pub serial: String,
    /// The payee's login, e-mail or mobile number.
    pub account: String,
    /// The payee's name as Alipay has verified it; another name fails the payout.
    pub name: String,
    /// What is paid.
    pub amount: Money,
    /// What it is for, up to 50 Chinese characters, or 100 others.
    pub memo: String,
}

impl TransferDetail {
    /// A payout to one account.
    #[must_use]
    pub fn new(
        serial: impl Into<String>,
        account: impl Into<String>,
        name: impl Into<String>,
        amount: Money,
        memo: impl Into<String>,
    ) -> Self {
        let (serial, account, name) = (serial.into(), account.into(), name.into());
        Self { serial, account, name, amount, memo: memo.into() }
    }

    fn check(&self, single: u64) -> Result<(), RequestError> {
        for text in [&self.account, &self.name, &self.memo] {
            column(text)?;
        }
        let digits = self.serial.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !(1..=22).contains(&self.serial.len()) {
            return Err(broken("a serial must be 1 to 22 digits"));
        }
        if self.account.is_empty() || self.name.is_empty() {
            return Err(broken("a payee needs an account and a name"));
        }
        if width(&self.memo) > 100 {
            return Err(broken("a memo must not be longer than 100 (a Chinese character counts 2)"));
        }
        if !(1..single).contains(&self.amount.fen()) {
            return Err(broken(format!("a payout must be at least 0.01 and less than {}", fen_text(single))));
        }
        Ok(())
    }
}

impl fmt::Display for TransferDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}^{}^{}^{}^{}", self.serial, self.account, self.name, self.amount, self.memo)
    }
}

/// Without the payee, who is a person.
impl fmt::Debug for TransferDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferDetail")
            .field("serial", &self.serial)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}
