//! A buyer who uses the shop's own pages, and nothing that a browser without scripts could not do.

use alipay_simulator::Trade;
use alipay_tower::protocol::{OutTradeNo, TradeState};

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

/// The form on a page whose address has this in it: the address, and the hidden fields.
pub(super) fn form(page: &str, address: &str) -> (String, Vec<(String, String)>) {
    let forms = page.split("<form ").skip(1).map(|form| form.split("</form>").next().unwrap_or_default());
    let form = forms.into_iter().find(|form| attribute(form, "action").contains(address));
    let form = form.unwrap_or_else(|| panic!("no form to {address} on {page}"));
    let fields =
        form.split("<input ").skip(1).map(|input| (attribute(input, "name"), attribute(input, "value")));
    (attribute(form, "action"), fields.collect())
}

/// The first attribute of this name, with the character references that the library writes read back.
fn attribute(html: &str, name: &str) -> String {
    let value = html.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    let references = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    references
        .iter()
        .fold(value.unwrap_or_default().to_owned(), |text, (one, other)| text.replace(one, other))
}

/// Sends a form in UTF-8, as a browser does: where that leads, and the page there.
pub(super) async fn post(address: &str, fields: &[(String, String)]) -> (String, String) {
    let post = reqwest::Client::new().post(address);
    let post = post.header("content-type", "application/x-www-form-urlencoded");
    let answer = post.body(serde_urlencoded::to_string(fields).unwrap()).send().await.unwrap();
    (answer.url().to_string(), answer.text().await.unwrap())
}

/// Buys with this product into escrow; the shop ships, and the buyer confirms the receipt.
pub(super) async fn escrow(shop: &Running, product: &str) {
    let order = order(shop, "").await;
    let trade = cashier(shop, &order, product).await;
    assert_eq!(pay(shop, &trade, "escrow").await, (200, "settled".to_owned()));
    shop.assert_settled_once(&order).await;
    let state = async || shop.record(&order).await.order().progress().state();
    assert_eq!(state().await, TradeState::Held);

    let (status, page) = shop.press(&order, "ship", &[("carrier", "EMS"), ("waybill", "EA1")]).await;
    assert_eq!(status, 200, "{page}");
    crate::until("it is shipped", async || state().await == TradeState::Shipped).await;
    shop.simulator.confirm_receipt(trade.trade_no()).unwrap();
    crate::until("it is finished", async || state().await == TradeState::Finished).await;
    shop.simulator.quiet().await;
    let deliveries = shop.simulator.deliveries();
    assert!(deliveries.iter().all(|delivery| delivery.answer == "success"), "{deliveries:#?}");
    shop.assert_settled_once(&order).await;
}
