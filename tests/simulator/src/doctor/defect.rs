//! What can be wrong with a shop's address: a stable word for each, how bad it is, and what to do about it.

use std::fmt;

use super::Severity::{self, Bad, Critical, Note, Warning};

/// What is wrong with a shop's address. The words of [`slug`](Defect::slug) are stable: scripts may match them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Defect {
    /// The answer is compressed, unasked.
    AnswerCompressed,
    /// The `Content-Type` of the answer is neither text nor absent.
    AnswerContentType,
    /// The answer broke off.
    AnswerCutOff,
    /// No bytes.
    AnswerEmpty,
    /// The word stands in an HTML page, or a page came instead of it.
    AnswerInHtml,
    /// JSON.
    AnswerInJson,
    /// `SUCCESS`, `Fail`.
    AnswerLetterCase,
    /// The word, with other text around it.
    AnswerPolluted,
    /// The word in quotation marks.
    AnswerQuoted,
    /// The word is announced as an HTML page.
    AnswerTypedHtml,
    /// Neither word.
    AnswerUnknown,
    /// A line end or a space beside the word.
    AnswerWhiteSpace,
    /// A byte order mark before the word.
    ByteOrderMark,
    /// The certificate is signed by nobody whom this machine knows.
    CertificateChain,
    /// The certificate is out of date, or not valid yet.
    CertificateExpired,
    /// The certificate is another host's.
    CertificateName,
    /// The certificate is signed by itself.
    CertificateSelfSigned,
    /// Nothing listens.
    ConnectionRefused,
    /// The connection ended without an answer.
    ConnectionReset,
    /// The message is refused for its `Content-Type`.
    ContentTypeRefused,
    /// A protection of forms stands in front.
    CsrfBlocked,
    /// The name has no address.
    DnsFailed,
    /// The same message is answered differently the second time.
    DuplicateDiffers,
    /// A firewall or a bot check stands in front.
    FirewallBlocked,
    /// Not allowed, for whatever reason.
    Forbidden,
    /// A message that Alipay did not sign is answered `success`.
    ForgeryAccepted,
    /// A forged message is refused, but not with `fail`.
    ForgeryMisanswered,
    /// A GET of the notify path breaks it.
    GetFails,
    /// A login stands in front.
    LoginRequired,
    /// No answer came in time.
    NoAnswerInTime,
    /// The path is not there.
    NotFound,
    /// The address is not on the public network.
    NotPublic,
    /// A large message breaks the path, or is not answered.
    OversizedUnanswered,
    /// http, not https.
    PlainHttp,
    /// The path takes no POST.
    PostRefused,
    /// The address has a query of its own.
    QueryInAddress,
    /// A redirect to somewhere else.
    RedirectElsewhere,
    /// A redirect from http to https.
    RedirectToHttps,
    /// A redirect to a login page.
    RedirectToLogin,
    /// A redirect that adds or removes a slash.
    RedirectToSlash,
    /// A redirect that adds or removes `www.`.
    RedirectToWww,
    /// The return page answers with an error.
    ReturnFails,
    /// The return page shows the gateway's word to a buyer.
    ReturnShowsWord,
    /// The path answers with an error of the server.
    ServerError,
    /// The shop says `fail` with a status of the server's own trouble.
    ShopInTrouble,
    /// The shop refuses what was signed with its own key.
    SignedRefused,
    /// An answer after more than three seconds.
    Slow,
    /// `success` with a status that is not 200.
    SuccessStatus,
    /// TLS could not be spoken.
    TlsFailed,
    /// An answer after more than ten seconds.
    TooSlow,
    /// `success` for the payment of an order that nobody made.
    UnknownOrderAcknowledged,
    /// The gateway's `User-Agent` is refused.
    UserAgentFiltered,
    /// A request without `User-Agent` is refused.
    UserAgentRequired,
}

impl Defect {
    /// The stable word.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        self.entry().0
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(self) -> Severity {
        self.entry().1
    }

