//! Messages of the message service: subscribed events that are about more than one trade's status.

use std::sync::Arc;

use super::{
    ParseError, Timestamp,
    message::{Message, message},
};

/// A confirmed message of Alipay's message service (`msg_method`), such as
/// `alipay.trade.refund.depositback.completed` or `alipay.fund.trans.order.changed`.
///
/// What happened stands in its `biz_content`, JSON whose form depends on the method; it is encrypted when `encrypt_type` is
/// there.
#[derive(Clone, Debug)]
pub struct MessageNotice {
    message: Arc<Message>,
}

message!(MessageNotice);

impl MessageNotice {
    pub(super) fn read(message: Arc<Message>) -> Result<Self, ParseError> {
        for name in ["msg_method", "notify_id", "biz_content"] {
            message.get(name).ok_or(ParseError::Missing(name))?;
        }
        Ok(Self { message })
    }

    /// `msg_method`: what kind of message it is.
    #[must_use]
    pub fn msg_method(&self) -> &str {
        self.field("msg_method").unwrap_or_default()
    }

    /// `notify_id`: the number of the message, the same in every repetition.
    #[must_use]
    pub fn notify_id(&self) -> &str {
        self.field("notify_id").unwrap_or_default()
    }

    /// `utc_timestamp`, which a message has in milliseconds: when it was sent. The one moment of this protocol that is not
    /// written as Beijing time.
    #[must_use]
    pub fn sent_at(&self) -> Option<Timestamp> {
        let milliseconds: i64 = self.field("utc_timestamp")?.parse().ok()?;
        Some(Timestamp::from_unix_seconds(milliseconds.div_euclid(1000)))
    }

    /// `biz_content` as it came.
    #[must_use]
    pub fn biz_content(&self) -> &str {
        self.field("biz_content").unwrap_or_default()
    }
}
