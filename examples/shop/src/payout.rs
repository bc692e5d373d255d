//! Money that the shop pays to somebody: what the operator asks for, and the request that asks Alipay.

use std::fmt;

use alipay_sqlx_store::RefundBatch;
use alipay_tower::{
    Money,
    protocol::{BatchNo, BatchTransferRequest, TransferDetail},
};

use crate::forms::PayoutForm;

/// The account that pays, as Alipay knows it.
#[derive(Clone)]
pub(crate) struct Payer {
    pub(crate) email: String,
    pub(crate) account_name: String,
}

/// One payout, in a batch of its own.
#[derive(Clone)]
pub(crate) struct Payout {
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) amount: Money,
    pub(crate) memo: String,
}

impl Payout {
    /// The word for its batches in the books.
    pub(crate) const KIND: &'static str = "payout";

    /// What the form asks for; nothing when the amount is none.
    pub(crate) fn read(form: &PayoutForm) -> Option<Self> {
        let own = |text: &str| text.trim().to_owned();
        let amount = form.amount.trim().parse().ok()?;
        Some(Self { account: own(&form.account), name: own(&form.name), amount, memo: own(&form.memo) })
    }

    /// The payout that was recorded with a batch.
    pub(crate) fn of(batch: &RefundBatch) -> Option<Self> {
        let mut columns = batch.details().splitn(4, '^').map(str::to_owned);
        let (account, name, amount, memo) =
            (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
        (batch.kind() == Self::KIND).then_some(Self { account, name, amount: amount.parse().ok()?, memo })
    }

    /// The request under this number. The number is the payout's own too: it is of digits alone.
    pub(crate) fn request(&self, batch_no: &BatchNo, payer: &Payer) -> BatchTransferRequest {
        let Self { account, name, amount, memo } = self;
        let detail = TransferDetail::new(batch_no.as_str(), account, name, *amount, memo);
        BatchTransferRequest::new(batch_no.clone(), &payer.account_name, &payer.email, [detail])
    }
}

/// As it is recorded. A column with a `^` in it is never signed, and so never recorded.
impl fmt::Display for Payout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, name, amount, memo } = self;
        write!(f, "{account}^{name}^{amount}^{memo}")
    }
}
