//! What mischief makes of a notice before it leaves.

use alipay_tower::{
    Merchant, Money,
    protocol::{Md5Key, RequestError},
};

use crate::{
    ladder::Ladder,
    mischief::Mischief,
    money,
    notice::{Notice, SignedNotice},
    random,
    shared::Shared,
};

/// The signed notice, and the id that it carries.
pub(crate) fn sign(
    ladder: &Ladder,
    shared: &Shared,
    forgeries: &[Mischief],
) -> Result<(String, SignedNotice), RequestError> {
    let (mut notice, mut merchant) = (ladder.letter.notice.clone(), ladder.merchant.clone());
    let mut notify_id = ladder.notify_id.clone();
    for forgery in forgeries {
        match forgery {
            Mischief::CrossMerchant => {
                merchant = other(shared, &ladder.merchant).with_charset(ladder.merchant.charset());
                notify_id = shared.issued.notify_id(merchant.partner());
            }
            Mischief::Forge => {
                merchant = with_key_of_nobody(&ladder.merchant);
                notify_id = format!("{}5e", random::hex());
            }
            Mischief::UnknownOrder => notice = of_nobody(notice),
            Mischief::WrongAmount => notice = one_fen_more(notice),
            _ => {}
        }
    }
    let mut signed = notice.with("notify_id", &notify_id).sign(&merchant)?;
    for forgery in forgeries {
        if let Mischief::Tamper { field, value } = forgery {
            signed = signed.tamper(field, value);
        }
    }
    Ok((notify_id, signed))
}

fn other(shared: &Shared, own: &Merchant) -> Merchant {
    let another = shared.accounts.iter().find(|account| account.id() != own.id());
    another.unwrap_or(&shared.stranger).alipay.clone()
}

/// The same merchant with a key that nobody has.
pub(crate) fn with_key_of_nobody(merchant: &Merchant) -> Merchant {
    let forger =
        Merchant::md5(merchant.partner().clone(), Md5Key::dangerous_unchecked(random::hex().as_bytes()))
            .with_seller_id(merchant.seller_id().clone())
            .with_charset(merchant.charset());
    match merchant.seller_email() {
        Some(email) => forger.with_seller_email(email),
        None => forger,
    }
}

/// About an order, or a batch, that nobody knows.
fn of_nobody(notice: Notice) -> Notice {
    let name = if notice.field("batch_no").is_some() { "batch_no" } else { "out_trade_no" };
    notice.with(name, &format!("UNKNOWN{}", random::digits(12)))
}

/// Whatever amount the notice names, it names another.
fn one_fen_more(notice: Notice) -> Notice {
    let wrong = |text: &str| text.parse::<Money>().map(|amount| money::another(amount).to_string());
    for name in ["total_fee", "total_amount"] {
        if let Some(Ok(wrong)) = notice.field(name).map(wrong) {
            let of_goods = notice.field("price").is_some();
            let notice = notice.with(name, &wrong);
            return if of_goods { notice.with("price", &wrong).with("quantity", "1") } else { notice };
        }
    }
    for (name, column) in [("result_details", 1), ("success_details", 3), ("fail_details", 3)] {
        if let Some(details) = notice.field(name) {
            let columns = details.split('^').enumerate().map(|(at, text)| match wrong(text) {
                Ok(wrong) if at == column => wrong,
                _ => text.to_owned(),
            });
            let details = columns.collect::<Vec<_>>().join("^");
            return notice.with(name, &details);
        }
    }
    notice
}
