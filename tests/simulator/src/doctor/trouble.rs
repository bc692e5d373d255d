//! Why no answer came.

use std::{error::Error, io};

use super::{Defect, visit::Trouble};

/// The reason of a failed request; its text names causes, never the message.
pub(super) fn of(error: &reqwest::Error) -> Trouble {
    let mut causes: Vec<&(dyn Error + 'static)> = Vec::new();
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(cause) = next {
        causes.push(cause);
        next = cause.source();
    }
    let texts: Vec<String> = causes.iter().map(|cause| cause.to_string()).collect();
    let kind = causes.iter().find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    let detail = texts.last().cloned().unwrap_or_else(|| error.to_string());
    Trouble { defect: classify(error, &texts.join("; "), kind), detail }
}

fn classify(error: &reqwest::Error, text: &str, kind: Option<io::ErrorKind>) -> Defect {
    let has = |part: &str| text.contains(part);
    if error.is_timeout() {
        Defect::NoAnswerInTime
    } else if has("peer certificate") {
        certificate(text)
    } else if has("dns error") {
        Defect::DnsFailed
    } else if kind == Some(io::ErrorKind::ConnectionRefused) {
        Defect::ConnectionRefused
    } else if has("corrupt message") || has("HandshakeFailure") || has("ProtocolVersion") || has("tls") {
        Defect::TlsFailed
    } else if error.is_body() || error.is_decode() {
        Defect::AnswerCutOff
    } else {
        Defect::ConnectionReset
    }
}

fn certificate(text: &str) -> Defect {
    let has = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    if has(&["xpired", "NotValidYet", "not valid yet"]) {
        Defect::CertificateExpired
    } else if has(&["NotValidForName", "not valid for name"]) {
        Defect::CertificateName
    } else {
        Defect::CertificateChain
    }
}
