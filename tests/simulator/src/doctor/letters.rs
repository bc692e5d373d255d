//! The messages of the probes: about an order that no shop has, so that nothing is shipped.

use alipay_tower::{
    Merchant, Money,
    protocol::{Md5Key, RequestError, Scheme, SignType},
};

use super::Sender;
use crate::{demo_merchant, forgery::with_key_of_nobody, notice::Notice, random};

/// Writes the messages of one examination, all about the same made-up order.
#[derive(Debug)]
pub(super) struct Letters {
    merchant: Merchant,
    /// Whether the shop should believe the merchant's signature; otherwise every message is a forgery.
    genuine: bool,
    /// The shop's own, whose signature is never Alipay's.
    own: Option<Merchant>,
    out_trade_no: String,
    notify_id: String,
}

impl Letters {
    pub(super) fn new(
        sender: Option<&Sender>,
        own: Option<Merchant>,
    ) -> Result<Self, alipay_tower::ConfigError> {
        let (merchant, genuine) = match sender {
            Some(sender) => (sender.merchant.clone(), sender.genuine),
            None => (with_key_of_nobody(&demo_merchant()?), false),
        };
        let out_trade_no = format!("DOCTOR{}", random::digits(18));
        Ok(Self { merchant, genuine, own, out_trade_no, notify_id: format!("{}5e", random::hex()) })
    }

    pub(super) const fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    pub(super) const fn genuine(&self) -> bool {
        self.genuine
    }

    /// The order was created and is not paid: true or not, it moves nothing.
    pub(super) fn waiting(&self) -> Result<String, RequestError> {
        Ok(self.notice("WAIT_BUYER_PAY").sign(&self.merchant)?.body())
    }

    /// The order is paid, says the key that the shop should believe.
    pub(super) fn paid(&self) -> Result<String, RequestError> {
        Ok(self.notice("TRADE_SUCCESS").sign(&self.merchant)?.body())
    }

    /// The order is paid, says a key that nobody has.
    pub(super) fn forged(&self) -> Result<String, RequestError> {
        Ok(self.notice("TRADE_SUCCESS").sign(&with_key_of_nobody(&self.merchant))?.body())
    }

    /// The order is paid, in the ways of people without the key: each with the name of its probe.
    pub(super) fn forgeries(&self) -> Result<Vec<(&'static str, String)>, RequestError> {
        let (notice, key) = (self.notice("TRADE_SUCCESS"), with_key_of_nobody(&self.merchant));
        let forged = notice.clone().sign(&key)?;
        let mut forgeries = vec![
            ("signed with another key", forged.body()),
            ("without a sign", forged.clone().drop_field("sign").body()),
            ("with an empty sign", forged.clone().tamper("sign", "").body()),
        ];
        if self.merchant.sign_type() == SignType::Md5 {
            forgeries.push(("signed with an empty key", notice.clone().sign(&self.without_key())?.body()));
        } else {
            // A verifier that lets the message choose the algorithm takes MD5 with no key for a signature.
            let chosen = notice.clone().sign(&self.without_key())?;
            forgeries.push(("signed with MD5 and an empty key", chosen.body()));
        }
        if let Some(own) = &self.own {
            forgeries.push(("signed with the shop's own key", notice.clone().sign(own)?.body()));
        }
        if self.genuine {
            let amount = if self.is_classic() { "total_fee" } else { "total_amount" };
            let changed = notice.sign(&self.merchant)?.tamper(amount, "100.00");
            forgeries.push(("with the amount changed after signing", changed.body()));
        }
        Ok(forgeries)
    }

    /// What a browser brings back, forged or (with the right key) only about an order that nobody made.
    pub(super) fn returned(&self) -> Result<String, RequestError> {
        let notice = self.notice("TRADE_SUCCESS");
        let returned =
            if self.is_classic() { notice.into_return() } else { notice.into_application_return() };
        Ok(returned.sign(&self.merchant)?.body())
    }

    /// The same ids, and an MD5 key of no length.
    fn without_key(&self) -> Merchant {
        Merchant::md5(self.merchant.partner().clone(), Md5Key::dangerous_unchecked(b""))
            .with_seller_id(self.merchant.seller_id().clone())
            .with_charset(self.merchant.charset())
    }

    fn is_classic(&self) -> bool {
        self.merchant.scheme() == Scheme::Mapi
    }

    fn notice(&self, status: &str) -> Notice {
        let fen = Money::from_fen(1).unwrap_or_default();
        let notice = if self.is_classic() {
            Notice::of_status(&self.out_trade_no, fen, status)
        } else {
            let notice = Notice::of_application(&self.out_trade_no, fen, status);
            // Whoever signs, it names the application that the shop is.
            notice.with("app_id", self.merchant.id()).with("auth_app_id", self.merchant.id())
        };
        notice.with("notify_id", &self.notify_id)
    }
}
