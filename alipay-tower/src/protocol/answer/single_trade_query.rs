//! The answer of `single_trade_query`.

use super::{
    AnswerError, Call, QueriedTrade,
    read::{done, unrefused},
};
use crate::protocol::{
    ConfirmedNotification, KeyMatch, Merchant, ParseError, RequestError, SignedRequest, SingleTradeQuery,
    Timestamp, XmlTrust,
};

/// What the gateway says about a trade.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TradeQueryAnswer {
    /// There is no such trade: the buyer has not reached the cashier. It does not mean that there will never be one.
    NoTrade,
    /// The trade as it stands.
    Trade(QueriedTrade),
}

impl TradeQueryAnswer {
    /// The trade, when there is one.
    #[must_use]
    pub const fn trade(&self) -> Option<&QueriedTrade> {
        match self {
            Self::NoTrade => None,
            Self::Trade(trade) => Some(trade),
        }
    }

    /// The trade as a confirmed message, which walks on as a notification does.
    #[must_use]
    pub fn into_confirmed(self) -> Option<ConfirmedNotification> {
        match self {
            Self::NoTrade => None,
            Self::Trade(trade) => Some(trade.into_confirmed()),
        }
    }
}

/// Money moves on this answer, so it must be signed, unless the merchant's configuration
/// [says otherwise](Merchant::with_dangerous_xml_trust).
impl Call for SingleTradeQuery {
    type Answer = TradeQueryAnswer;

    fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        self.sign(merchant, at)
    }

    fn read(&self, answer: &[u8], merchant: &Merchant) -> Result<TradeQueryAnswer, AnswerError> {
        let answer = match unrefused(answer) {
            Err(AnswerError::Refused(code)) if code == "TRADE_NOT_EXIST" => {
                return Ok(TradeQueryAnswer::NoTrade);
            }
            answer => done(answer?)?,
        };
        let key = match merchant.xml_trust() {
            XmlTrust::TlsOnly => KeyMatch::Unsigned,
            XmlTrust::Signed if answer.is_signed() => answer.verify(merchant)?,
            XmlTrust::Signed => return Err(AnswerError::Unsigned),
        };
        let fields = answer.into_fields().ok_or(ParseError::Missing("trade"))?;
        merchant.addressed(&fields)?;
        let trade = QueriedTrade::read(fields, key)?;
        // Alipay looks at the order number only when no trade number was sent.
        match self.field("trade_no") {
            Some(number) => trade.answers(None, Some(number))?,
            None => trade.answers(self.field("out_trade_no"), None)?,
        }
        Ok(TradeQueryAnswer::Trade(trade))
    }
}
