//! The buyer: catalogue, order, confirmation, cashier, return page; nothing that a browser could not do.

use std::time::Duration;

use reqwest::Url;

use super::{
    DemoError,
    browser::{Browser, Visit},
    step,
};
use crate::shop::Shop;

/// What is bought, and how it is paid.
pub(super) struct Wish {
    pub(super) item: &'static str,
    pub(super) escrow: bool,
}

pub(super) const SAMPLE: Wish = Wish { item: "sample", escrow: false };

/// Where the receipt is to go.
const EMAIL: &str = "buyer@example.com";
/// How often the buyer looks whether the order is settled.
const MAX_LOOKS: usize = 15;

/// What the buyer knows in the end.
pub(super) struct Bought {
    pub(super) out_trade_no: String,
}

pub(super) async fn buy(shop: &Shop, wish: &Wish) -> Result<Bought, DemoError> {
    let mut browser = Browser::new()?;
    let home = Url::parse(shop.public_url()).map_err(|_| DemoError::new("the shop has no address"))?;

    let shelf = ok(browser.open(home).await?)?;
    let link = need(shelf.page.link(&format!("/items/{}", wish.item)), "a link to the article on the shelf")?;
    step(format_args!("opened the shelf, clicked {link}"));

    let item = ok(browser.click(&shelf, link).await?)?;
    let form = need(item.page.form("/orders"), "a form that orders")?;
    let form = form.clone().fill("quantity", "1").fill("email", EMAIL);
    step(format_args!("ordered one `{}`, receipt to {EMAIL}", item.page.heading));

    let confirm = ok(browser.submit(&item, &form).await?)?;
    let out_trade_no = confirm.url.path().strip_prefix("/orders/").and_then(|rest| rest.strip_suffix("/pay"));
    let out_trade_no = need(out_trade_no, "an order number in the address")?.to_owned();
    let confirm = if wish.escrow {
        let choice = need(confirm.page.form("/pay"), "a choice of the way of paying")?;
        let choice = choice.clone().fill("product", "escrow");
        step("chose escrow: Alipay holds the money until the goods have arrived");
        ok(browser.submit(&confirm, &choice).await?)?
    } else {
        confirm
    };
    // `_input_charset` in the classic gateway, `charset` in the OpenAPI generation.
    let pay = need(confirm.page.form("charset="), "a form to the gateway")?;
    step(format_args!("order {out_trade_no} is in the books; confirmed {} signed fields", pay.fields.len()));

    let cashier = ok(browser.submit(&confirm, pay).await?)?;
    if cashier.url.origin() == confirm.url.origin() {
        return Err(DemoError::new("the payment form did not lead to the gateway"));
    }
    let form = need(cashier.page.form("/pay"), "a form to pay with at the cashier")?;
    let form = form.clone().fill("channel", "balance");
    step(format_args!(
        "at the cashier {}{}, paying from the balance",
        authority(&cashier),
        cashier.url.path()
    ));

    let back = browser.submit(&cashier, &form).await?;
    if back.url.path() != crate::RETURN_PATH {
        return Err(DemoError::new(format!(
            "the cashier did not send the buyer back, but to {}",
            back.url.path()
        )));
    }
    said(&back, &out_trade_no)?;
    wait_until_settled(&mut browser, back, &out_trade_no).await?;
    Ok(Bought { out_trade_no })
}

/// Looks again as the page asks, until it says that the order is settled.
async fn wait_until_settled(browser: &mut Browser, mut visit: Visit, id: &str) -> Result<(), DemoError> {
    for _ in 0..MAX_LOOKS {
        match visit.page.state.as_deref() {
            Some("settled" | "paid" | "held") => {
                step(format_args!("the shop says: {}", visit.page.heading.trim()));
                return Ok(());
            }
            Some("verified" | "processing" | "pending") => {
                let (seconds, to) = need(visit.page.refresh.clone(), "a time to look again")?;
                step(format_args!("not settled yet; looking again in {seconds} s"));
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                visit = ok(browser.click(&visit, &to).await?)?;
                said(&visit, id)?;
            }
            other => return Err(DemoError::new(format!("the shop says `{}`", other.unwrap_or("nothing")))),
        }
    }
    Err(DemoError::new("the order was not settled in time"))
}

/// The page must speak of our order.
fn said(visit: &Visit, id: &str) -> Result<(), DemoError> {
    let state = visit.page.state.as_deref().unwrap_or("nothing");
    step(format_args!("{} {} says `{state}`", visit.url.path(), visit.status));
    match visit.page.order.as_deref() {
        Some(order) if order == id => Ok(()),
        _ => Err(DemoError::new(format!("the page says `{state}`, and not of order {id}"))),
    }
}

fn ok(visit: Visit) -> Result<Visit, DemoError> {
    if visit.status == 200 {
        return Ok(visit);
    }
    let way: Vec<_> = visit.way.iter().map(Url::path).collect();
    Err(DemoError::new(format!("{} answered {}: {}", way.join(" → "), visit.status, visit.page.heading)))
}

fn need<T>(found: Option<T>, what: &str) -> Result<T, DemoError> {
    found.ok_or_else(|| DemoError::new(format!("the page lacks {what}")))
}

fn authority(visit: &Visit) -> &str {
    visit.url.authority()
}