    /// What to change.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        self.entry().2
    }

    #[rustfmt::skip]
    const fn entry(self) -> (&'static str, Severity, &'static str) {
        match self {
            Self::AnswerCompressed => ("answer_compressed", Bad, "take this path out of the proxy's compression: the gateway compares bytes"),
            Self::AnswerContentType => ("answer_content_type", Warning, "send `Content-Type: text/plain`; a framework that chooses another type may also change the bytes"),
            Self::AnswerCutOff => ("answer_cut_off", Bad, "look at the proxy and at its Content-Length and chunks: the gateway would see an error, not the word"),
            Self::AnswerEmpty => ("answer_empty", Bad, "answer exactly `success` or `fail`; an empty answer is sent again for a day"),
            Self::AnswerInHtml => ("answer_in_html", Bad, "answer before any template, layout or error page: the body is the bare word"),
            Self::AnswerInJson => ("answer_in_json", Bad, "return plain text, not an object of the framework's: the body is the bare word"),
            Self::AnswerLetterCase => ("answer_letter_case", Bad, "write `success` and `fail` in lower case"),
            Self::AnswerPolluted => ("answer_polluted", Bad, "switch debug output and warnings off on this path: nothing may stand around the word"),
            Self::AnswerQuoted => ("answer_quoted", Bad, "return plain text: the JSON encoder put quotation marks around the word"),
            Self::AnswerTypedHtml => ("answer_typed_html", Note, "`text/plain` is better: proxies rewrite pages, not plain text"),
            Self::AnswerUnknown => ("answer_unknown", Bad, "is this the notify path? It must answer exactly `success` or `fail`"),
            Self::AnswerWhiteSpace => ("answer_white_space", Bad, "write the word without a line end or space (print, not println; nothing after PHP's ?>)"),
            Self::ByteOrderMark => ("byte_order_mark", Bad, "save the source files without a byte order mark: it is sent before the word"),
            Self::CertificateChain => ("certificate_chain", Bad, "install the full chain (certificate and intermediates), of an authority that everybody knows"),
            Self::CertificateExpired => ("certificate_expired", Bad, "renew the certificate, and look at the clock of the server"),
            Self::CertificateName => ("certificate_name", Bad, "get a certificate for this very host name, or use the name that it has"),
            Self::CertificateSelfSigned => ("certificate_self_signed", Bad, "get a certificate of an authority that everybody knows"),
            Self::ConnectionRefused => ("connection_refused", Bad, "start the shop, and open the port in the firewall: nothing listens there"),
            Self::ConnectionReset => ("connection_reset", Bad, "look at the firewall and at the shop's log: the connection ended without an answer"),
            Self::ContentTypeRefused => ("content_type_refused", Bad, "read the raw body before any form extractor: the gateway's Content-Type (`application/x-www-form-urlencoded; text/html; charset=utf-8`) is no valid media type"),
            Self::CsrfBlocked => ("csrf_blocked", Bad, "exempt this path from the protection of forms (CSRF): the gateway has no token; the signature is the proof"),
            Self::DnsFailed => ("dns_failed", Bad, "check the spelling and the zone: the name has no address here"),
            Self::DuplicateDiffers => ("duplicate_differs", Warning, "answer every copy of a message alike: the gateway sends them again, and two at a time"),
            Self::FirewallBlocked => ("firewall_blocked", Bad, "exempt this path from the bot check: the gateway runs no scripts and solves no puzzles"),
            Self::Forbidden => ("forbidden", Bad, "look at the firewall, the list of allowed addresses and the protection of forms (CSRF) in front of this path"),
            Self::ForgeryAccepted => ("forgery_accepted", Critical, "stop shipping: anybody can tell this shop that an order is paid. Verify the signature of every message, with the key from the configuration"),
            Self::ForgeryMisanswered => ("forgery_misanswered", Warning, "answer exactly `fail` to what cannot be verified, so that the log of the gateway says what happened"),
            Self::GetFails => ("get_fails", Warning, "answer a GET of this path politely (405 with `fail`): crawlers and people will send one"),
            Self::LoginRequired => ("login_required", Bad, "exempt this path from login: the gateway has no account"),
            Self::NoAnswerInTime => ("no_answer_in_time", Bad, "answer first and work later: record the message, say `success`, ship in the background"),
            Self::NotFound => ("not_found", Bad, "compare the path with the shop's routes and with the proxy's rules"),
            Self::NotPublic => ("not_public", Note, "fine for a test; Alipay reaches public addresses only"),
            Self::OversizedUnanswered => ("oversized_unanswered", Warning, "limit the body (64 KiB is plenty) and answer `fail` beyond it"),
            Self::PlainHttp => ("plain_http", Warning, "use https: messages carry buyers' names, and anybody on the way can drop them"),
            Self::PostRefused => ("post_refused", Bad, "route POST to the handler: the gateway posts"),
            Self::QueryInAddress => ("query_in_address", Warning, "use an address without a query: many frameworks mix its parameters into the message and break the signature"),
            Self::RedirectElsewhere => ("redirect_elsewhere", Bad, "answer at this very address: the gateway follows no redirect"),
            Self::RedirectToHttps => ("redirect_to_https", Bad, "give the https address as notify_url: the gateway follows no redirect"),
            Self::RedirectToLogin => ("redirect_to_login", Bad, "exempt this path from login: the gateway has no account and follows no redirect"),
            Self::RedirectToSlash => ("redirect_to_slash", Bad, "give the address with exactly the slash that the shop's router wants: the gateway follows no redirect"),
            Self::RedirectToWww => ("redirect_to_www", Bad, "give the host name that answers directly, with or without `www.`: the gateway follows no redirect"),
            Self::ReturnFails => ("return_fails", Bad, "show a page to every browser that comes back, also with a message that proves nothing: `being processed`"),
            Self::ReturnShowsWord => ("return_shows_word", Warning, "return_url is a page for a person: `success` and `fail` belong to notify_url"),
            Self::ServerError => ("server_error", Bad, "look at the shop's log: the handler failed before it found a word"),
            Self::ShopInTrouble => ("shop_in_trouble", Warning, "look at the shop's log: its gateway or its database was out of reach"),
            Self::SignedRefused => ("signed_refused", Note, "right for a shop that asks the gateway about every notify_id, which does not know the probe's; otherwise compare key, partner and seller"),
            Self::Slow => ("slow", Warning, "answer within a second or two: record, say `success`, work later"),
            Self::SuccessStatus => ("success_status", Bad, "send the word with status 200: with any other the gateway sends the message again"),
            Self::TlsFailed => ("tls_failed", Bad, "check that this port speaks TLS 1.2 or 1.3 with a common cipher"),
            Self::TooSlow => ("too_slow", Bad, "answer first and work later: the gateway will have hung up and sends the message again"),
            Self::UnknownOrderAcknowledged => ("unknown_order_acknowledged", Warning, "money for an unknown order must wake somebody: after `success` the gateway never mentions it again; and a classic shop must ask the gateway about every notify_id, which did not send this one"),
            Self::UserAgentFiltered => ("user_agent_filtered", Bad, "let every User-Agent in on this path: the gateway's is old and odd"),
            Self::UserAgentRequired => ("user_agent_required", Warning, "let requests without a User-Agent in on this path: nobody has promised that the gateway sends one"),
        }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}
