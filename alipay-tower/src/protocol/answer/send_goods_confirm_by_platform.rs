//! The answer of `send_goods_confirm_by_platform`.

use super::{
    AnswerError, Call,
    read::{Response, accepted, done, response, speaks_of},
};
use crate::protocol::{
    Merchant, OutTradeNo, RequestError, SendGoods, SignedRequest, Timestamp, TradeNo, TradeStatus,
};

/// Alipay knows that the goods are on their way.
#[derive(Clone, Debug)]
pub struct SendGoodsAnswer {
    response: Response,
}

response!(SendGoodsAnswer);

impl SendGoodsAnswer {
    /// The shop's order number, when the answer describes the trade.
    #[must_use]
    pub fn out_trade_no(&self) -> Option<OutTradeNo> {
        self.field("out_trade_no").and_then(|text| OutTradeNo::new(text).ok())
    }

    /// Alipay's trade number, when the answer describes the trade.
    #[must_use]
    pub fn trade_no(&self) -> Option<TradeNo> {
        self.response.trade_no()
    }

    /// How the trade stands now, when the answer says it.
    #[must_use]
    pub fn trade_status(&self) -> Option<TradeStatus> {
        self.field("trade_status").map(TradeStatus::from)
    }
}

impl Call for SendGoods {
    type Answer = SendGoodsAnswer;

    fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        self.sign(merchant, at)
    }

    fn read(&self, answer: &[u8], merchant: &Merchant) -> Result<SendGoodsAnswer, AnswerError> {
        let answer = SendGoodsAnswer { response: Response::of(done(accepted(answer, merchant)?)?) };
        speaks_of(answer.field("trade_no"), self.field("trade_no"))?;
        Ok(answer)
    }
}
