//! A notification held against the gateway's answer about its trade.

use super::{
    CheckError, ConfirmedBy, ConfirmedNotification, Money, Scheme, SignedNotification, TradeStatus,
    message::Message,
};

impl SignedNotification {
    /// Joins the message with the gateway's answer about its trade: the same trade and the same total; paid when the message
    /// says so, closed when the message says so, and never unpaid when the message tells of a refund.
    ///
    /// Of refunds an answer says less than a notification does: of a trade that was paid back in part, mostly nothing. What
    /// the answer neither says nor denies stands on the signature of the message alone, and what comes of it says so
    /// ([`ConfirmedBy::Signature`]).
    ///
    /// # Errors
    ///
    /// [`CheckError::OtherMessage`] when the answer is about something else, [`CheckError::Denied`] when it does not say what
    /// the message says.
    pub fn confirm_by(self, answer: &ConfirmedNotification) -> Result<ConfirmedNotification, CheckError> {
        let same = |name: &str| self.field(name).is_some() && self.field(name) == answer.field(name);
        if answer.confirmed_by() != ConfirmedBy::Query || !same("out_trade_no") || !same("trade_no") {
            return Err(CheckError::OtherMessage);
        }
        let total = self.message.scheme().amount_field();
        let (claim, fact) = (Claim::of(&self.message, total), Claim::of(answer.message(), total));
        let contradicted = claim.total != fact.total
            || (claim.paid && !fact.was_paid)
            || (claim.closed && !fact.closed)
            || (claim.refund && !fact.was_paid && !fact.closed);
        if contradicted {
            return Err(CheckError::Denied);
        }
        // A paid trade that is closed was paid back in full.
        let all_back = claim.closed && fact.was_paid;
        if !claim.refund || all_back || fact.refunded.is_some_and(|back| Some(back) >= claim.refunded) {
            return Ok(self.confirmed(ConfirmedBy::Query));
        }
        match self.message.scheme() {
            Scheme::OpenApi => Ok(self.confirmed(ConfirmedBy::Signature)),
            Scheme::Mapi => Err(CheckError::Denied),
        }
    }
}

/// What a message or an answer says of its trade.
struct Claim {
    total: Option<Money>,
    /// The status says that the money is there.
    paid: bool,
    /// It was there once, whatever became of it.
    was_paid: bool,
    closed: bool,
    refund: bool,
    refunded: Option<Money>,
}

impl Claim {
    fn of(message: &Message, total: &str) -> Self {
        let amount = |name| message.get(name).and_then(|text| text.parse::<Money>().ok());
        let status = message.get("trade_status").map(TradeStatus::from);
        let paid = status.as_ref().is_some_and(|status| status.is_paid() || status.is_held());
        // An amount of zero is no refund.
        let refunded = amount("refund_fee").filter(|amount| amount.fen() > 0);
        Self {
            total: amount(total),
            paid,
            was_paid: paid || ["gmt_payment", "send_pay_date"].iter().any(|name| message.get(name).is_some()),
            closed: status == Some(TradeStatus::TradeClosed),
            refund: refunded.is_some()
                || ["gmt_refund", "refund_status"].iter().any(|name| message.get(name).is_some()),
            refunded,
        }
    }
}
