//! Signed messages in one call: what the gateway would send about an order.

mod application;
mod kinds;
mod signed;

use std::time::SystemTime;

use alipay_tower::{
    Merchant, Money,
    protocol::{Channel, Charset, RequestError, Scheme, Timestamp},
};

pub use self::signed::SignedNotice;

/// The `Content-Type` that the real gateway sends; no valid media type.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded; text/html; charset=utf-8";

/// The `Content-Type` for messages in a charset; the one of the OpenAPI generation is well-formed.
pub(crate) const fn content_type(scheme: Scheme, charset: Charset) -> &'static str {
    match (scheme, charset) {
        (Scheme::OpenApi, Charset::Utf8) => "application/x-www-form-urlencoded; charset=utf-8",
        (Scheme::OpenApi, Charset::Gb2312) => "application/x-www-form-urlencoded; charset=gb2312",
        (Scheme::OpenApi, _) => "application/x-www-form-urlencoded; charset=gbk",
        (_, Charset::Utf8) => CONTENT_TYPE,
        (_, Charset::Gb2312) => "application/x-www-form-urlencoded; text/html; charset=gb2312",
        _ => "application/x-www-form-urlencoded; text/html; charset=gbk",
    }
}

/// A message about a trade before it is signed. Every field can be changed; [`sign`](Notice::sign) seals it.
///
/// ```
/// use alipay_simulator::Notice;
/// # use alipay_tower::{Merchant, protocol::{Md5Key, PartnerId}};
/// # let merchant = Merchant::md5(PartnerId::new("2088000000000001")?, Md5Key::new("abcdefghijklmnopqrstuvwxyz012345")?);
///
/// let genuine = Notice::paid("T20240101000001", "0.01".parse()?).sign(&merchant)?;
/// let forged = genuine.clone().tamper("total_fee", "100.00");
/// assert_ne!(genuine.body(), forged.body());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a notice does nothing until it is signed and sent"]
pub struct Notice {
    channel: Channel,
    fields: Vec<(String, String)>,
    /// Whether the seller is named when it is not set.
    sellers: bool,
}

impl Notice {
    /// `TRADE_SUCCESS`: paid, refunds still possible.
    pub fn paid(out_trade_no: &str, total_fee: Money) -> Self {
        Self::of_status(out_trade_no, total_fee, "TRADE_SUCCESS").with("gmt_payment", &now())
    }

    /// `TRADE_FINISHED`: paid and final.
    pub fn finished(out_trade_no: &str, total_fee: Money) -> Self {
        Self::paid(out_trade_no, total_fee).with("trade_status", "TRADE_FINISHED")
    }

    /// `TRADE_CLOSED`: never paid.
    pub fn closed(out_trade_no: &str, total_fee: Money) -> Self {
        Self::of_status(out_trade_no, total_fee, "TRADE_CLOSED").with("gmt_close", &now())
    }

    /// A refund made on Alipay's site: the status stays paid-looking, `refund_status` tells the truth.
    pub fn refunded(out_trade_no: &str, total_fee: Money) -> Self {
        Self::paid(out_trade_no, total_fee).with("refund_status", "REFUND_SUCCESS").with("gmt_refund", &now())
    }

