//! Every page in both languages, as visitors get it.

use std::collections::BTreeSet;

use alipay_tower::{
    Money, Rejection, RejectionKind,
    protocol::{Channel, OutTradeNo},
    store::OrderStore as _,
};

use super::tests::{form, header, ordered, shop, visitor};
use crate::{
    Answer, MoveForm, OperatorForm, OrderForm, PayOptions, PayoutForm, Shop, Visitor, Waiting,
    lang::Lang,
    pages::{News, Returned, State},
    receipts::tests::{unmatched, verified},
};

/// What is Chinese in an English page: the way to the other language, and the names that the article and the shop have at
/// Alipay.
const CHINESE: [&str; 3] = ["中文", "白瓷茶杯", "茶塔"];

/// Templates that are parts of others.
const PARTS: [&str; 4] = ["facts.html", "layout.html", "payout_state.html", "steps.html"];

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

fn check(lang: Lang, template: &str, answer: &Answer) {
    let html = answer.text();
    let page = CHINESE.iter().fold(html.clone(), |page, known| page.replace(known, ""));
    let line = page.lines().find(|line| line.contains(is_chinese));
    match lang {
        Lang::En => assert_eq!(line, None, "{template} in English"),
        Lang::Zh => assert!(line.is_some(), "{template} in Chinese: {html}"),
    }
    let tag = lang.t("<html lang=\"zh-Hans\">", "<html lang=\"en\">");
    assert!(html.contains(tag), "{template}: {html}");
    assert!(!html.contains("<script"), "{template} runs a script: {html}");
}

fn at(lang: Lang) -> Visitor {
    visitor(&[("host", "127.0.0.1:1"), ("accept-language", lang.code())], "")
}

/// Everything that a visitor and the operator can see of a shop of the classic gateway, each with its template.
async fn pages(shop: &Shop, visitor: &Visitor, ids: &[OutTradeNo]) -> Vec<(&'static str, Answer)> {
    let mut pages = vec![
        ("catalogue.html", shop.catalogue(visitor)),
        ("item.html", shop.item(visitor, "cup")),
        ("item.html", shop.place_order(visitor, &form("0", "")).await),
        ("item.html", shop.place_order(visitor, &form("1", "no address")).await),
        ("message.html", shop.not_found(visitor)),
        ("message.html", shop.place_order(visitor, &OrderForm::default()).await),
        ("orders.html", shop.orders(visitor).await),
        ("operator.html", shop.operator(visitor).await),
        ("door.html", shop.door(visitor)),
        ("door.html", shop.operator_enters(visitor, &OperatorForm { token: "wrong".to_owned() })),
    ];
    let straight = PayOptions { bank: "CMB".to_owned(), ..PayOptions::default() };
    let escrow = PayOptions { product: "escrow".to_owned(), ..PayOptions::default() };
    for options in [PayOptions::default(), straight, escrow] {
        pages.push(("pay.html", shop.pay(visitor, ids[0].as_str(), &options).await));
    }
    pages.push(("payouts.html", shop.prepare_payout(visitor, &PayoutForm::default()).await));
    let payout = PayoutForm {
        account: "payee@example.com".to_owned(),
        name: "Li Lei".to_owned(),
        amount: "8.80".to_owned(),
        memo: "thanks".to_owned(),
    };
    let recorded = shop.prepare_payout(visitor, &payout).await;
    let number = header(&recorded, "location").rsplit('/').next().unwrap();
    pages.push(("payout.html", shop.payout(visitor, number).await));
    pages.push(("payouts.html", shop.payouts(visitor).await));
    for id in ids {
        for wait in ["", "1", "99"] {
            let waiting = Waiting { wait: wait.to_owned() };
            pages.push(("order.html", shop.order(visitor, id.as_str(), &waiting).await));
        }
        for did in
            ["", "closed", "open", "paid", "queried", "refund-accepted", "refunded", "shipped", "unknown"]
        {
            let form = MoveForm { did: did.to_owned(), ..MoveForm::default() };
            pages.push(("operator_order.html", shop.operator_order(visitor, id.as_str(), &form).await));
        }
        let order = shop.store().order(id).await.unwrap().unwrap();
        for news in [
            News::PaidAfterClose,
            News::Processing,
            News::Refunded,
            News::Refused,
            News::Settled,
            News::Verified,
        ] {
            let page = Returned { frame: shop.frame(visitor, "/"), news, order: Some(order.clone()) };
            pages.push(("returned.html", shop.show(visitor, 200, &page)));
        }
    }
    pages
}

