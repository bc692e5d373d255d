//! The demonstration: a buyer who buys by himself over HTTP, and an auditor who looks into the books afterwards.

mod audit;
mod browser;
mod escrow;
mod lost;
mod operator;
mod page;
mod purchase;
mod refund;

use std::{fmt, path::PathBuf};

use alipay_sqlx_store::SqlStoreError;
use alipay_tower::{Money, protocol::Scheme};

use crate::{say::say, shop::Shop};

/// What is demonstrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Story {
    /// Alipay holds the money until the goods have arrived; the shop ships, the buyer confirms.
    Escrow,
    /// Every notification is lost, and the order is settled all the same.
    Lost,
    /// One article is bought through the OpenAPI generation.
    Openapi,
    /// One article is bought and paid.
    Purchase,
    /// One article is bought, and the money goes back in two parts.
    Refund,
}

impl Story {
    pub(crate) const ALL: [Self; 5] = [Self::Escrow, Self::Lost, Self::Openapi, Self::Purchase, Self::Refund];

    /// The word after `--demo`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Escrow => "escrow",
            Self::Lost => "lost",
            Self::Openapi => "openapi",
            Self::Purchase => "purchase",
            Self::Refund => "refund",
        }
    }

    /// The generation of the gateway in which it plays; the configured one when it plays in both.
    pub(crate) const fn scheme(self) -> Option<Scheme> {
        match self {
            Self::Escrow => Some(Scheme::Mapi),
            Self::Openapi => Some(Scheme::OpenApi),
            Self::Lost | Self::Purchase | Self::Refund => None,
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
            Story::Escrow => escrow::play(&shop).await,
            Story::Lost => lost::play(&shop).await,
            Story::Openapi | Story::Purchase => {
                let bought = purchase::buy(&shop, &purchase::SAMPLE).await?;
                audit::inspect(&shop, &bought).await
            }
            Story::Refund => refund::play(&shop).await,
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
