//! `alipay.wap.create.direct.pay.by.user`: payment in a phone's browser.

use super::{
    Parameters, RequestError, column, fen_text, joined, joined_pairs,
    limits::{CALLBACKS, Form, Limits, Rule, first_broken, instalments, timeout},
    payment_page, request, setters, yes_no,
};
use crate::protocol::{Merchant, Money, OutTradeNo, SignedRequest};

request! {
    /// An instant payment in a phone's browser (`alipay.wap.create.direct.pay.by.user`, 手机网站支付).
    ///
    /// The mobile cashier needs a way back, so the page of the goods is mandatory; there is no unit price and quantity,
    /// and `seller_id` is the only way to name the receiver.
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{Md5Key, OutTradeNo, PartnerId, WapPayment}};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let order = OutTradeNo::new("T20240101000001")?;
    /// let signed = WapPayment::new(order, "测试订单", "88.00".parse()?, "https://shop.example.com/p/1")
    ///     .with_app_pay(true)
    ///     .sign(&merchant)?;
    /// assert_eq!(signed.field("service"), Some("alipay.wap.create.direct.pay.by.user"));
    /// assert_eq!(signed.field("app_pay"), Some("Y"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    WapPayment
}

payment_page!(WapPayment);

const RULES: &[Rule] = &[
    ("airticket", 1000, Form::Text),
    ("body", 1000, Form::Echoed),
    ("buyer_cert_no", 32, Form::Code),
    ("buyer_real_name", 64, Form::Text),
    ("enable_paymethod", 256, Form::Text),
    ("ext_user_info", 1000, Form::Text),
    ("extend_params", 1000, Form::Text),
    ("extern_token", 256, Form::Text),
    ("hb_fq_param", 100, Form::Text),
    ("otherfee", 12, Form::Amount(Money::MAX.fen())),
    ("promo_params", 1000, Form::Text),
    ("seller_id", 16, Form::Account),
    ("show_url", 400, Form::Page),
    ("subject", 256, Form::Title),
    ("total_fee", 12, Form::Amount(Money::MAX.fen())),
];

const LIMITS: Limits = Limits { required: &["show_url", "subject"], rules: &[CALLBACKS, RULES], together };

fn together(fields: &Parameters) -> Result<(), RequestError> {
    first_broken([
        (fields.fen("otherfee") > fields.fen("total_fee"), "otherfee", "must not be more than the total"),
        (
            fields.has("buyer_cert_no") != fields.has("buyer_real_name"),
            "buyer_real_name",
            "goes together with buyer_cert_no",
        ),
    ])?;
    timeout(fields)?;
    instalments(fields)
}

impl WapPayment {
    /// An order with its total, and the page that the mobile cashier leads back to (`show_url`).
    pub fn new(
        out_trade_no: OutTradeNo,
        subject: impl Into<String>,
        total_fee: Money,
        show_url: impl Into<String>,
    ) -> Self {
        let parameters = Parameters::of("alipay.wap.create.direct.pay.by.user")
            .with("payment_type", "1")
            .with("out_trade_no", out_trade_no)
            .with("subject", subject.into())
            .with("total_fee", total_fee)
            .with("show_url", show_url.into());
        Self { parameters }
    }

    /// Checks every limit and signs; `seller_id` is the merchant's when none was set.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit, does not fit the charset, or would let the
    /// signed text be read in two ways.
    pub fn sign(&self, merchant: &Merchant) -> Result<SignedRequest, RequestError> {
        let parameters = self.parameters.clone();
        parameters.with_default(&["seller_id"], "seller_id", merchant.seller_id()).sign(merchant, &LIMITS)
    }

    /// `app_pay`: tries to open the Alipay app, and falls back to the cashier in the browser.
    pub fn with_app_pay(self, open_app: bool) -> Self {
        self.set("app_pay", yes_no(open_app))
    }

    /// `rn_check`: only a buyer whose name Alipay has verified may pay.
    pub fn with_rn_check(self, check: bool) -> Self {
        self.set("rn_check", if check { "T" } else { "F" })
    }

    /// `buyer_cert_no`, `buyer_real_name` and the `scene` in which they are looked at (`ZJCZTJF`): only this person may
    /// pay. Up to 32 letters and digits, and up to 64 characters.
    pub fn with_buyer_identity(self, cert_no: impl Into<String>, real_name: impl Into<String>) -> Self {
        self.set("buyer_cert_no", cert_no.into())
            .set("buyer_real_name", real_name.into())
            .set("scene", "ZJCZTJF")
    }

