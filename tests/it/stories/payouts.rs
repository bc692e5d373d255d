//! Payouts from the operator's page: a number in the books, Alipay's page, and a notification that says what became of it.

use alipay_simulator::Mischief;
use alipay_sqlx_store::RefundBatch;
use alipay_tower::protocol::{BatchNo, BatchTransferRequest, Timestamp, TransferDetail};

use super::{shopping, stories, visit};
use crate::shops::{Options, Running, Shop};

stories! {
    classic: from_the_form_to_the_result, what_was_not_paid_has_its_reason, some_paid_and_some_not, in_gbk,
        one_number_pays_once, given_up_is_not_paid, nonsense_takes_no_number, only_the_operator_pays_out,
}
stories! { openapi: the_other_generation_has_none }

const MEMO: &str = "一月 <二月>";

/// The operator fills the form: the number that it got.
async fn prepared(shop: &Running, account: &str, name: &str) -> BatchNo {
    let form = [("account", account), ("name", name), ("amount", "12.34"), ("memo", MEMO)];
    let (status, page) = shop.operate("/operator/payouts", &form).await;
    assert_eq!(status, 200, "{page}");
    let [batch] = shop.store.refund_batches(1).await.unwrap().try_into().unwrap();
    assert_eq!((batch.kind(), state(&page).as_str()), ("payout", "waiting"));
    assert!(page.contains(batch.batch_no().as_str()) && !page.contains("<二月>"), "{page}");
    batch.batch_no().clone()
}

/// What the shop's page says of a payout.
fn state(page: &str) -> String {
    let state = page.split("data-payout=\"").nth(1).and_then(|rest| rest.split('"').next());
    state.unwrap_or_else(|| panic!("no payout on {page}")).to_owned()
}

async fn page(shop: &Running, number: &BatchNo) -> String {
    let (status, page) = visit(&format!("{}/operator/payouts/{number}", shop.url())).await;
    assert_eq!(status, 200, "{page}");
    page
}

/// The operator's browser takes the shop's form to the gateway: what that shows, and where.
async fn at_alipay(shop: &Running, number: &BatchNo) -> (String, String) {
    let (action, fields) = shopping::form(&page(shop, number).await, "_input_charset=");
    shopping::post(&action, &fields).await
}

/// The operator types the password there.
async fn confirm(batch_page: &str) -> String {
    shopping::post(&format!("{batch_page}/confirm"), &[("password".to_owned(), "123456".to_owned())]).await.1
}

async fn told(shop: &Running, number: &BatchNo) -> RefundBatch {
    let batch = async || shop.store.refund_batch(number).await.unwrap().unwrap();
    crate::until(&format!("{}: {number} is told", shop.name), async || batch().await.told_at().is_some())
        .await;
    shop.simulator.quiet().await;
    batch().await
}

/// How many lines of the journal are about batches of payouts.
async fn journaled(shop: &Running) -> usize {
    let journal = shop.journal().await;
    journal
        .iter()
        .filter(|line| line.outcome() == "observed" && line.reason() == Some("batch_transfer"))
        .count()
}

async fn from_the_form_to_the_result<S: Shop>() {
    let shop = S::start(Options::default()).await;
    assert!(visit(&format!("{}/operator", shop.url())).await.1.contains("href=\"/operator/payouts\""));
    let number = prepared(&shop, "payee1@example.com", "张三").await;
    let (address, at_gateway) = at_alipay(&shop, &number).await;
    assert!(at_gateway.contains(number.as_str()) && at_gateway.contains("12.34"), "{at_gateway}");
    assert!(at_gateway.contains("一月"), "{at_gateway}");
    assert_eq!(state(&page(&shop, &number).await), "waiting", "nobody has typed a password");
    assert_eq!(journaled(&shop).await, 0);

    confirm(&address).await;
    let batch = told(&shop, &number).await;
    let [result] = batch.results() else { panic!("one payout: {batch:?}") };
    assert!(result.is_success() && result.reason.is_none());
    assert_eq!(
        (&*result.serial, &*result.account, &*result.name),
        (number.as_str(), "payee1@example.com", "张三")
    );
    assert_eq!(result.amount.to_string(), "12.34");
    let page = page(&shop, &number).await;
    assert_eq!(state(&page), "paid");
    assert!(!page.contains("detail_data"), "nothing is left to be sent: {page}");
    let (_, list) = visit(&format!("{}/operator/payouts", shop.url())).await;
    assert_eq!(state(&list), "paid");
    assert_eq!(journaled(&shop).await, 1);
    assert!(shop.simulator.deliveries().iter().all(|delivery| delivery.answer == "success"));
    shop.stop().await;
}

