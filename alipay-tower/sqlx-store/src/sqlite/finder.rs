//! Orders that are looked for at the same time, found in one read: a trip to a connection's thread costs more than a row.

use std::collections::HashMap;

use alipay_tower::{Order, protocol::OutTradeNo};
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::{
    connect::{Database, is_healthy_after},
    operation::{Caller, Operation},
    orders::{Find, order, select_orders},
    queue::unsent,
};
use crate::error::SqlStoreError;

/// So many places [`FIND_ALL`] has; a place that nobody fills is NULL, and finds nothing.
const MOST: usize = 32;

const FIND_ALL: &str = select_orders!(
    "WHERE o.out_trade_no IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
        ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32)"
);

/// The callers' end.
pub(super) struct Finder {
    asks: mpsc::Sender<Ask>,
}

enum Ask {
    Find(OutTradeNo, Caller<Option<Order>>),
    /// The last one.
    Stop(oneshot::Sender<()>),
}

impl Finder {
    pub(super) fn new(database: Database, capacity: usize) -> Self {
        let (asks, queue) = mpsc::channel(capacity);
        tokio::spawn(run(database, queue));
        Self { asks }
    }

    pub(super) async fn find(&self, id: &OutTradeNo) -> Result<Option<Order>, SqlStoreError> {
        let (caller, answer) = oneshot::channel();
        self.asks.try_send(Ask::Find(id.clone(), caller)).map_err(|error| unsent(&error))?;
        answer.await.unwrap_or(Err(SqlStoreError::Closed))
    }

    pub(super) async fn close(&self) {
        let (caller, stopped) = oneshot::channel();
        if self.asks.send(Ask::Stop(caller)).await.is_ok() {
            let _ = stopped.await;
        }
    }
}

async fn run(database: Database, mut queue: mpsc::Receiver<Ask>) {
    let mut connection = None;
    let mut waiting = Vec::with_capacity(MOST);
    let mut stoppers = Vec::new();
    let mut asks = Vec::with_capacity(MOST);
    while queue.recv_many(&mut asks, MOST).await > 0 {
        for ask in asks.drain(..) {
            match ask {
                Ask::Find(id, caller) => waiting.push((id, caller)),
                // Nothing more comes in; what is in the queue is still found.
                Ask::Stop(caller) => {
                    queue.close();
                    stoppers.push(caller);
                }
            }
        }
        answer(&database, &mut connection, &mut waiting).await;
    }
    if let Some(connection) = connection {
        let _ = connection.close().await;
    }
    for caller in stoppers {
        let _ = caller.send(());
    }
}

/// An error costs all who asked at once, and the connection if it is no longer good.
async fn answer(
    database: &Database,
    connection: &mut Option<SqliteConnection>,
    waiting: &mut Vec<(OutTradeNo, Caller<Option<Order>>)>,
) {
    let ids: Vec<_> = waiting.iter().map(|(id, _)| id).collect();
    let found = match look(database, connection, &ids).await {
        Ok(found) => Ok(found),
        Err(error) => {
            if !is_healthy_after(&error) {
                *connection = None;
            }
            Err(SqlStoreError::from(error))
        }
    };
    for (id, caller) in waiting.drain(..) {
        let order = found.as_ref().map(|found| found.get(&id).cloned()).map_err(SqlStoreError::clone);
        let _ = caller.send(order);
    }
}

async fn look(
    database: &Database,
    connection: &mut Option<SqliteConnection>,
    ids: &[&OutTradeNo],
) -> Result<HashMap<OutTradeNo, Order>, sqlx::Error> {
    let connection = match connection {
        Some(open) => open,
        None => connection.insert(database.reader().await?),
    };
    if let [id] = ids {
        let order = Find(OutTradeNo::clone(id)).run(connection).await?;
        return Ok(order.into_iter().map(|order| (order.out_trade_no().clone(), order)).collect());
    }
    let query = ids.iter().fold(sqlx::query(FIND_ALL), |query, id| query.bind(id.as_str()));
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| order(row).map(|order| (order.out_trade_no().clone(), order))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NewOrder, SqlStoreOptions, backend::Backend, sqlite::Sqlite};

    fn id(number: usize) -> OutTradeNo {
        OutTradeNo::new(&format!("T{number}")).unwrap()
    }

    #[tokio::test]
    async fn each_finds_its_own_of_any_number_that_look_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/shop.db", directory.path().display());
        let store = Sqlite::open(&url, &SqlStoreOptions::new()).await.unwrap();
        for number in 0..50 {
            store.create_order(NewOrder::new(id(number), "0.01".parse().unwrap(), "tea")).await.unwrap();
        }
        // Half of them unknown, and every one twice.
        let ids: Vec<_> = (0..200).map(|number| id(number % 100)).collect();
        let looks = ids.iter().map(|id| store.find(id));
        for (number, found) in futures_util::future::join_all(looks).await.into_iter().enumerate() {
            let found = found.unwrap().map(|order| order.out_trade_no().clone());
            assert_eq!(found, Some(id(number % 100)).filter(|_| number % 100 < 50));
        }
        store.close().await;
        assert!(matches!(store.find(&id(1)).await, Err(SqlStoreError::Closed)));
    }

    #[tokio::test]
    async fn an_error_reaches_all_who_asked_and_the_next_finds_again() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/shop.db", directory.path().display());
        let store = Sqlite::open(&url, &SqlStoreOptions::new()).await.unwrap();
        store.create_order(NewOrder::new(id(1), "0.01".parse().unwrap(), "tea")).await.unwrap();
        let (path, away) = (directory.path().join("shop.db"), directory.path().join("away.db"));
        std::fs::rename(&path, &away).unwrap();
        let (one, two) = (id(1), id(2));
        let (one, two) = tokio::join!(store.find(&one), store.find(&two));
        assert!(one.is_err() && two.is_err(), "books that are not there have no orders");
        std::fs::rename(&away, &path).unwrap();
        assert!(store.find(&id(1)).await.unwrap().is_some());
    }
}