/// A shop that has seen a little of everything: an order that waits, one that is paid, one that was paid too late.
async fn eventful() -> (Shop, Vec<OutTradeNo>, tempfile::TempDir) {
    let (shop, folder) = shop(&[]).await;
    let (waiting, paid, late) = (ordered(&shop).await, ordered(&shop).await, ordered(&shop).await);
    let alipay = shop.alipay();
    let merchant = alipay.merchant();
    let payment = verified(shop.store(), merchant, paid.as_str(), "2024000001").await;
    let _ = shop.store().settle(&payment).await.unwrap();
    assert!(shop.store().close_order(&late).await.unwrap());
    let amount: Money = "73.00".parse().unwrap();
    let too_late = unmatched(merchant, late.as_str(), "2024000002", amount);
    let closed = Rejection::new(RejectionKind::OrderClosed, "the order is closed");
    shop.store().unmatched(&too_late, &closed).await.unwrap();
    let nobody = unmatched(merchant, "GONE", "2024000003", amount);
    let unknown = Rejection::new(RejectionKind::UnknownOrder, "the shop has no such order");
    shop.store().unmatched(&nobody, &unknown).await.unwrap();
    for kind in [RejectionKind::Forged, RejectionKind::Malformed, RejectionKind::TooLarge] {
        shop.alipay().refuse(Channel::Return, b"", &Rejection::new(kind, "no message"));
    }
    let states = [(&waiting, State::Pending), (&paid, State::Paid), (&late, State::PaidAfterClose)];
    for (id, state) in states {
        assert_eq!(State::of(&shop.store().order(id).await.unwrap().unwrap()), state);
    }
    (shop, vec![waiting, paid, late], folder)
}

#[tokio::test]
async fn every_page_is_in_one_language() {
    let (shop, ids, _folder) = eventful().await;
    let (scanning, _more) = self::shop(&[("ALIPAY_SCHEME", "openapi")]).await;
    let scanned = ordered(&scanning).await;
    let mut seen: BTreeSet<String> = PARTS.map(str::to_owned).into();
    for lang in [Lang::En, Lang::Zh] {
        let visitor = at(lang);
        let mut pages = pages(&shop, &visitor, &ids).await;
        pages.push(("qr.html", scanning.qr(&visitor, scanned.as_str(), &Waiting::default()).await));
        pages.push(("pay.html", scanning.pay(&visitor, scanned.as_str(), &PayOptions::default()).await));
        for (template, answer) in pages {
            check(lang, template, &answer);
            seen.insert(template.to_owned());
        }
    }
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")).unwrap();
    let files: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(seen, files, "every template is rendered here");
    shop.close().await.unwrap();
    scanning.close().await.unwrap();
}

#[tokio::test]
async fn a_chinese_operator_reads_chinese_tables() {
    let (shop, _ids, _folder) = eventful().await;
    let page = shop.operator(&at(Lang::Zh)).await.text();
    for word in ["已入账", "签名不对", "格式不对", "太大", "订单已关闭", "没有此订单", "关闭后付款", "收据"]
    {
        assert!(page.contains(&format!(">{word}<")), "{word}: {page}");
    }
    for word in ["settled", "forged", "malformed", "order_closed", "paid_after_close", "receipt", "notify"] {
        assert!(!page.contains(&format!(">{word}<")), "{word}: {page}");
    }
    let english = shop.operator(&at(Lang::En)).await.text();
    assert!(english.contains(">settled<") && english.contains(">paid_after_close<"), "{english}");
    shop.close().await.unwrap();
}
