//! The operator, who presses buttons on the order's page; and waiting for what comes of it.

use std::time::Duration;

use alipay_sqlx_store::OrderRecord;
use alipay_tower::protocol::OutTradeNo;
use reqwest::Url;

use super::{
    DemoError,
    browser::{Browser, Visit},
    step,
};
use crate::shop::Shop;

/// How long a notification may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Presses a button of the order's page, with these fields; gives what the page says then.
pub(super) async fn press(
    shop: &Shop,
    id: &OutTradeNo,
    what: &str,
    fields: &[(&str, &str)],
) -> Result<Visit, DemoError> {
    let mut browser = Browser::new()?;
    let page = format!("{}/operator/orders/{id}", shop.public_url());
    let page = Url::parse(&page).map_err(|_| DemoError::new("the shop has no address"))?;
    let visit = browser.open(page).await?;
    let form = visit.page.form(&format!("/{what}"));
    let mut form =
        form.ok_or_else(|| DemoError::new(format!("the operator cannot {what} the order")))?.clone();
    for (name, value) in fields {
        form = form.fill(name, value);
    }
    let done = browser.submit(&visit, &form).await?;
    if done.status != 200 {
        return Err(DemoError::new(format!("the operator could not {what}: {}", done.page.heading)));
    }
    step(format_args!("the operator pressed {what} on the page of {id}"));
    Ok(done)
}

/// Waits until the books say so.
pub(super) async fn until(
    shop: &Shop,
    id: &OutTradeNo,
    what: &str,
    so: impl Fn(&OrderRecord) -> bool,
) -> Result<OrderRecord, DemoError> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let order =
            shop.store().order(id).await?.ok_or_else(|| DemoError::new("the order is not in the books"))?;
        if so(&order) {
            step(format_args!("the books say: {what}"));
            return Ok(order);
        }
        if tokio::time::Instant::now() > deadline {
            return Err(DemoError::new(format!("it never came true in the books: {what}")));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// That the order's history has these lines, in this order.
pub(super) async fn remembers(shop: &Shop, id: &OutTradeNo, kinds: &[&str]) -> Result<(), DemoError> {
    let events = shop.store().events(id, 200).await?;
    let mut told = events.iter().map(|event| event.kind().as_str());
    match kinds.iter().find(|kind| !told.any(|own| own == **kind)) {
        None => Ok(()),
        Some(kind) => {
            let all: Vec<_> = events.iter().map(|event| event.kind().as_str()).collect();
            Err(DemoError::new(format!(
                "the order's history lacks `{kind}` in its place: {}",
                all.join(", ")
            )))
        }
    }
}
