//! A batch of refunds: its single refunds, their grammar and limits.

use std::{collections::HashSet, fmt};

use crate::protocol::{Merchant, Money, RequestError, Timestamp, TradeNo, request::Parameters};

use super::BatchNo;

/// The most refunds or payouts in one batch.
pub(super) const MAX_DETAILS: usize = 1000;

/// One refund of a batch (`detail_data`): all or a part of what a trade brought in.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefundDetail {
    /// Alipay's number of the trade, not the shop's.
    pub trade_no: TradeNo,
    /// What goes back.
    pub amount: Money,
    /// Why; fewer than 256 bytes, without `^`, `|`, `$`, `#`, `&`.
    pub reason: String,
    fee: Option<FeeRefund>,
    royalties: Vec<RoyaltyRefund>,
    sub_trade: Option<(Money, String)>,
}

impl RefundDetail {
    /// A refund to the buyer.
    #[must_use]
    pub fn new(trade_no: TradeNo, amount: Money, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { trade_no, amount, reason, fee: None, royalties: Vec::new(), sub_trade: None }
    }

    /// Also takes back the fee that Alipay charged (`$`). Only without a password.
    #[must_use]
    pub fn with_fee(self, fee: FeeRefund) -> Self {
        Self { fee: Some(fee), ..self }
    }

    /// Also takes back one receiver's share (`|`). Only without a password.
    #[must_use]
    pub fn with_royalty(mut self, royalty: RoyaltyRefund) -> Self {
        self.royalties.push(royalty);
        self
    }

    /// Also refunds the sub-trade (`$$`). Only without a password.
    #[must_use]
    pub fn with_sub_trade(self, amount: Money, reason: impl Into<String>) -> Self {
        Self { sub_trade: Some((amount, reason.into())), ..self }
    }

    const fn is_plain(&self) -> bool {
        self.fee.is_none() && self.royalties.is_empty() && self.sub_trade.is_none()
    }

    fn check(&self, merchant: &Merchant) -> Result<(), RequestError> {
        let shares = self.royalties.iter().map(|share| (share.amount, &share.reason));
        let fee = self.fee.iter().map(|fee| (fee.amount, &fee.reason));
        let sub_trade = self.sub_trade.iter().map(|(amount, reason)| (*amount, reason));
        for (amount, reason) in
            [(self.amount, &self.reason)].into_iter().chain(fee).chain(shares).chain(sub_trade)
        {
            positive(amount)?;
            column(reason)?;
            let bytes = merchant.charset().encode(reason).map_err(|error| broken(error.to_string()))?;
            if bytes.len() >= 256 {
                return Err(broken("a reason must have fewer than 256 bytes"));
            }
        }
        for share in &self.royalties {
            for account in [&share.out_account, &share.out_id, &share.in_account, &share.in_id] {
                column(account)?;
            }
        }
        self.fee.iter().try_for_each(|fee| column(&fee.account).and_then(|()| column(&fee.user_id)))
    }
}

impl fmt::Display for RefundDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}^{}^{}", self.trade_no, self.amount, self.reason)?;
        if let Some(FeeRefund { account, user_id, amount, reason }) = &self.fee {
            write!(f, "${account}^{user_id}^{amount}^{reason}")?;
        }
        for RoyaltyRefund { out_account, out_id, in_account, in_id, amount, reason } in &self.royalties {
            write!(f, "|{out_account}^{out_id}^{in_account}^{in_id}^{amount}^{reason}")?;
        }
        match &self.sub_trade {
            Some((amount, reason)) => write!(f, "$${amount}^{reason}"),
            None => Ok(()),
        }
    }
}

/// Without the texts, which may be personal data.
impl fmt::Debug for RefundDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefundDetail")
            .field("trade_no", &self.trade_no)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

/// The fee of a trade that is taken back together with a refund.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeeRefund {
    /// The login of the account that was charged.
    pub account: String,
    /// The account, 16 digits beginning with 2088.
    pub user_id: String,
    /// What goes back.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

