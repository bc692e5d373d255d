//! The catalogue, and placing an order.

use std::time::SystemTime;

use alipay_sqlx_store::NewOrder;
use alipay_tower::protocol::{OutTradeNo, Scheme, Timestamp};

use super::YEAR;
use crate::{
    answer::Answer,
    catalogue::{ABROAD, Item, MAX_QUANTITY},
    forms::OrderForm,
    order_no::new_order_no,
    pages::{Catalogue, ItemPage, Messages},
    shop::Shop,
    visitor::Visitor,
};

impl Shop {
    /// `GET /`: the catalogue.
    #[must_use]
    pub fn catalogue(&self, visitor: &Visitor) -> Answer {
        self.show(visitor, 200, &Catalogue { frame: self.frame(visitor, "/"), items: Item::all() })
    }

    /// `GET /items/{id}`: one article, with the form that orders it.
    #[must_use]
    pub fn item(&self, visitor: &Visitor, id: &str) -> Answer {
        let form = OrderForm { quantity: "1".to_owned(), ..OrderForm::default() };
        match Item::find(id) {
            Some(item) => self.item_page(visitor, 200, item, &form, None),
            None => self.not_found(visitor),
        }
    }

    /// `POST /orders`: records the order and sends the buyer to confirm it. From here on the order is in the books,
    /// so no notification can be faster than it.
    pub async fn place_order(&self, visitor: &Visitor, form: &OrderForm) -> Answer {
        if visitor.is_foreign() {
            return self.say(visitor, Messages::Foreign);
        }
        let Some(item) = Item::find(&form.item) else { return self.not_found(visitor) };
        let lang = visitor.lang();
        let quantity = form.quantity.trim().parse().ok().filter(|count| (1..=MAX_QUANTITY).contains(count));
        let Some(quantity) = quantity else {
            let problem = lang.t("数量须为 1 到 9。", "The quantity must be 1 to 9.");
            return self.item_page(visitor, 422, item, form, Some(problem));
        };
        let email = form.email.trim();
        if !email.is_empty() && !is_email(email) {
            let problem = lang.t("这不像一个邮箱地址。", "This does not look like an e-mail address.");
            return self.item_page(visitor, 422, item, form, Some(problem));
        }
        match self.record(item, quantity, form).await {
            Ok(id) => {
                let orders = self.cookie("shop_orders", &visitor.orders_with(&id), "Lax", YEAR);
                Answer::go(format!("/orders/{id}/pay")).with_cookie(orders)
            }
            Err(error) => self.unavailable(visitor, &error),
        }
    }

    async fn record(
        &self,
        item: &Item,
        quantity: u16,
        form: &OrderForm,
    ) -> Result<OutTradeNo, crate::BoxError> {
        let now = Timestamp::from(SystemTime::now());
        let id = new_order_no(now).ok_or("the system gives no random numbers")?;
        let subject = item.subject(quantity);
        let mut order = if self.sells_abroad() && form.currency == ABROAD {
            NewOrder::new(id.clone(), item.total_abroad(quantity), subject).with_currency(ABROAD.parse()?)
        } else {
            // The buyer chooses the way of paying on the next page, escrow among them.
            NewOrder::new(id.clone(), item.total(quantity), subject).with_escrow_accepted()
        };
        let email = form.email.trim();
        if !email.is_empty() {
            order = order.with_contact(email);
        }
        self.store().create_order(order).await?;
        Ok(id)
    }

    /// Cross-border payment is a product of the classic gateway.
    fn sells_abroad(&self) -> bool {
        self.alipay().merchant().scheme() == Scheme::Mapi
    }

    fn item_page(
        &self,
        visitor: &Visitor,
        status: u16,
        item: &'static Item,
        form: &OrderForm,
        problem: Option<&str>,
    ) -> Answer {
        let frame = self.frame(visitor, format!("/items/{}", item.id()));
        let page = ItemPage { frame, item, form, max: MAX_QUANTITY, abroad: self.sells_abroad(), problem };
        self.show(visitor, status, &page)
    }
}

/// An address that a receipt can be sent to: plain, without the forms that the standard knows and mail servers refuse
/// (a quoted name, an IP address, characters beyond ASCII).
fn is_email(text: &str) -> bool {
    let Ok(address) = text.parse::<lettre::Address>() else { return false };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_domain = address.domain().split('.').all(|label| !label.is_empty() && label.bytes().all(plain))
        && address.domain().rsplit('.').next().is_some_and(|top| top.starts_with(char::is_alphabetic));
    let is_name = address.user().bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte));
    // The letter's head is read by another parser than the address.
    text.len() <= 100 && is_name && is_domain && text.parse::<lettre::message::Mailbox>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn receipts_go_to_addresses_only() {
        for good in
            ["buyer@example.com", "a.b+tea_1@mail-1.example.co", "o'hara/x=y{z}@example.com", "1@163.com"]
        {
            assert!(is_email(good), "{good}");
            let mail = lettre::Message::builder().from(good.parse().unwrap()).to(good.parse().unwrap());
            assert!(mail.body(String::new()).is_ok(), "{good}");
        }
        for bad in [
            "buyer",
            "a@b\r\nBcc: c@d",
            "a b@example.com",
            "<a@b.example>",
            "@",
            &format!("{}@example.com", "x".repeat(95)),
            "\"a b\"@b.c",
            "\"a\"@b.c",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@[::1]",
            "a@b..c",
            "a@-",
            "茶@example.com",
            "a@茶.example",
            "A B <a@b.example>",
            "a@b.example, c@d.example",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