async fn what_was_not_paid_has_its_reason<S: Shop>() {
    let shop = S::start(Options::default()).await;
    for (account, name, reason) in [
        ("nobody@example.com", "李四", "RECEIVE_USER_NOT_EXIST"),
        ("payee2@example.com", "李四", "ACCOUN_NAME_NOT_MATCH"),
    ] {
        let number = prepared(&shop, account, name).await;
        confirm(&at_alipay(&shop, &number).await.0).await;
        let batch = told(&shop, &number).await;
        let [result] = batch.results() else { panic!("one payout: {batch:?}") };
        assert!(!result.is_success());
        assert_eq!(result.reason.as_ref().map(|code| code.as_str()), Some(reason));
        let page = page(&shop, &number).await;
        assert_eq!(state(&page), "failed");
        assert!(page.contains(reason), "{page}");
    }
    shop.stop().await;
}

/// A batch of several, as the library signs it: success and failure come in one message.
async fn some_paid_and_some_not<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let now = Timestamp::from(std::time::SystemTime::now());
    let number = shop.store.next_batch_no(now, "wages", "January").await.unwrap();
    let amount = |text: &str| text.parse().unwrap();
    let details = [
        TransferDetail::new("1", "payee1@example.com", "张三", amount("1.00"), "一月"),
        TransferDetail::new("2", "blocked@example.com", "李四", amount("2.00"), "一月"),
        TransferDetail::new("3", "payee3@example.com", "赵六", amount("3.00"), "一月"),
    ];
    let payer = alipay_simulator::DEMO_SELLER_EMAIL;
    let request = BatchTransferRequest::new(number.clone(), "茶塔", payer, details);
    let (status, page) = visit(shop.desk().checkout(&request).unwrap().url()).await;
    assert_eq!(status, 200, "{page}");
    assert!(shop.simulator.approve_batch(number.as_str()), "{page}");
    let batch = told(&shop, &number).await;
    let results: Vec<(&str, bool)> =
        batch.results().iter().map(|one| (&*one.serial, one.is_success())).collect();
    assert_eq!(results, [("1", true), ("3", true), ("2", false)]);
    let reason = batch.results()[2].reason.as_ref().map(|code| code.as_str());
    assert_eq!(reason, Some("ILLEGAL_USER_STATUS"));
    assert_eq!(journaled(&shop).await, 1);
    shop.stop().await;
}

async fn in_gbk<S: Shop>() {
    let shop = S::start(Options { charset: Some("gbk"), ..Options::default() }).await;
    let number = prepared(&shop, "payee1@example.com", "张三").await;
    let recorded = shop.store.refund_batch(&number).await.unwrap().unwrap();
    assert!(recorded.details().contains("张三"));
    // A browser encodes the form as it is told to; here the signed address does the same.
    let detail =
        TransferDetail::new(number.as_str(), "payee1@example.com", "张三", "12.34".parse().unwrap(), MEMO);
    let payer = alipay_simulator::DEMO_SELLER_EMAIL;
    let request = BatchTransferRequest::new(number.clone(), "茶塔", payer, [detail]);
    let (_, page) = visit(shop.desk().checkout(&request).unwrap().url()).await;
    assert!(shop.simulator.approve_batch(number.as_str()), "{page}");
    let batch = told(&shop, &number).await;
    assert_eq!(&*batch.results()[0].name, "张三");
    assert!(batch.results()[0].is_success());
    shop.stop().await;
}

