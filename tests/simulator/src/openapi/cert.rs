//! `alipay.open.app.alipaycert.download`: a certificate by its number.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value};

use super::{call::Call, content::node, failure::Failure};

pub(super) fn answer(call: &Call) -> Result<Map<String, Value>, Failure> {
    let sn = call.required("alipay_cert_sn", 128)?;
    let files = call.account.certificates();
    let files = files.filter(|files| files.alipay_sn().is_ok_and(|own| own == sn));
    let unknown =
        || Failure::invalid("isv.alipay-cert-not-exist", "alipay_cert_sn: no certificate of this number");
    let content = BASE64_STANDARD.encode(files.ok_or_else(unknown)?.alipay());
    Ok(node([("alipay_cert_content", content)]))
}
