//! What visitors send, by the names of the fields. Every field may be absent or nonsense; the pages say what is wrong.

use std::fmt;

use serde::Deserialize;

/// The form on an article's page: `POST /orders`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::exhaustive_structs, reason = "a form is its fields")]
pub struct OrderForm {
    /// The article's id.
    pub item: String,
    /// How many.
    pub quantity: String,
    /// The currency that is paid in, of those that the article has a price in; empty for the yuan.
    pub currency: String,
    /// Where the receipt goes; may be empty.
    pub email: String,
}

/// The query of the confirmation page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::exhaustive_structs, reason = "a form is its fields")]
pub struct PayOptions {
    /// The bank to go to directly, by Alipay's code; empty for the choice at the cashier.
    pub bank: String,
    /// The product of the classic gateway: `escrow`, `dual` or `wap`, of an order in a foreign currency `forex` or
    /// `forex_wap`; empty, and any other word, for what is offered unasked.
    pub product: String,
}

/// What the operator says with a move; and, as a query, what the last move came to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::exhaustive_structs, reason = "a form is its fields")]
pub struct MoveForm {
    /// How much is refunded; empty for all that is left.
    pub amount: String,
    /// Why.
    pub reason: String,
    /// Who carries the goods.
    pub carrier: String,
    /// The number of the waybill.
    pub waybill: String,
    /// What tells this press of a button from every other: the same word never refunds twice.
    pub press: String,
    /// The number of a refund.
    pub batch_no: String,
    /// What the last move came to, in one word.
    pub did: String,
}

/// The operator's form for a payout.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::exhaustive_structs, reason = "a form is its fields")]
pub struct PayoutForm {
    /// The payee's Alipay login.
    pub account: String,
    /// The payee's name as Alipay has verified it.
    pub name: String,
    /// How much.
    pub amount: String,
    /// What for.
    pub memo: String,
}

/// Without the payee, who is a person.
impl fmt::Debug for PayoutForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PayoutForm").field("amount", &self.amount).finish_non_exhaustive()
    }
}

/// The query of an order's page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::exhaustive_structs, reason = "a form is its fields")]
pub struct Waiting {
    /// How often the page has looked for the notification since the buyer came back; empty when nobody waits.
    pub wait: String,
}

/// The form of the operator's door.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::exhaustive_structs, reason = "a form is its fields")]
pub struct OperatorForm {
    /// The operator's token.
    pub token: String,
}

/// Without the token.
impl fmt::Debug for OperatorForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperatorForm").finish_non_exhaustive()
    }
}
