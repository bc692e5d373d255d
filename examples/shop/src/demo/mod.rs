//! The demonstration: a buyer who buys by himself over HTTP, and an auditor who looks into the books afterwards.

mod audit;
mod browser;
mod page;
mod purchase;

use std::{fmt, path::PathBuf};

use alipay_sqlx_store::SqlStoreError;
use alipay_tower::Money;

use crate::{say::say, shop::Shop};

/// What is demonstrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Story {
    /// One article is bought and paid.
    Purchase,
}

impl Story {
    pub(crate) const ALL: [Self; 1] = [Self::Purchase];

    /// The word after `--demo`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
        }
    }
}

/// What a demonstration has proved.
#[derive(Debug)]
pub(crate) struct Verdict {
    out_trade_no: String,
    amount: Money,
    receipt: PathBuf,
}

/// The last line of a demonstration; scripts depend on it.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "demo: order {} paid {} CNY, settled once, receipt {}",
            self.out_trade_no,
            self.amount,
            self.receipt.display()
        )
    }
}

/// What went otherwise than it should.
#[derive(Debug)]
pub(crate) struct DemoError(String);

impl DemoError {
    fn new(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

impl fmt::Display for DemoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the demonstration failed: {}", self.0)
    }
}

impl std::error::Error for DemoError {}

impl From<SqlStoreError> for DemoError {
    fn from(error: SqlStoreError) -> Self {
        Self::new(error.to_string())
    }
}

/// Plays a story, and stops the shop when it is over.
pub(crate) async fn run(shop: Shop, story: Story) -> Result<Verdict, DemoError> {
    let play = async {
        match story {
            Story::Purchase => {
                let bought = purchase::buy(&shop).await?;
                audit::inspect(&shop, &bought).await
            }
        }
    };
    let verdict = tokio::select! {
        verdict = play => verdict,
        () = shop.clone().stopped() => Err(DemoError::new("it was interrupted")),
    };
    shop.stop();
    verdict
}

fn step(text: impl fmt::Display) {
    say(format_args!("demo: {text}"));
}
