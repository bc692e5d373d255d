//! From columns to the types they were written from. A row that somebody spoiled by hand is an error, never a guess.

use std::{error::Error, str::FromStr};

use alipay_tower::Money;
use sqlx::{Row, sqlite::SqliteRow};

pub(super) fn parsed<T>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    optional(row, column)?.ok_or_else(|| unreadable(column, "it is empty"))
}

pub(super) fn optional<T>(row: &SqliteRow, column: &str) -> Result<Option<T>, sqlx::Error>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|error| unreadable(column, error))).transpose()
}

pub(super) fn money(row: &SqliteRow, column: &str) -> Result<Money, sqlx::Error> {
    Money::from_fen(count(row, column)?).map_err(|error| unreadable(column, error))
}

pub(super) fn optional_money(row: &SqliteRow, column: &str) -> Result<Option<Money>, sqlx::Error> {
    let fen: Option<i64> = row.try_get(column)?;
    let money = fen.map(|fen| Money::from_fen(u64::try_from(fen).unwrap_or(u64::MAX))).transpose();
    money.map_err(|error| unreadable(column, error))
}

pub(super) fn count<T: TryFrom<i64>>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    let number: i64 = row.try_get(column)?;
    T::try_from(number).map_err(|_| unreadable(column, "the number is out of range"))
}

pub(super) fn unreadable(column: &str, source: impl Into<Box<dyn Error + Send + Sync>>) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: source.into() }
}
