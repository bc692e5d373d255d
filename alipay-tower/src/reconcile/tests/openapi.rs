//! The same for an application of the OpenAPI generation.

use super::*;
use crate::{
    Merchant,
    protocol::{AppId, PrivateKey, SignType},
};

/// An answer as Alipay signs it: the text of the response, and nothing else.
fn answer(key: &PrivateKey, method: &str, response: &str) -> Reply {
    let sign = key.sign(SignType::Rsa2, response.as_bytes()).unwrap();
    Ok(format!("{{\"{}_response\":{response},\"sign\":\"{sign}\"}}", method.replace('.', "_")).into_bytes())
}

fn trade_is(status: &str, more: &str) -> String {
    format!(
        "{{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"T1\",{more}\"total_amount\":\"10.50\",\
         \"trade_no\":\"{TRADE}\",\"trade_status\":\"{status}\"}}"
    )
}

const NO_TRADE: &str =
    "{\"code\":\"40004\",\"msg\":\"Business Failed\",\"sub_code\":\"ACQ.TRADE_NOT_EXIST\"}";
const MOVED: &str =
    "{\"code\":\"40004\",\"msg\":\"Business Failed\",\"sub_code\":\"ACQ.REASON_TRADE_STATUS_INVALID\"}";

#[tokio::test]
async fn lost_notifications_are_found_and_unpaid_orders_closed() {
    let [shop, alipay] = [(); 2].map(|()| PrivateKey::generate().unwrap());
    let app_id = AppId::new("2021000000000001").unwrap();
    let seller_id = SellerId::new("2088000000000001").unwrap();
    let merchant = Merchant::rsa2(app_id, seller_id, shop.clone(), alipay.public().clone()).unwrap();
    let paid = trade_is("TRADE_SUCCESS", "\"send_pay_date\":\"2024-01-01 10:00:30\",");
    let waiting = trade_is("WAIT_BUYER_PAY", "");
    let closed = format!(
        "{{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"T1\",\"trade_no\":\"{TRADE}\"}}"
    );
    // What is answered, one after the other, what it comes to, and whether the order is then paid.
    let stories: [(&[&str], Finding, OrderState); 4] = [
        (&[&paid], Finding::Settled, OrderState::Paid(trade_no(TRADE))),
        (&[&waiting, &closed], Finding::Closed, OrderState::Closed),
        (&[&waiting, MOVED, &paid], Finding::Settled, OrderState::Paid(trade_no(TRADE))),
        (&[NO_TRADE], Finding::Closed, OrderState::Closed),
    ];
    for (answers, finding, state) in stories {
        let (answers, alipay) =
            (answers.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>(), alipay.clone());
        let store = Recording::with([order("T1")]);
        let gateway = Scripted::new(move |request, earlier| {
            answer(&alipay, request.field("method").unwrap(), &answers[earlier])
        });
        let desk = store.desk(&gateway).with_merchant(merchant.clone());
        let options = ReconcileOptions::default().with_close_after(Some(Duration::from_secs(600)));
        let report = Reconciler::new(desk, Arc::clone(&store)).with_options(options).sweep(after(660)).await;
        assert_eq!(report.count(finding), 1, "{report:?}");
        assert_eq!(*store.order("T1").await.state(), state);
    }
}
