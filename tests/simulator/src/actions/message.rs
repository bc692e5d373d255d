//! A message of the message service, which is about more than one trade's status.

use std::{sync::Arc, time::Duration};

use crate::{
    ladder::{Letter, send},
    notice::Notice,
    shared::Shared,
};

/// Sends it up the ladder, as Alipay sends subscribed messages to the address of the application.
pub(crate) fn send_message(
    shared: &Arc<Shared>,
    app_id: &str,
    url: &str,
    msg_method: &str,
    biz_content: &str,
) -> Result<(), &'static str> {
    let account = shared.account(app_id).filter(|account| !account.is_mapi());
    let account = account.ok_or("app_id: no application of this gateway")?;
    let letter = Letter {
        account: app_id.to_owned(),
        charset: account.shop.charset(),
        notify_url: url.to_owned(),
        notice: Notice::message(msg_method, biz_content),
        number: msg_method.to_owned(),
        trade_no: String::new(),
        status: String::new(),
    };
    let sent = send(shared, letter, Duration::ZERO);
    sent.map(drop).ok_or("notify_url: an address on this machine, such as http://127.0.0.1:8080/notify")
}
