//! The stage on which a row is played: a shop with one order that waits, and the genuine messages about it.

use alipay_tower::{
    Merchant, RejectionKind,
    protocol::{OrderState, OutTradeNo},
};

use crate::{
    capture,
    shops::{Options, Running, Shop},
    wire::{Answer, Connection, Message, exchange},
};

pub(crate) struct Stage {
    pub(crate) shop: Running,
    pub(crate) order: OutTradeNo,
    /// The notification that the shop has not seen yet.
    pub(crate) genuine: Message,
    /// The query of the return.
    pub(crate) back: String,
    /// How many questions about good signatures the gateway may have been asked.
    pub(crate) questions: usize,
    /// How many orders were made for messages that are to be accepted.
    others: usize,
    /// What was seen, for the comparison of the frameworks.
    transcript: Vec<String>,
}

impl Stage {
    /// Plays a row, and then shows that the shop is none the worse for it.
    pub(crate) async fn play<S: Shop>(row: impl AsyncFnOnce(&mut Self)) -> Vec<String> {
        let shop = S::start(Options::default()).await;
        let order = shop.order("T20240101000001").await;
        let payment = capture::payment(&shop, &order).await;
        let (genuine, back) = (payment.notice, payment.back);
        let mut stage = Self { shop, order, genuine, back, questions: 0, others: 0, transcript: Vec::new() };
        row(&mut stage).await;
        stage.ends_well().await
    }

    /// Who signs messages to the shop.
    pub(crate) fn merchant(&self) -> &Merchant {
        self.shop.alipay()
    }

    pub(crate) fn is_classic(&self) -> bool {
        self.shop.is_classic()
    }

    /// The gateway may have been asked so often by now; in the OpenAPI generation nobody is asked about a notification,
    /// whose signature is Alipay's own.
    pub(crate) fn asks(&mut self, questions: usize) {
        self.questions = if self.is_classic() { questions } else { 0 };
    }

    /// The genuine body.
    pub(crate) fn body(&self) -> String {
        self.genuine.body(self.merchant())
    }

    /// The genuine body about one more order that waits.
    pub(crate) async fn another(&mut self) -> (OutTradeNo, String) {
        self.others += 1;
        let number = format!("T2024010100{:04}", 1000 + self.others);
        let order = self.shop.order(&number).await;
        let body = capture::notice(&self.shop, &order).await.body(self.merchant());
        (order, body)
    }

    /// Delivers a body as the gateway does.
    pub(crate) async fn notify(&mut self, body: impl AsRef<[u8]>) -> Answer {
        let answer = self.shop.notify(body).await;
        self.note(&answer);
        answer
    }

    /// Sends a whole request on a connection of its own.
    pub(crate) async fn send(&mut self, request: impl AsRef<[u8]>) -> Answer {
        let answer = exchange(self.shop.address, request).await;
        self.note(&answer);
        answer
    }

    pub(crate) async fn connect(&self) -> Connection {
        Connection::open(self.shop.address).await
    }

    /// Keeps an answer for the comparison.
    pub(crate) fn note(&mut self, answer: &Answer) {
        let neutral = answer
            .normalised()
            .replace(&self.shop.address.to_string(), "(the shop)")
            .replace(&self.shop.simulator.address().to_string(), "(the gateway)");
        self.transcript.push(neutral);
    }

    /// A body that must be refused with this kind of reason.
    pub(crate) async fn refuses(&mut self, body: impl AsRef<[u8]>, kind: RejectionKind, reason: &str) {
        let answer = self.notify(body).await;
        self.was_refused(&answer, kind, reason).await;
    }

    /// That the answer is a plain `fail` and the journal says why.
    pub(crate) async fn was_refused(&mut self, answer: &Answer, kind: RejectionKind, reason: &str) {
        self.assert_word(answer, kind.status(), "fail");
        assert_eq!(answer.header("allow"), (kind.status() == 405).then_some("POST"));
        self.is_journaled("notify", kind, reason).await;
    }

    /// That the newest line of the journal is a refusal with this reason, and nothing moved.
    pub(crate) async fn is_journaled(&mut self, channel: &str, kind: RejectionKind, reason: &str) {
        let journal = self.shop.journal().await;
        let line = journal.first().unwrap_or_else(|| panic!("{}: the journal is empty", self.shop.name));
        let own = line.reason().unwrap_or_default();
        assert_eq!((line.channel(), line.outcome()), (channel, kind.as_str()), "{}: {own}", self.shop.name);
        assert!(line.is_refused() && own.contains(reason), "{}: {own}", self.shop.name);
        self.transcript.push(format!("{channel}: {} {own}", line.outcome()));
        assert_eq!(self.shop.simulator.questions().len(), self.questions, "{}: questions", self.shop.name);
        assert_eq!(
            self.shop.state(&self.order).await,
            OrderState::Pending,
            "{}: nothing moved",
            self.shop.name
        );
    }

    /// That the answer is this word and nothing else.
    pub(crate) fn assert_word(&self, answer: &Answer, status: u16, word: &str) {
        let name = &self.shop.name;
        assert_eq!((answer.status, answer.text()), (status, word), "{name}");
        assert_eq!(answer.header("content-type"), Some("text/plain"), "{name}");
        assert_eq!(answer.header("content-length"), Some(word.len().to_string().as_str()), "{name}");
    }

    /// That the answer is `success` and this order is paid by it.
    pub(crate) async fn was_accepted(&mut self, answer: &Answer, order: &OutTradeNo) {
        self.assert_word(answer, 200, "success");
        self.shop.assert_settled_once(order).await;
        self.questions = self.shop.simulator.questions().len();
    }

    /// Nothing is lost: the genuine message still settles the order, once.
    async fn ends_well(mut self) -> Vec<String> {
        let body = self.body();
        let answer = self.notify(&body).await;
        self.assert_word(&answer, 200, "success");
        self.shop.assert_settled_once(&self.order).await;
        let OrderState::Paid(trade) = self.shop.state(&self.order).await else { panic!("not paid") };
        assert_eq!(trade.as_str(), self.genuine.get("trade_no"), "{}", self.shop.name);
        self.shop.stop().await;
        self.transcript
    }
}

/// That two shops said the same, byte for byte.
pub(super) fn assert_twins(axum: &[String], rocket: &[String]) {
    for (at, (axum, rocket)) in axum.iter().zip(rocket).enumerate() {
        let (axum, rocket) = (without_clock(axum), without_clock(rocket));
        assert_eq!(axum, rocket, "answer {at}: left is axum, right is Rocket");
    }
    assert_eq!(axum.len(), rocket.len());
}

/// The two shops took their orders one after the other, perhaps in two seconds: `19:19:22` becomes `00:00:00`.
fn without_clock(answer: &str) -> String {
    let bytes = answer.as_bytes();
    let is_clock = |at: usize| {
        bytes.get(at..at + 8).is_some_and(|text| {
            text.iter().zip(b"00:00:00").all(|(byte, form)| match form {
                b':' => *byte == b':',
                _ => byte.is_ascii_digit(),
            })
        })
    };
    let clocks: Vec<&str> =
        (0..bytes.len()).filter(|at| is_clock(*at)).filter_map(|at| answer.get(at..at + 8)).collect();
    clocks.into_iter().fold(answer.to_owned(), |text, clock| text.replace(clock, "00:00:00"))
}
