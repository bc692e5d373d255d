//! Settlements that wait at the same time, brought to the connection's thread in one go: a trip there costs more than a
//! settlement.

use std::sync::{Arc, LazyLock};

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Executor, SqliteConnection, query_with, sqlite::SqliteArguments};

use super::{
    operation::Waiting,
    settle::{ARGUMENTS, Outcome, SETTLE, Settle},
};

/// So many share a string at most.
const MOST: usize = 16;

/// [`SETTLE`] once, twice, four times and so on: every string is prepared and kept, so there are few.
static STRINGS: LazyLock<Vec<Arc<str>>> =
    LazyLock::new(|| (0..=MOST.ilog2()).map(|power| repeated(1 << power).into()).collect());

/// Runs them in their order, and keeps what each came to.
pub(super) async fn settle(
    connection: &mut SqliteConnection,
    mut settlements: &mut [Waiting<Settle, Outcome>],
) -> Result<(), sqlx::Error> {
    while !settlements.is_empty() {
        let count = 1 << settlements.len().min(MOST).ilog2();
        let (now, later) = settlements.split_at_mut(count);
        settlements = later;
        let operations: Vec<_> = now.iter().map(Waiting::operation).collect();
        let moved = moved(connection, &operations).await?;
        for (waiting, moved) in now.iter_mut().zip(moved) {
            let outcome = waiting.operation().conclude(connection, moved).await?;
            waiting.keep(outcome);
        }
    }
    Ok(())
}

/// Whether each moved its order. There is a string for 1, 2, 4, 8 and 16 of them.
async fn moved(connection: &mut SqliteConnection, settlements: &[&Settle]) -> Result<Vec<bool>, sqlx::Error> {
    let power = settlements.len().max(1).ilog2() as usize;
    let sql = STRINGS.get(power).filter(|_| settlements.len().is_power_of_two());
    let sql = sql.ok_or_else(|| sqlx::Error::Protocol(format!("no string for {}", settlements.len())))?;
    let mut arguments = SqliteArguments::default();
    for settlement in settlements {
        settlement.add_to(&mut arguments).map_err(sqlx::Error::Encode)?;
    }
    // Only numbers were written into it.
    let query = query_with(AssertSqlSafe(Arc::clone(sql)), arguments);
    let statements = connection
        .fetch_many(query)
        .try_filter_map(async |done| Ok(done.left().map(|done| done.rows_affected() > 0)));
    let statements: Vec<_> = statements.try_collect().await?;
    let each = statements.len() / settlements.len().max(1);
    Ok(statements.chunks(each.max(1)).map(|own| own.first() == Some(&true)).collect())
}

/// [`SETTLE`] so many times, each with arguments of its own.
fn repeated(times: usize) -> String {
    let words: Vec<_> = SETTLE.split_whitespace().collect();
    let once = words.join(" ");
    let copies = (0..times).map(|copy| {
        let mut parts = once.split('$');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (number, rest) = part.split_at(1);
            let number = number.parse().map_or(0, |number: usize| copy * ARGUMENTS + number);
            text.push_str(&format!("${number}{rest}"));
        }
        text
    });
    copies.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_copy_has_arguments_of_its_own() {
        let twice = repeated(2);
        let (first, second) = twice.split_at(repeated(1).len());
        assert_eq!(first, repeated(1));
        for number in 1..=ARGUMENTS {
            assert!(first.contains(&format!("${number}")), "{number}: {first}");
            assert!(second.contains(&format!("${}", ARGUMENTS + number)), "{number}: {second}");
        }
        assert!(!first.contains(&format!("${}", ARGUMENTS + 1)), "{first}");
    }
}
