//! `notify_verify`: did you send this? Answered `true`, `false` or `invalid` (Alipay, *notify_verify*).

use alipay_tower::protocol::{Fields, PartnerId};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;

use crate::{
    delivery::{self, cut},
    mischief::{Lie, Mischief},
    outage,
    shared::{Shared, now},
    wire::Thread,
};

/// Who asks about what. Parameters are read one by one, because the answer to wrong ones is a word and no error page.
#[derive(Debug)]
pub(super) struct Question {
    partner: String,
    notify_id: String,
}

impl Question {
    /// The question, when it is one.
    pub(super) fn read(query: &[u8], body: Option<&[u8]>) -> Option<Self> {
        let asked = |fields: &Fields| fields.get("service") == Some(b"notify_verify");
        let fields = [Some(query), body].into_iter().flatten().filter_map(|raw| Fields::parse(raw).ok());
        let fields = fields.into_iter().find(asked)?;
        let text = |name| String::from_utf8_lossy(fields.get(name).unwrap_or_default()).into_owned();
        Some(Self { partner: text("partner"), notify_id: text("notify_id") })
    }

    pub(super) async fn answer(self, shared: &Shared, thread: &Thread) -> Response {
        let mischief = shared.board.for_question();
        let truth = self.truth(shared);
        let answer = mischief.as_ref().map_or(truth, Mischief::name);
        tracing::info!(answer, "notify_verify");
        shared.questions.write(delivery::Question {
            at: now(),
            partner: cut(&self.partner, 64),
            notify_id: cut(&self.notify_id, 200),
            answer,
        });
        match mischief {
            Some(Mischief::Lie(Lie::False)) => plain("false"),
            Some(Mischief::Lie(Lie::Garbage)) => plain("<html><body>nottrue</body></html>\ntrue"),
            Some(Mischief::Lie(Lie::True)) => plain("true"),
            Some(Mischief::Outage(outage)) => outage::act(outage, thread, shared).await,
            _ => plain(truth),
        }
    }

    fn truth(&self, shared: &Shared) -> &'static str {
        match PartnerId::new(&self.partner) {
            Ok(partner) if !self.notify_id.is_empty() => {
                if shared.issued.stands_by(&partner, &self.notify_id) { "true" } else { "false" }
            }
            _ => "invalid",
        }
    }
}

fn plain(word: &'static str) -> Response {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], word).into_response()
}