    /// `airticket` and `otherfee`: an air ticket's fare, and what else is in its price, each with a text without `^` and
    /// `|`. The sum of what is not fare is sent as `otherfee`.
    pub fn with_airticket<'a>(
        self,
        fare: (Money, &'a str),
        others: impl IntoIterator<Item = (Money, &'a str)>,
    ) -> Self {
        let others: Vec<_> = others.into_iter().collect();
        let sum = others.iter().map(|(amount, _)| amount.fen()).fold(0, u64::saturating_add);
        let parts = std::iter::once(fare).chain(others);
        let parts = parts.map(|(amount, text)| format!("{amount}^{}", column(text)));
        let ticket = self.set("airticket", joined(parts, "|"));
        if sum == 0 { ticket } else { ticket.set("otherfee", fen_text(sum)) }
    }

    /// `extend_params`: names agreed with Alipay and their values, sent as `name^value|name^value`. The plural is this
    /// service's own.
    pub fn with_extend_params<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.set("extend_params", joined_pairs(pairs))
    }
}

setters! {
    /// What is bought, by whom, and where the answers go.
    WapPayment:
    [subject] [body 1000] [show_url] [notify_url] [return_url] [error_notify_url] [virtual_goods] [timeout]
    [seller_id] [enabled_paymethods] [instalments]
    [text with_extern_token "extern_token" "the token of a login in Alipay's wallet, up to 256 characters."]
    [text with_promo_params "promo_params" "a promotion as the contract describes it, up to 1000 characters."]
    [text with_ext_user_info "ext_user_info" "what the shop knows of the buyer, as JSON text, up to 1000 characters."]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{
        Md5Key, PartnerId, PayMethod, Timeout, request::limits::tests::rules_name_their_fields,
    };

    fn merchant() -> Merchant {
        let key = Md5Key::new("abcdefghijklmnopqrstuvwxyz012345").unwrap();
        Merchant::md5(PartnerId::new("2088000000000001").unwrap(), key)
    }

    fn fen(fen: u64) -> Money {
        Money::from_fen(fen).unwrap()
    }

    fn payment() -> WapPayment {
        WapPayment::new(
            OutTradeNo::new("T1").unwrap(),
            "item",
            fen(100),
            "https://shop.example.com/p/1?a=1&b=2",
        )
    }

    #[test]
    fn takes_every_parameter() {
        let signed = payment()
            .with_body("an item")
            .with_notify_url("https://shop.example.com/notify")
            .with_return_url("https://shop.example.com/return")
            .with_error_notify_url("https://shop.example.com/errors")
            .with_virtual_goods(true)
            .with_timeout(Timeout::Hours(2))
            .with_enabled_paymethods([PayMethod::DirectPay])
            .with_instalments(3, 100)
            .with_app_pay(false)
            .with_rn_check(true)
            .with_buyer_identity("11010119900101001X", "张三")
            .with_airticket((fen(70), "fare"), [(fen(20), "tax"), (fen(10), "fuel")])
            .with_extend_params([("TRANS_MEMO", "x")])
            .with_extern_token("t")
            .with_promo_params("{}")
            .with_ext_user_info("{\"name\":\"张三\"}")
            .sign(&merchant())
            .unwrap();
        assert_eq!(signed.field("airticket"), Some("0.70^fare|0.20^tax|0.10^fuel"));
        assert_eq!(signed.field("otherfee"), Some("0.30"));
        assert_eq!(signed.field("seller_id"), Some("2088000000000001"));
        assert_eq!(signed.field("rn_check"), Some("T"));
        assert_eq!(signed.fields().count(), 30);
    }

    #[test]
    fn every_rule_of_the_table_names_its_field() {
        rules_name_their_fields(&LIMITS, &payment().parameters);
    }

    #[test]
    fn names_the_field_that_breaks_a_limit() {
        let cases: Vec<(WapPayment, &str)> = vec![
            (payment().with_show_url(""), "show_url"),
            (payment().with_show_url("shop.example.com"), "show_url"),
            (payment().with_show_url("https://shop.example.com/?a=1&app_pay=Y"), "app_pay"),
            (payment().with_subject(""), "subject"),
            (payment().with_body("a".repeat(1001)), "body"),
            (payment().with_timeout(Timeout::Days(16)), "it_b_pay"),
            (payment().with_instalments(0, 0), "hb_fq_param"),
            (payment().with_buyer_identity("1", ""), "buyer_real_name"),
            (payment().with_buyer_identity("1&2", "a"), "buyer_cert_no"),
            (payment().with_airticket((fen(1), "fare"), [(fen(101), "tax")]), "otherfee"),
            (payment().with_airticket((fen(1), "fare"), vec![(Money::MAX, "tax"); 2]), "otherfee"),
            (payment().with_airticket((fen(1), "fare|1.00^more"), []), "airticket"),
            (payment().with_extend_params([("a", "b|c^d")]), "extend_params"),
            (payment().with_ext_user_info("a&b"), "ext_user_info"),
            (payment().with_notify_url("https://shop.example.com/?id=1"), "notify_url"),
            (WapPayment::new(OutTradeNo::new("T1").unwrap(), "x", fen(0), "https://a.example/"), "total_fee"),
        ];
        for (request, field) in cases {
            assert_eq!(request.sign(&merchant()).unwrap_err().field(), field, "{request:?}");
        }
    }
}
