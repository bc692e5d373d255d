use alipay_sqlx_store::{NewOrder, OrderRecord, SqlStore};
use alipay_tower::protocol::OutTradeNo;

use super::*;
use crate::{catalogue::Item, forms::OrderForm};

const NASTY: &str = "\"><script>alert(1)</script>'&";

fn frame(lang: Lang) -> Frame {
    Frame { lang, here: "/".to_owned(), refresh: None, simulated: true, local: true }
}

async fn order(subject: &str, contact: &str) -> OrderRecord {
    let store = SqlStore::connect("sqlite::memory:").await.unwrap();
    let id = OutTradeNo::new("T1").unwrap();
    let order = NewOrder::new(id.clone(), "10.50".parse().unwrap(), subject).with_contact(contact);
    store.create_order(order).await.unwrap();
    store.order(&id).await.unwrap().unwrap()
}

#[tokio::test]
async fn whatever_a_buyer_wrote_is_escaped() {
    let order = order(NASTY, NASTY).await;
    let pay = PayPage {
        frame: frame(Lang::En),
        order: &order,
        way: Way::Any,
        openapi: false,
        banks: Bank::all(),
        form: "<form></form>".to_owned(),
        link: NASTY,
        fields: vec![(NASTY, NASTY)],
    };
    let nasty = || NASTY.to_owned();
    let form = OrderForm { item: nasty(), quantity: nasty(), currency: nasty(), email: nasty() };
    let (frame_zh, article) = (frame(Lang::Zh), &Item::all()[0]);
    let item =
        ItemPage { frame: frame_zh, item: article, form: &form, max: 9, abroad: true, problem: Some(NASTY) };
    let state = State::of(&order);
    let list = OrderList { frame: frame(Lang::En), orders: vec![(order.clone(), state)] };
    let one = OrderPage { frame: frame(Lang::En), order: order.clone(), state, waited: true };
    for answer in [render(200, &pay), render(200, &item), render(200, &list), render(200, &one)] {
        let html = answer.text();
        assert!(html.contains("&#60;script&#62;") && !html.contains("<script"), "{html}");
    }
}

#[tokio::test]
async fn no_page_says_paid_of_an_order_that_is_not() {
    let order = order("茶", "a@example.com").await;
    for (news, paid) in [
        (News::Refused, false),
        (News::Processing, false),
        (News::Refunded, false),
        (News::PaidAfterClose, false),
        (News::Verified, true),
        (News::Settled, true),
    ] {
        let page = Returned { frame: frame(Lang::En), news, order: Some(order.clone()) };
        let html = render(200, &page).text();
        assert!(html.contains(&format!("data-state=\"{}\"", news.name())), "{html}");
        assert_eq!(html.contains("result good"), paid, "{html}");
    }
    let page = OrderPage { frame: frame(Lang::En), state: State::of(&order), order, waited: false };
    let html = render(200, &page).text();
    assert!(html.contains("not paid yet") && html.contains("/orders/T1/pay"), "{html}");
}

#[tokio::test]
async fn who_waits_for_a_payment_goes_on_waiting() {
    let order = order("茶", "a@example.com").await;
    for news in [News::Processing, News::Verified] {
        let frame = frame(Lang::En).refreshed(2, "/orders/T1?wait=1".to_owned());
        let html = render(200, &Returned { frame, news, order: Some(order.clone()) }).text();
        assert!(!html.contains("\"/orders/T1\"") && !html.contains("/orders/T1?lang"), "{html}");
        assert!(html.contains("href=\"/orders/T1?wait=1\""), "{html}");
        assert!(html.contains("href=\"/orders/T1?wait=1&#38;lang=zh\""), "{html}");
    }
}

#[test]
fn pages_speak_both_languages() {
    for (lang, word) in [(Lang::Zh, "试饮茶包"), (Lang::En, "Sample sachet")] {
        let html = render(200, &Catalogue { frame: frame(lang), items: Item::all() }).text();
        assert!(html.contains(word) && html.contains(&format!("?lang={}\"", lang.code())), "{html}");
        assert!(html.contains("0.01") && html.contains("<svg"), "{html}");
    }
}

/// The operator reads no English word in a Chinese table; in English the words speak for themselves.
#[test]
fn the_words_of_the_journal_are_translated() {
    use alipay_sqlx_store::OutboxKind as Letter;
    use alipay_tower::{RejectionKind as Kind, protocol::Channel};

    let refusals = [
        Kind::BodyTimeout,
        Kind::DeadlineExceeded,
        Kind::Forged,
        Kind::GatewayDenied,
        Kind::GatewayUnreachable,
        Kind::Malformed,
        Kind::MessageRefused,
        Kind::MethodNotAllowed,
        Kind::NotOurs,
        Kind::NotPaid,
        Kind::OrderClosed,
        Kind::Overloaded,
        Kind::Panicked,
        Kind::Processing,
        Kind::StoreFailed,
        Kind::TooLarge,
        Kind::UnknownOrder,
        Kind::WrongAmount,
    ];
    let receipts = ["already_settled", "observed", "paid_twice", "settled", "shown"];
    let mut seen = std::collections::BTreeSet::new();
    for word in refusals.map(Kind::as_str).into_iter().chain(receipts) {
        let zh = words::outcome(word, Lang::Zh);
        assert!(!zh.is_ascii() && seen.insert(zh), "{word}: {zh}");
        assert_eq!(words::outcome(word, Lang::En), word);
    }
    for channel in [Channel::Notify, Channel::Query, Channel::Return] {
        assert!(!words::channel(channel.as_str(), Lang::Zh).is_ascii());
    }
    for kind in [
        Letter::ForeignBatch,
        Letter::PaidAfterClose,
        Letter::PaidTwice,
        Letter::Receipt,
        Letter::RefundDiffers,
        Letter::RefundExceeds,
        Letter::SettlementDenied,
        Letter::UnclearStatus,
        Letter::Unmatched,
    ] {
        assert!(!words::letter(&kind, Lang::Zh).is_ascii(), "{kind:?}");
        assert_eq!(words::letter(&kind, Lang::En), kind.as_str());
    }
}

#[test]
fn pages_may_load_their_stylesheet_and_run_nothing() {
    let answer = render(200, &Catalogue { frame: frame(Lang::En), items: Item::all() });
    let policy = answer.headers().find(|(name, _)| *name == "content-security-policy").unwrap().1;
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let html = answer.text();
    assert!(!html.contains(" style=") && !html.contains("http://") && !html.contains("https://"), "{html}");
    let page = render(200, &Messages::Missing.page(frame(Lang::En))).with_form_action("https://a.example");
    let policy = page.headers().find(|(name, _)| *name == "content-security-policy").unwrap().1;
    assert!(policy.contains("form-action 'self' https://a.example;"), "{policy}");
}
