//! A buyer who uses the shop's own pages, and nothing that a browser without scripts could not do.

use alipay_simulator::Trade;
use alipay_tower::protocol::OutTradeNo;

use super::visit;
use crate::shops::Running;

/// Orders one cup, in this currency (none for the yuan); the order's number.
pub(super) async fn order(shop: &Running, currency: &str) -> OutTradeNo {
    let form = [("item", "cup"), ("quantity", "1"), ("email", "buyer@example.com"), ("currency", currency)];
    let (status, page) = shop.operate("/orders", &form).await;
    assert_eq!(status, 200, "{page}");
    let number = page.split("action=\"/orders/").nth(1).and_then(|rest| rest.split('/').next());
    OutTradeNo::new(number.unwrap_or_else(|| panic!("no order on {page}"))).unwrap()
}

/// The address of the gateway on the shop's pay page, after this product was chosen there.
pub(super) async fn link(shop: &Running, order: &OutTradeNo, product: &str) -> String {
    let (status, page) = visit(&format!("{}/orders/{order}/pay?product={product}", shop.url())).await;
    assert_eq!(status, 200, "{page}");
    let link = page.split("id=\"pay-link\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    link.unwrap_or_else(|| panic!("no link on {page}")).replace("&#38;", "&")
}

/// Chooses a product and goes to the cashier, which opens a trade.
pub(super) async fn cashier(shop: &Running, order: &OutTradeNo, product: &str) -> Trade {
    let (_, page) = visit(&link(shop, order, product).await).await;
    let trade = shop.simulator.trade(order.as_str());
    trade.unwrap_or_else(|| panic!("the gateway refuses the request: {page}"))
}

/// Pays on the cashier's page, `instant` or into `escrow` where there is a choice: the status and the state of the
/// shop's return page.
pub(super) async fn pay(shop: &Running, trade: &Trade, mode: &str) -> (u16, String) {
    let url = format!("{}cashier/{}/pay", shop.simulator.dashboard_url(), trade.trade_no());
    let form = reqwest::Client::new().post(url);
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let answer = form.body(format!("channel=balance&mode={mode}")).send().await.unwrap();
    assert!(answer.url().as_str().starts_with(shop.url()), "{} is not the shop", answer.url());
    let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
    (status, super::state_on(&page))
}