impl FeeRefund {
    /// A fee of this account.
    #[must_use]
    pub fn new(
        account: impl Into<String>,
        user_id: impl Into<String>,
        amount: Money,
        reason: impl Into<String>,
    ) -> Self {
        Self { account: account.into(), user_id: user_id.into(), amount, reason: reason.into() }
    }
}

/// Without the account, which is personal data.
impl fmt::Debug for FeeRefund {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeeRefund").field("amount", &self.amount).finish_non_exhaustive()
    }
}

/// One receiver's share that is taken back together with a refund.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoyaltyRefund {
    /// The login of the account that gives its share back.
    pub out_account: String,
    /// That account, 16 digits beginning with 2088.
    pub out_id: String,
    /// The login of the account that had paid the share.
    pub in_account: String,
    /// That account, 16 digits beginning with 2088.
    pub in_id: String,
    /// What goes back.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

impl RoyaltyRefund {
    /// A share, from the account (login and number) that received it to the one that had paid it.
    #[must_use]
    pub fn new<T: Into<String>>(out: (T, T), into: (T, T), amount: Money, reason: impl Into<String>) -> Self {
        let (out_account, out_id) = (out.0.into(), out.1.into());
        let (in_account, in_id) = (into.0.into(), into.1.into());
        Self { out_account, out_id, in_account, in_id, amount, reason: reason.into() }
    }
}

/// Without the accounts, which are personal data.
impl fmt::Debug for RoyaltyRefund {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoyaltyRefund").field("amount", &self.amount).finish_non_exhaustive()
    }
}

/// The number of a batch and its refunds, checked and written down when the time is known.
#[derive(Clone)]
pub(super) struct Refunds {
    batch_no: BatchNo,
    details: Vec<RefundDetail>,
}

impl Refunds {
    pub(super) fn new(batch_no: BatchNo, details: impl IntoIterator<Item = RefundDetail>) -> Self {
        Self { batch_no, details: details.into_iter().collect() }
    }

    pub(super) fn all_plain(&self) -> bool {
        self.details.iter().all(RefundDetail::is_plain)
    }

    /// Checks the batch and adds `refund_date`, `batch_no`, `batch_num` and `detail_data`.
    pub(super) fn add_to(
        &self,
        parameters: Parameters,
        merchant: &Merchant,
        at: Timestamp,
    ) -> Result<Parameters, RequestError> {
        match self.batch_no.serial_on(at) {
            Some("000") => return Err(RequestError::new("batch_no", "the serial must not be 000")),
            Some(_) => {}
            None => return Err(RequestError::new("batch_no", "must begin with today's date in Beijing")),
        }
        if !(1..=MAX_DETAILS).contains(&self.details.len()) {
            return Err(RequestError::new("batch_num", "must be 1 to 1000 refunds"));
        }
        let mut trades = HashSet::new();
        for detail in &self.details {
            detail.check(merchant)?;
            if !trades.insert(&detail.trade_no) {
                return Err(broken("the same trade must not stand twice in a batch"));
            }
        }
        Ok(parameters
            .with("refund_date", at)
            .with("batch_no", &self.batch_no)
            .with("batch_num", self.details.len())
            .with("detail_data", crate::protocol::request::joined(&self.details, "#")))
    }
}

pub(super) fn broken(problem: impl Into<Box<str>>) -> RequestError {
    RequestError::new("detail_data", problem)
}

fn positive(amount: Money) -> Result<(), RequestError> {
    if amount.fen() > 0 { Ok(()) } else { Err(broken("an amount must be at least 0.01")) }
}

/// A text that stands in one column.
pub(super) fn column(text: &str) -> Result<(), RequestError> {
    if text.contains(['^', '|', '$', '#', '&']) || text.contains(char::is_control) {
        return Err(broken("the characters ^ | $ # & and line breaks are not allowed inside a text"));
    }
    Ok(())
}
