//! What can go wrong with the books.

use std::{error::Error, fmt, sync::Arc};

use alipay_tower::{protocol::OutTradeNo, store::StoreError};

/// The store could not do what it was asked, and what to do about it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SqlStoreError {
    /// The payment's amount is not the order's.
    AmountDiffers(OutTradeNo),
    /// The store was closed, or the runtime that it was opened on is gone.
    Closed,
    /// The database refused, or could not be reached.
    Database(DatabaseError),
    /// There is an order of this number already.
    DuplicateOrder(OutTradeNo),
    /// The outbox has no message of this id.
    NoSuchMessage(i64),
    /// There is no order of this number.
    NoSuchOrder(OutTradeNo),
    /// The order is not paid by this trade, so there is nothing to refund.
    NotPaid(OutTradeNo),
    /// The order is closed and takes no payment.
    OrderClosed(OutTradeNo),
    /// More writes wait than the store holds; the work was not done and can be asked for again.
    Overloaded,
    /// The database URL is of no use; the text says why.
    Url(Box<str>),
}

impl fmt::Display for SqlStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AmountDiffers(id) => write!(f, "the payment's amount is not that of order {id}"),
            Self::Closed => f.write_str("the store is closed; open it again with SqlStore::connect"),
            Self::Database(error) => error.fmt(f),
            Self::DuplicateOrder(id) => write!(f, "order {id} exists; take a number that was never used"),
            Self::NoSuchMessage(id) => write!(f, "the outbox has no message {id}"),
            Self::NoSuchOrder(id) => {
                write!(f, "there is no order {id}; record it before the buyer is sent to pay")
            }
            Self::NotPaid(id) => {
                write!(f, "order {id} is not paid by that trade: there is nothing to refund")
            }
            Self::OrderClosed(id) => write!(f, "order {id} is closed and takes no payment"),
            Self::Overloaded => f.write_str("too many writes are waiting for the database; try again later"),
            Self::Url(reason) => write!(f, "the database URL cannot be used: {reason}"),
        }
    }
}

impl Error for SqlStoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Database(error) => error.source(),
            _ => None,
        }
    }
}

impl From<SqlStoreError> for StoreError {
    fn from(error: SqlStoreError) -> Self {
        Self::new(error)
    }
}

impl From<sqlx::Error> for SqlStoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(DatabaseError(Arc::new(error)))
    }
}

/// The database's own words. Cheap to clone, because every write of a failed group gets it.
#[derive(Clone, Debug)]
pub struct DatabaseError(Arc<sqlx::Error>);

impl DatabaseError {
    /// The database's code of the error, when it has one: for SQLite the number of its extended result code.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        Some(self.0.as_database_error()?.code()?.into_owned())
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database failed: {}", self.0)
    }
}

impl Error for DatabaseError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}
