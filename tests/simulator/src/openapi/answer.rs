//! The JSON document: a node, and a signature over the very bytes of the node.

use alipay_tower::{Merchant, protocol::Charset};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::{call::Call, failure::Failure};
use crate::{
    mischief::{AnswerTrick, Mischief, QueryLie},
    money,
    shared::Shared,
};

/// An answer before it is written down.
#[derive(Debug)]
pub(super) struct Answer {
    name: String,
    node: Map<String, Value>,
    merchant: Merchant,
    charset: Charset,
    cert_sn: Option<String>,
    /// For an answer to an encrypted request.
    content_key: Option<alipay_tower::protocol::AesKey>,
}

/// A document in the charset of the request.
#[derive(Debug)]
pub(super) struct Document(Vec<u8>, Charset);

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        let label = format!("text/html;charset={}", self.1.label());
        ([(CONTENT_TYPE, label)], self.0).into_response()
    }
}

/// An answer before anybody is known: without a signature, as Alipay's early errors are.
pub(super) fn unsigned(method: &str, failure: &Failure) -> Response {
    tracing::info!(method, code = failure.code, sub_code = failure.sub_code, "request refused");
    let name = node_name(method);
    let node = Value::Object(failure.node());
    Document(format!("{{\"{name}\":{node}}}").into_bytes(), Charset::Utf8).into_response()
}

impl Answer {
    pub(super) fn of(call: &Call, result: Result<Map<String, Value>, Failure>) -> Self {
        let node = result.unwrap_or_else(|failure| {
            tracing::info!(method = call.method, sub_code = failure.sub_code, "request refused");
            failure.node()
        });
        let account = &call.account;
        Self {
            name: node_name(&call.method),
            node,
            merchant: account.alipay(),
            charset: call.charset,
            cert_sn: account.certificates().and_then(|files| files.alipay_sn().ok()),
            content_key: call.encrypted.then(|| account.content_key().cloned()).flatten(),
        }
    }

    /// The same as this merchant's side signs it.
    pub(super) fn signed_by(self, merchant: Merchant) -> Self {
        Self { merchant, ..self }
    }

    /// The document, as it is or as mischief has it.
    pub(super) fn lying(mut self, mischief: Option<&Mischief>, shared: &Shared) -> Document {
        let trick = shared.board.for_answer();
        if mischief == Some(&Mischief::QueryLie(QueryLie::Amount)) {
            tell_another_amount(&mut self.node);
        }
        let honest = self.value();
        let sign = self.merchant.sign_text(&self.bytes(&honest));
        let written = match mischief {
            Some(Mischief::QueryLie(QueryLie::Tampered)) => {
                tell_another_amount(&mut self.node);
                self.value()
            }
            _ => honest,
        };
        let unsigned = mischief == Some(&Mischief::QueryLie(QueryLie::Unsigned));
        let name = &self.name;
        let node = format!("\"{name}\":{written}");
        let mut members = vec![node];
        members.extend(self.cert_sn.as_ref().map(|sn| format!("\"alipay_cert_sn\":\"{sn}\"")));
        if !unsigned {
            members.push(format!("\"sign\":\"{sign}\""));
        }
        match trick {
            Some(AnswerTrick::SignFirst) => members.reverse(),
            Some(AnswerTrick::SecondNode) => members.push(format!("\"{name}\":{}", forged(&self.node))),
            None => {}
        }
        Document(self.bytes(&format!("{{{}}}", members.join(","))), self.charset)
    }

    /// The value of the node: an object, or its encryption as a text.
    fn value(&self) -> String {
        let text = Value::Object(self.node.clone()).to_string();
        match self.content_key.as_ref().map(|key| key.encrypt(self.bytes(&text))) {
            Some(Ok(encrypted)) => format!("\"{encrypted}\""),
            _ => text,
        }
    }

    /// All text came in the charset, so it fits; what does not becomes `?` rather than a broken document.
    fn bytes(&self, text: &str) -> Vec<u8> {
        let mut buffer = [0; 4];
        match self.charset.encode(text) {
            Ok(bytes) => bytes.into_owned(),
            Err(_) => text
                .chars()
                .flat_map(|c| match self.charset.encode(c.encode_utf8(&mut buffer)) {
                    Ok(bytes) => bytes.into_owned(),
                    Err(_) => vec![b'?'],
                })
                .collect(),
        }
    }
}

/// `alipay.trade.query` answers in `alipay_trade_query_response`.
fn node_name(method: &str) -> String {
    let known = method.starts_with("alipay.")
        && method.len() <= 128
        && method.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_');
    if known { format!("{}_response", method.replace('.', "_")) } else { "error_response".to_owned() }
}

fn tell_another_amount(node: &mut Map<String, Value>) {
    if let Some(Value::String(text)) = node.get_mut("total_amount")
        && let Ok(amount) = text.parse()
    {
        *text = money::another(amount).to_string();
    }
}

/// What a thief would like to have been answered.
fn forged(node: &Map<String, Value>) -> Value {
    let mut forged = node.clone();
    forged.insert("code".to_owned(), "10000".into());
    forged.insert("trade_status".to_owned(), "TRADE_SUCCESS".into());
    Value::Object(forged)
}
