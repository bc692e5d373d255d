//! The messages of the probes: about an order that no shop has, so that nothing is shipped.

use alipay_tower::{
    Merchant, Money,
    protocol::{Md5Key, RequestError},
};

use crate::{demo_merchant, forgery::with_key_of_nobody, notice::Notice, random};

/// Writes the messages of one examination, all about the same made-up order.
#[derive(Debug)]
pub(super) struct Letters {
    merchant: Merchant,
    /// Whether the key is the shop's own; otherwise every message is a forgery.
    genuine: bool,
    out_trade_no: String,
    notify_id: String,
}

impl Letters {
    pub(super) fn new(merchant: Option<&Merchant>) -> Result<Self, alipay_tower::ConfigError> {
        let (genuine, merchant) = match merchant {
            Some(merchant) => (true, merchant.clone()),
            None => (false, with_key_of_nobody(&demo_merchant()?)),
        };
        let out_trade_no = format!("DOCTOR{}", random::digits(18));
        Ok(Self { merchant, genuine, out_trade_no, notify_id: format!("{}5e", random::hex()) })
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

    /// The order is paid, says the shop's own key.
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
        let nothing = Merchant::md5(self.merchant.partner().clone(), Md5Key::dangerous_unchecked(b""));
        let unkeyed =
            nothing.with_seller_id(self.merchant.seller_id().clone()).with_charset(self.merchant.charset());
        let mut forgeries = vec![
            ("signed with another key", forged.body()),
            ("without a sign", forged.clone().drop_field("sign").body()),
            ("with an empty sign", forged.tamper("sign", "").body()),
            ("signed with an empty key", notice.clone().sign(&unkeyed)?.body()),
        ];
        if self.genuine {
            let changed = notice.sign(&self.merchant)?.tamper("total_fee", "100.00");
            forgeries.push(("with the amount changed after signing", changed.body()));
        }
        Ok(forgeries)
    }

    /// What a browser brings back, forged or (with the shop's key) only about an order that nobody made.
    pub(super) fn returned(&self) -> Result<String, RequestError> {
        Ok(self.notice("TRADE_SUCCESS").into_return().sign(&self.merchant)?.body())
    }

    fn notice(&self, status: &str) -> Notice {
        let fen = Money::from_fen(1).unwrap_or_default();
        Notice::of_status(&self.out_trade_no, fen, status).with("notify_id", &self.notify_id)
    }
}
