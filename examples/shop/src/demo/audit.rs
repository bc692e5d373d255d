//! The auditor: believes no page, only the books and the letter.

use std::{path::PathBuf, time::Duration};

use alipay_sqlx_store::{OutboxKind, OutboxMessage};
use alipay_tower::protocol::OutTradeNo;

use super::{DemoError, Verdict, purchase::Bought, step};
use crate::{pages::State, shop::Shop};

/// How long a receipt may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// More rows than a demonstration makes.
pub(super) const ROWS: u32 = 100;

/// Proves that the order is paid, that it was settled exactly once, and that its receipt was written.
pub(super) async fn inspect(shop: &Shop, bought: &Bought) -> Result<Verdict, DemoError> {
    let id = OutTradeNo::new(&bought.out_trade_no).map_err(|error| DemoError::new(error.to_string()))?;
    let order = shop.store().order(&id).await?;
    let order = order.ok_or_else(|| DemoError::new("the order is not in the books"))?;
    if !State::of(&order).is_paid() {
        return Err(DemoError::new("the order is not paid in the books"));
    }
    let receipt = receipt(shop, &id).await?;
    let path = PathBuf::from(receipt.note().unwrap_or_default());
    let letter = tokio::fs::read_to_string(&path)
        .await
        .map_err(|error| DemoError::new(format!("no receipt at {}: {error}", path.display())))?;
    if !letter.contains(id.as_str()) {
        return Err(DemoError::new(format!("the receipt {} does not name the order", path.display())));
    }
    settled_once(shop, &id).await?;
    step("the books hold one paid order, one settlement, one receipt that was sent");
    Ok(Verdict { out_trade_no: bought.out_trade_no.clone(), amount: order.amount(), receipt: path })
}

/// The one receipt of the order, once it was sent.
async fn receipt(shop: &Shop, id: &OutTradeNo) -> Result<OutboxMessage, DemoError> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let mut own: Vec<_> = shop.store().outbox(ROWS).await?;
        own.retain(|message| message.out_trade_no() == id && message.kind() == &OutboxKind::Receipt);
        match (own.pop(), own.len()) {
            (Some(message), 0) if message.done_at().is_some() => return Ok(message),
            (Some(_), 1..) => {
                return Err(DemoError::new("the outbox has more than one receipt of the order"));
            }
            _ if tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(100)).await
            }
            _ => return Err(DemoError::new("the receipt was not sent in time")),
        }
    }
}

/// That one message and no other has settled the order.
pub(super) async fn settled_once(shop: &Shop, id: &OutTradeNo) -> Result<(), DemoError> {
    let journal = shop.store().journal_entries(ROWS).await?;
    let own = journal.iter().filter(|entry| entry.out_trade_no() == Some(id.as_str()));
    match own.filter(|entry| entry.outcome() == "settled").count() {
        1 => Ok(()),
        settled => Err(DemoError::new(format!("the journal has {settled} settlements of the order"))),
    }
}

#[cfg(test)]
mod tests {
    use alipay_tower::store::OrderStore as _;

    use super::*;
    use crate::{
        OrderForm, Visitor,
        handlers::tests::{ordered, shop},
        receipts::tests::verified,
    };

    async fn audit(shop: &Shop, id: &OutTradeNo) -> Result<String, String> {
        let bought = Bought { out_trade_no: id.to_string() };
        inspect(shop, &bought).await.map(|verdict| verdict.to_string()).map_err(|error| error.to_string())
    }

    async fn settle(shop: &Shop, id: &OutTradeNo) {
        let payment =
            verified(shop.store(), shop.alipay().merchant(), id.as_str(), "2024010121001004010200000001")
                .await;
        let _ = shop.store().settle(&payment).await.unwrap();
    }

    #[tokio::test]
    async fn believes_the_books_and_the_letter() {
        let (shop, folder) = shop(&[]).await;
        let id = ordered(&shop).await;
        assert!(audit(&shop, &id).await.unwrap_err().contains("not paid"));
        settle(&shop, &id).await;
        let receipt = folder.path().join(format!("receipt-{id}.eml"));
        let line = audit(&shop, &id).await.unwrap();
        assert_eq!(
            line,
            format!("demo: order {id} paid 73.00 CNY, settled once, receipt {}", receipt.display())
        );
        std::fs::write(&receipt, "another letter").unwrap();
        assert!(audit(&shop, &id).await.unwrap_err().contains("does not name the order"));
        shop.close().await.unwrap();
    }

    #[tokio::test]
    async fn an_order_without_a_letter_fails() {
        let (shop, _folder) = shop(&[]).await;
        let (item, quantity) = ("cup".to_owned(), "1".to_owned());
        let form = OrderForm { item, quantity, ..OrderForm::default() };
        let _ = shop.place_order(&Visitor::default(), &form).await;
        let id = shop.store().orders(1).await.unwrap()[0].out_trade_no().clone();
        settle(&shop, &id).await;
        assert!(audit(&shop, &id).await.unwrap_err().contains("no receipt at"));
        shop.close().await.unwrap();
    }
}
