//! One unit of work on a connection, and the caller who waits for it.

use alipay_tower::async_trait;
use sqlx::SqliteConnection;
use tokio::sync::oneshot;

use crate::error::SqlStoreError;

/// Statements that belong together, and what they came to.
///
/// An error asks for everything to be undone, and the operation may then be run again from its beginning; a refusal that
/// wrote nothing is an ordinary output.
pub(super) trait Operation: Send + Sync + 'static {
    type Output: Send + 'static;

    fn run(
        &self,
        connection: &mut SqliteConnection,
    ) -> impl Future<Output = Result<Self::Output, sqlx::Error>> + Send;
}

/// An operation whose caller waits until it is on disk.
#[async_trait]
pub(super) trait Job: Send {
    /// Runs the operation and keeps its output.
    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error>;

    /// Tells the caller, if it still waits.
    fn answer(self: Box<Self>, committed: Result<(), SqlStoreError>);
}

pub(super) struct Waiting<O, T> {
    operation: O,
    output: Option<T>,
    caller: Caller<T>,
}

/// Who waits for an output.
pub(super) type Caller<T> = oneshot::Sender<Result<T, SqlStoreError>>;

impl<O, T> Waiting<O, T> {
    pub(super) const fn new(operation: O, caller: Caller<T>) -> Self {
        Self { operation, output: None, caller }
    }

    pub(super) const fn operation(&self) -> &O {
        &self.operation
    }

    /// For an operation that ran together with others.
    pub(super) fn keep(&mut self, output: T) {
        self.output = Some(output);
    }

    pub(super) fn answer(self, committed: Result<(), SqlStoreError>) {
        let result = match (committed, self.output) {
            (Ok(()), Some(output)) => Ok(output),
            (Ok(()), None) => Err(SqlStoreError::Closed),
            (Err(error), _) => Err(error),
        };
        // A caller who went away learns the truth from the books.
        let _ = self.caller.send(result);
    }
}

#[async_trait]
impl<O: Operation> Job for Waiting<O, O::Output> {
    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        self.output = Some(self.operation.run(connection).await?);
        Ok(())
    }

    fn answer(self: Box<Self>, committed: Result<(), SqlStoreError>) {
        (*self).answer(committed);
    }
}
