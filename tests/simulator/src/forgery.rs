//! What mischief makes of a notice before it leaves.

use std::{borrow::Cow, sync::OnceLock};

use alipay_tower::{
    ConfigError, Merchant, Money,
    protocol::{Md5Key, PrivateKey, RequestError, SignType},
};

use crate::{
    account::{Account, application_merchant},
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
    let account = shared.account(&ladder.letter.account);
    // Each delivery is signed with the key of its own time.
    let alipay = account.map_or_else(|| ladder.merchant.clone(), Account::alipay);
    let mut merchant = alipay.with_charset(ladder.letter.charset);
    let mut notice = ladder.letter.notice.clone();
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
    let signed = notice.with("notify_id", &notify_id).sign(&merchant)?;
    let mut signed = match account {
        Some(account) => account.certify(signed),
        None => signed,
    };
    for forgery in forgeries {
        if let Mischief::Tamper { field, value } = forgery {
            let value = unlike(signed.field(field).unwrap_or_default(), value);
            signed = signed.tamper(field, &value);
        }
    }
    Ok((notify_id, signed))
}

/// What a field is changed to. The wish, unless the field says that already: then nothing would be changed and a genuine
/// notice would be taken for a tampered one. An amount gets one fen more, another text one letter more.
fn unlike<'a>(genuine: &[u8], wish: &'a str) -> Cow<'a, str> {
    match wish.parse::<Money>() {
        _ if genuine != wish.as_bytes() => Cow::Borrowed(wish),
        Ok(amount) => Cow::Owned(money::another(amount).to_string()),
        Err(_) => Cow::Owned(format!("{wish}x")),
    }
}

/// Another merchant of the same generation, so that the message looks like one of the shop's.
fn other(shared: &Shared, own: &Merchant) -> Merchant {
    let alike = |merchant: &Merchant| merchant.scheme() == own.scheme() && merchant.id() != own.id();
    match shared.accounts.iter().find(|account| alike(&account.shop)) {
        Some(another) => another.alipay(),
        None => {
            let neighbour = shared.account(own.id()).and_then(Account::neighbour);
            neighbour.unwrap_or_else(|| shared.stranger.alipay())
        }
    }
}

/// Who signs as this merchant with a key that is nobody's; without random numbers for one, it is left as it is.
pub(crate) fn with_key_of_nobody(merchant: &Merchant) -> Merchant {
    let forger = forger(merchant).unwrap_or_else(|_| merchant.clone());
    let forger = forger.with_seller_id(merchant.seller_id().clone()).with_charset(merchant.charset());
    match merchant.seller_email() {
        Some(email) => forger.with_seller_email(email),
        None => forger,
    }
}

fn forger(merchant: &Merchant) -> Result<Merchant, ConfigError> {
    let partner = merchant.partner().clone();
    let sign_type = merchant.sign_type();
    if sign_type == SignType::Md5 {
        return Ok(Merchant::md5(partner, Md5Key::dangerous_unchecked(random::hex().as_bytes())));
    }
    // Making keys takes long, and nobody's are nobody's however often they are used.
    static NOBODY: OnceLock<Option<[PrivateKey; 2]>> = OnceLock::new();
    let keys = NOBODY.get_or_init(|| Some([PrivateKey::generate().ok()?, PrivateKey::generate().ok()?]));
    let [own, other] = keys.as_ref().ok_or(ConfigError::Invalid("key", "no random numbers"))?;
    let other = other.public().clone();
    match merchant.app_id() {
        None => Merchant::rsa(partner, own.clone(), other),
        Some(app_id) => {
            application_merchant(sign_type, app_id.clone(), merchant.seller_id().clone(), own.clone(), other)
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tampering_always_changes_something() {
        for (genuine, wish, tampered) in [
            ("20.00", "0.01", "0.01"),
            ("0.01", "0.01", "0.02"),
            ("100000000.00", "100000000.00", "99999999.99"),
            ("MD5", "MD5", "MD5x"),
            ("", "", "x"),
        ] {
            assert_eq!(unlike(genuine.as_bytes(), wish), tampered);
        }
    }
}
