//! `query_timestamp`: a key for one payment request. The one XML service that nobody signs for.

use crate::{access::Raw, refusal::Refusal, shared::Shared, xml};

pub(super) fn answer(raw: &Raw, shared: &Shared) -> Result<xml::Answer, Refusal> {
    let merchant = raw.account(shared)?.alipay();
    let lifetime = shared.settings.timestamp_key_lifetime;
    let key = shared.issued.anti_phishing_key(merchant.partner(), lifetime);
    let request = [("service", "query_timestamp"), ("partner", merchant.partner().as_str())];
    Ok(xml::signed(
        &merchant.clone().with_charset(raw.charset),
        request,
        "timestamp",
        &[("encrypt_key", key)],
    ))
}
