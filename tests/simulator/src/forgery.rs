//! What mischief makes of a notice before it leaves.

use alipay_tower::{
    Merchant, Money,
    protocol::{Md5Key, RequestError},
};

use crate::{
    ladder::Ladder,
    mischief::Mischief,
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
    let (mut notice, mut merchant) = (ladder.notice.clone(), ladder.merchant.clone());
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
            Mischief::UnknownOrder => {
                notice = notice.with("out_trade_no", &format!("UNKNOWN{}", random::digits(12)));
            }
            Mischief::WrongAmount => notice = one_fen_more(notice, ladder.trade.total_fee()),
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
    let another = shared.merchants.iter().find(|merchant| merchant.partner() != own.partner());
    another.unwrap_or(&shared.stranger).clone()
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

/// At the largest amount there is only one fen less.
fn one_fen_more(notice: Notice, total: Money) -> Notice {
    let wrong = Money::from_fen(total.fen() + 1)
        .or_else(|_| Money::from_fen(total.fen().saturating_sub(1)))
        .unwrap_or_default()
        .to_string();
    notice.with("total_fee", &wrong).with("price", &wrong).with("quantity", "1")
}