    /// A trade message of any status.
    pub fn of_status(out_trade_no: &str, total_fee: Money, trade_status: &str) -> Self {
        let (now, total) = (now(), total_fee.to_string());
        // One trade for one order number, so that repeated notices are about the same trade.
        let digits: u64 =
            out_trade_no.bytes().fold(7, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let trade_no = format!("20240101{digits:020}");
        let notify_id = format!(
            "{digits:016x}{:016x}5e",
            trade_status.bytes().fold(3_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
        );
        let pairs = [
            ("discount", "0.00"),
            ("payment_type", "1"),
            ("subject", "测试订单"),
            ("trade_no", &trade_no),
            ("buyer_email", "buyer@example.com"),
            ("gmt_create", &now),
            ("notify_type", "trade_status_sync"),
            ("quantity", "1"),
            ("out_trade_no", out_trade_no),
            ("notify_time", &now),
            ("body", "说明 a+b"),
            ("trade_status", trade_status),
            ("is_total_fee_adjust", "N"),
            ("total_fee", &total),
            ("price", &total),
            ("buyer_id", "2088000000000002"),
            ("notify_id", &notify_id),
            ("use_coupon", "N"),
        ];
        let fields = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { channel: Channel::Notify, fields, sellers: true }
    }

    /// The same news as the buyer's browser carries it: the fields of a return, with an escaped `notify_id`.
    pub fn into_return(self) -> Self {
        self.into_return_of("create_direct_pay_by_user", false)
    }

    /// Sets a field, in place when it is there.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(own, _)| own == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// Leaves a field out.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(own, _)| own != name);
        self
    }

    /// The value of a field that is set.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// What kind of message it is: `notify_type`, or `msg_method` of the message service.
    pub(crate) fn kind(&self) -> &str {
        self.field("notify_type").or_else(|| self.field("msg_method")).unwrap_or_default()
    }

    /// Which way the message is to go.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// Signs as Alipay would for this merchant, which must be Alipay's side of it: with MD5 that is the shop's own, with
    /// RSA the one with Alipay's private key. `seller_id`, `seller_email` and, of an application, `app_id` and what
    /// belongs to it are the merchant's unless set.
    ///
    /// # Errors
    ///
    /// [`RequestError`] when a text does not fit the merchant's charset.
    pub fn sign(self, merchant: &Merchant) -> Result<SignedNotice, RequestError> {
        let mut notice = self;
        let sellers =
            [("seller_id", Some(merchant.seller_id().as_str())), ("seller_email", merchant.seller_email())];
        if notice.sellers && merchant.scheme() == Scheme::OpenApi {
            notice = notice.addressed(merchant);
        } else if notice.sellers {
            for (name, value) in sellers {
                if let (Some(value), None) = (value, notice.field(name)) {
                    notice = notice.with(name, value);
                }
            }
        }
        let charset = merchant.charset();
        let mut fields = Vec::new();
        for (name, value) in notice.fields {
            let bytes = charset.encode(&value).map_err(|_| encoding(merchant, &name, &value))?.into_owned();
            fields.push((name, bytes));
        }
        // The generations differ on empty values (Alipay, *Signature*).
        let sign = merchant.sign_text(&signed_text(&fields, merchant.scheme() == Scheme::OpenApi));
        fields.push(("sign".to_owned(), sign.into_bytes()));
        fields.push(("sign_type".to_owned(), merchant.sign_type().as_str().into()));
        Ok(SignedNotice::new(fields))
    }
}

/// The error that signing the one field alone gives, with its name in it.
fn encoding(merchant: &Merchant, name: &str, value: &str) -> RequestError {
    match merchant.sign_fields([(name, value)]) {
        Err(error) => error,
        Ok(_) => unreachable!("the text did not fit the charset a moment ago"),
    }
}

fn signed_text(fields: &[(String, Vec<u8>)], empty_values: bool) -> Vec<u8> {
    let mut sorted: Vec<_> = fields.iter().filter(|(_, value)| empty_values || !value.is_empty()).collect();
    sorted.sort();
    let parts: Vec<Vec<u8>> =
        sorted.iter().map(|(name, value)| [name.as_bytes(), b"=", value].concat()).collect();
    parts.join(&b'&')
}

fn now() -> String {
    Timestamp::from(SystemTime::now()).to_string()
}

#[cfg(test)]
mod tests {
    use alipay_tower::protocol::{Charset, Md5Key, Notification, PartnerId};

    use super::*;

    fn merchant() -> Merchant {
        let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
        Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
            .with_seller_email("seller@example.com")
    }

    #[test]
    fn the_library_accepts_what_is_signed_here() {
        for merchant in [merchant(), merchant().with_charset(Charset::Gbk)] {
            for notice in [
                Notice::paid("T1", Money::from_fen(1).unwrap()),
                Notice::refunded("T1", Money::MAX).into_return(),
            ] {
                let channel = notice.channel();
                let body = notice.sign(&merchant).unwrap().body();
                let signed =
                    Notification::parse(channel, body.as_bytes()).unwrap().authenticate(&merchant).unwrap();
                assert_eq!(signed.field("subject"), Some("测试订单"));
            }
        }
    }
}