/// Copies, forgeries and second tries: the first word stays, and Alipay takes a number once.
async fn one_number_pays_once<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let number = prepared(&shop, "payee1@example.com", "张三").await;
    let (address, _) = at_alipay(&shop, &number).await;
    assert_eq!(at_alipay(&shop, &number).await.0, address, "the same batch still waits");
    shop.simulator.behave(Mischief::Forge.once());
    confirm(&address).await;
    let first = told(&shop, &number).await;
    assert_eq!(shop.count("forged").await, 1);

    let raw = shop.journal().await;
    let line = raw.iter().find(|line| line.reason() == Some("batch_transfer")).unwrap();
    let (status, _) = shop.operate(&format!("/operator/journal/{}/replay", line.id()), &[]).await;
    assert_eq!(
        status, 409,
        "the gateway vouches for a notification once, and a payout has no trade to ask about"
    );
    confirm(&address).await;
    shop.simulator.quiet().await;
    let again = shop.store.refund_batch(&number).await.unwrap().unwrap();
    assert_eq!((again.told_at(), again.results()), (first.told_at(), first.results()));
    assert_eq!(shop.store.refund_batches(10).await.unwrap().len(), 1);
    // The request as it was sent, from a page that was left open.
    let payout =
        TransferDetail::new(number.as_str(), "payee1@example.com", "张三", "12.34".parse().unwrap(), MEMO);
    let payer = alipay_simulator::DEMO_SELLER_EMAIL;
    let request = BatchTransferRequest::new(number.clone(), "茶塔", payer, [payout]);
    let (_, refused) = visit(shop.desk().checkout(&request).unwrap().url()).await;
    assert!(refused.contains("BATCH_NO_NOT_UNIQUE"), "{refused}");
    shop.stop().await;
}

async fn given_up_is_not_paid<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let number = prepared(&shop, "payee1@example.com", "张三").await;
    let (address, _) = at_alipay(&shop, &number).await;
    shopping::post(&format!("{address}/cancel"), &[]).await;
    shop.simulator.quiet().await;
    assert_eq!(state(&page(&shop, &number).await), "waiting");
    assert_eq!(journaled(&shop).await, 0);
    shop.stop().await;
}

async fn nonsense_takes_no_number<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let long = "长".repeat(51);
    for (account, name, amount, memo) in [
        ("", "张三", "1.00", ""),
        ("payee1@example.com", " ", "1.00", ""),
        ("payee1@example.com", "张三", "", ""),
        ("payee1@example.com", "张三", "0.00", ""),
        ("payee1@example.com", "张三", "-1.00", ""),
        ("payee1@example.com", "张三", "1.001", ""),
        ("payee1@example.com", "张三", "500000.00", ""),
        ("payee1@example.com", "张^三", "1.00", ""),
        ("payee1@example.com", "张三", "1.00", "a|2^b@example.com^李四^9.00^c"),
        ("payee1@example.com", "张三", "1.00", long.as_str()),
    ] {
        let form = [("account", account), ("name", name), ("amount", amount), ("memo", memo)];
        let (status, page) = shop.operate("/operator/payouts", &form).await;
        assert_eq!(status, 422, "{form:?}: {page}");
        assert!(page.contains("role=\"alert\""), "{page}");
    }
    assert!(shop.store.refund_batches(10).await.unwrap().is_empty());
    for number in ["20240104001", "x", "%3Cb%3E"] {
        assert_eq!(visit(&format!("{}/operator/payouts/{number}", shop.url())).await.0, 404, "{number}");
    }
    shop.stop().await;
}

async fn only_the_operator_pays_out<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let post = reqwest::Client::new().post(format!("{}/operator/payouts", shop.url()));
    let post = post.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
    let post = post.header("content-type", "application/x-www-form-urlencoded");
    let answer = post.body("account=a@b.example&name=x&amount=1.00&memo=").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 403);
    for path in ["/operator/payouts", "/operator/payouts/20240104001"] {
        let get = reqwest::Client::new().get(format!("{}{path}", shop.url()));
        let answer = get.header("host", "shop.example.com").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 401, "a name of other people's leads to no operator");
    }
    assert!(shop.store.refund_batches(10).await.unwrap().is_empty());
    shop.stop().await;
}

async fn the_other_generation_has_none<S: Shop>() {
    let shop = S::start(Options::default()).await;
    let form = [("account", "payee1@example.com"), ("name", "张三"), ("amount", "1.00"), ("memo", "")];
    assert_eq!(shop.operate("/operator/payouts", &form).await.0, 404);
    assert_eq!(visit(&format!("{}/operator/payouts", shop.url())).await.0, 404);
    assert!(!visit(&format!("{}/operator", shop.url())).await.1.contains("/operator/payouts"));
    assert!(shop.store.refund_batches(10).await.unwrap().is_empty());
    shop.stop().await;
}
