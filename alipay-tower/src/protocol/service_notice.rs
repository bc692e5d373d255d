//! Messages of services: life accounts, Koubei, the service market.

use std::sync::Arc;

use super::message::{Message, message};

/// A confirmed message of one of Alipay's services that say what they are by their own `method`, such as
/// `alipay.open.servicemarket.order.notify`, to the application's gateway.
///
/// Their signature covers `sign_type` too, unlike that of payments, so no message can be both: whatever this one says, it is
/// no payment of an order.
#[derive(Clone, Debug)]
pub struct ServiceNotice {
    message: Arc<Message>,
}

impl ServiceNotice {
    pub(super) const fn new(message: Arc<Message>) -> Self {
        Self { message }
    }

    /// `method`: what kind of message it is.
    #[must_use]
    pub fn method(&self) -> &str {
        self.field("method").unwrap_or_default()
    }

    /// `notify_id`: the number of the message, the same in every repetition; not every service gives one.
    #[must_use]
    pub fn notify_id(&self) -> Option<&str> {
        self.field("notify_id")
    }
}

message!(ServiceNotice);
