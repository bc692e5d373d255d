//! A behaviour as the HTTP interface and the dashboard's form spell it.

use std::time::Duration;

use serde::Deserialize;

use super::{AnswerTrick, Behaviour, CertificateLie, Lie, Mischief, Outage, QueryLie};
use crate::settings::MAX_COPIES;

/// The longest field name or value that can be tampered in.
const MAX_TEXT: usize = 1000;
/// The longest delay.
const MAX_MILLIS: u64 = 600_000;

/// A [`Behaviour`] in words: what `POST /simulator/mischief` takes, and what a command line can be read into.
///
/// ```
/// use alipay_simulator::{Mischief, Wish};
///
/// let wish: Wish = serde_json::from_str(r#"{"mischief": "duplicate", "copies": 3, "times": 1}"#)?;
/// assert_eq!(wish.behaviour(), Ok(Mischief::Duplicate(3).once()));
/// assert!(Wish::named("explode").behaviour().is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Wish {
    /// A [`Mischief::name`].
    pub mischief: String,
    /// How many times; absent or 0: until reset.
    pub times: u32,
    /// For `duplicate`. Default: 2.
    pub copies: Option<u32>,
    /// For `delay` and `slow_body`. Default: 2000.
    pub millis: Option<u64>,
    /// For `tamper`. Default: `total_fee`.
    pub field: Option<String>,
    /// For `tamper`. Default: `0.01`.
    pub value: Option<String>,
}

impl Wish {
    /// The wish for a mischief by its name, with defaults, until reset.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { mischief: name.to_owned(), ..Self::default() }
    }

    /// What it says.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with it.
    pub fn behaviour(&self) -> Result<Behaviour, String> {
        let mischief = self.read()?;
        Ok(Behaviour { mischief, left: (self.times > 0).then_some(self.times) })
    }

    fn read(&self) -> Result<Mischief, String> {
        let time = || match self.millis.unwrap_or(2000) {
            millis @ 0..=MAX_MILLIS => Ok(Duration::from_millis(millis)),
            _ => Err(format!("millis: at most {MAX_MILLIS}")),
        };
        let text = |own: &Option<String>, default: &str| match own.as_deref() {
            None | Some("") => Ok(default.to_owned()),
            Some(text) if text.len() <= MAX_TEXT => Ok(text.to_owned()),
            Some(_) => Err(format!("field and value: at most {MAX_TEXT} bytes")),
        };
        Ok(match self.mischief.as_str() {
            "certificate_foreign" => Mischief::Certificate(CertificateLie::Foreign),
            "certificate_other" => Mischief::Certificate(CertificateLie::Other),
            "cross_merchant" => Mischief::CrossMerchant,
            "cut_connection" => Mischief::CutConnection,
            "delay" => Mischief::Delay(time()?),
            "drop" => Mischief::Drop,
            "duplicate" => match self.copies.unwrap_or(2) {
                copies @ 1..=MAX_COPIES => Mischief::Duplicate(copies),
                _ => return Err(format!("copies: 1 to {MAX_COPIES}")),
            },
            "forge" => Mischief::Forge,
            "lie_false" => Mischief::Lie(Lie::False),
            "lie_garbage" => Mischief::Lie(Lie::Garbage),
            "lie_true" => Mischief::Lie(Lie::True),
            "lost_answer" => Mischief::LostAnswer,
            "outage_hang" => Mischief::Outage(Outage::Hang),
            "outage_refused" => Mischief::Outage(Outage::Refused),
            "outage_unavailable" => Mischief::Outage(Outage::Unavailable),
            "query_amount" => Mischief::QueryLie(QueryLie::Amount),
            "query_outage_hang" => Mischief::QueryOutage(Outage::Hang),
            "query_outage_refused" => Mischief::QueryOutage(Outage::Refused),
            "query_outage_unavailable" => Mischief::QueryOutage(Outage::Unavailable),
            "query_tampered" => Mischief::QueryLie(QueryLie::Tampered),
            "query_unsigned" => Mischief::QueryLie(QueryLie::Unsigned),
            "reorder" => Mischief::Reorder,
            "second_node" => Mischief::Answer(AnswerTrick::SecondNode),
            "sign_first" => Mischief::Answer(AnswerTrick::SignFirst),
            "slow_body" => Mischief::SlowBody(time()?),
            "tamper" => {
                Mischief::Tamper { field: text(&self.field, "total_fee")?, value: text(&self.value, "0.01")? }
            }
            "unknown_order" => Mischief::UnknownOrder,
            "wrong_amount" => Mischief::WrongAmount,
            _ => return Err(format!("mischief: one of {}", NAMES.map(|(name, _)| name).join(", "))),
        })
    }
}

/// All names, with what the dashboard says about each.
pub(crate) const NAMES: [(&str, &str); 28] = [
    ("drop", "丢失 · lost on the way"),
    ("delay", "延迟 · late (ms)"),
    ("duplicate", "重复 · several copies at once"),
    ("reorder", "乱序 · overtaken by the next"),
    ("tamper", "篡改 · a field changed after signing"),
    ("forge", "伪造 · signed with another key"),
    ("cross_merchant", "串商户 · another merchant's notice"),
    ("wrong_amount", "金额不符 · one fen more"),
    ("unknown_order", "未知订单 · an order nobody placed"),
    ("cut_connection", "断线 · connection cut after the request"),
    ("slow_body", "慢速 · the body trickles (ms)"),
    ("outage_refused", "notify_verify 拒绝连接 · refused"),
    ("outage_unavailable", "notify_verify 503 · unavailable"),
    ("outage_hang", "notify_verify 无响应 · hangs"),
    ("lie_true", "notify_verify 总是 true · lies true"),
    ("lie_false", "notify_verify 总是 false · lies false"),
    ("lie_garbage", "notify_verify 乱码 · garbage"),
    ("query_amount", "查询金额不符 · queries name one fen more"),
    ("query_tampered", "查询被篡改 · queries changed after signing"),
    ("query_unsigned", "查询无签名 · queries without signature"),
    ("query_outage_refused", "查询拒绝连接 · queries refused"),
    ("query_outage_unavailable", "查询 503 · queries unavailable"),
    ("sign_first", "应答先写签名 · answers begin with the signature (OpenAPI)"),
    ("second_node", "应答重复节点 · answers with a second, forged node (OpenAPI)"),
    ("certificate_foreign", "证书被冒充 · downloads bring another chain's certificate (OpenAPI)"),
    ("certificate_other", "证书号不符 · downloads bring another certificate (OpenAPI)"),
    ("lost_answer", "退款应答丢失 · the answer to a refund is lost"),
    ("query_outage_hang", "查询无响应 · queries hang"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_understood_and_bounds_are_kept() {
        for (name, _) in NAMES {
            assert_eq!(Wish::named(name).behaviour().unwrap().mischief().name(), name);
        }
        let wish = |text: &str| serde_json::from_str::<Wish>(text).unwrap().behaviour();
        assert!(wish(r#"{"mischief": "duplicate", "copies": 501}"#).is_err());
        assert!(wish(r#"{"mischief": "delay", "millis": 99999999}"#).is_err());
        assert_eq!(wish(r#"{"mischief": "drop", "times": 2}"#).unwrap().left(), Some(2));
        assert!(serde_json::from_str::<Wish>(r#"{"mischeif": "drop"}"#).is_err());
    }
}
