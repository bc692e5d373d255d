//! `alipay.open.app.alipaycert.download`: a certificate by its number.

use alipay_tower::Merchant;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value};

use super::{
    answer::{Answer, Document},
    call::Call,
    content::node,
    failure::Failure,
};
use crate::{mischief::CertificateLie, shared::Shared};

/// The certificate, or what mischief has in its place.
pub(super) fn answer(call: &Call, shared: &Shared) -> Document {
    let lie = shared.board.for_download();
    let forged = lie.filter(|lie| *lie == CertificateLie::Foreign).and_then(|_| forged(call));
    let answer = match (forged, lie) {
        (Some((pem, forger)), _) => Answer::of(call, Ok(content(&pem))).signed_by(forger),
        (None, Some(CertificateLie::Other)) => Answer::of(call, another(call)),
        (None, _) => Answer::of(call, genuine(call)),
    };
    answer.lying(None, shared)
}

fn content(pem: &str) -> Map<String, Value> {
    node([("alipay_cert_content", BASE64_STANDARD.encode(pem))])
}

fn unknown() -> Failure {
    Failure::invalid("isv.alipay-cert-not-exist", "alipay_cert_sn: no certificate of this number")
}

fn genuine(call: &Call) -> Result<Map<String, Value>, Failure> {
    let sn = call.required("alipay_cert_sn", 128)?;
    let pem = call.account.certificate(&sn).ok_or_else(unknown)?;
    Ok(content(&pem))
}

fn forged(call: &Call) -> Option<(String, Merchant)> {
    call.account.forged_certificate(&call.text("alipay_cert_sn")?)?.ok()
}

/// Another certificate of the same key: genuine, and not the one that was asked for.
fn another(call: &Call) -> Result<Map<String, Value>, Failure> {
    let other = call.account.certificates().and_then(|files| files.renewed().ok());
    Ok(content(other.ok_or_else(unknown)?.alipay()))
}
