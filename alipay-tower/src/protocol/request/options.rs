//! Setters for every optional parameter of `create_direct_pay_by_user`.

use std::net::Ipv4Addr;

use super::{PayMethod, PaymentRequest, QrPayMode, Royalty, Timeout};
use crate::protocol::{AntiPhishingKey, SellerId};

fn joined<T: ToString>(items: impl IntoIterator<Item = T>, separator: &str) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(separator)
}

const fn yes_no(yes: bool) -> &'static str {
    if yes { "Y" } else { "N" }
}

/// What is bought, and where the answers go.
impl PaymentRequest {
    /// `subject`: the title of the goods, up to 256 (a Chinese character counts 2), without `#`, `%`, `&`, `+`.
    pub fn with_subject(self, subject: impl Into<String>) -> Self {
        self.set("subject", subject.into())
    }

    /// `body`: a description, up to 1000 characters, without `#`, `%`, `&`, `+`; comes back cut to 400.
    pub fn with_body(self, body: impl Into<String>) -> Self {
        self.set("body", body.into())
    }

    /// `show_url`: the page of the goods, absolute, up to 400 characters.
    pub fn with_show_url(self, url: impl Into<String>) -> Self {
        self.set("show_url", url.into())
    }

    /// `notify_url`: where the gateway posts the notification, up to 190 characters, without a query. The desk
    /// fills it in from its endpoints.
    pub fn with_notify_url(self, url: impl Into<String>) -> Self {
        self.set("notify_url", url.into())
    }

    /// `return_url`: where the buyer's browser is sent, up to 200 characters, without a query. The desk fills it
    /// in from its endpoints.
    pub fn with_return_url(self, url: impl Into<String>) -> Self {
        self.set("return_url", url.into())
    }

    /// `error_notify_url`: where request errors are posted, up to 200 characters; must be activated by Alipay.
    pub fn with_error_notify_url(self, url: impl Into<String>) -> Self {
        self.set("error_notify_url", url.into())
    }

    /// `payment_type`: `1` goods (default), `4` donation, `47` e-voucher (needs `evoucheprod_evouche_id` in
    /// [`with_extend_param`](Self::with_extend_param)).
    pub fn with_payment_type(self, code: u16) -> Self {
        self.set("payment_type", code)
    }

    /// `goods_type`: physical (`1`, default) or virtual (`0`).
    pub fn with_virtual_goods(self, is_virtual: bool) -> Self {
        self.set("goods_type", if is_virtual { "0" } else { "1" })
    }

    /// `extra_common_param`: up to 100 characters that come back unchanged, without `=`, `&`, `#`, `%`, `+`.
    pub fn with_extra_common_param(self, text: impl Into<String>) -> Self {
        self.set("extra_common_param", text.into())
    }

    /// `extend_param`: names agreed with Alipay and their values, sent as `name^value|name^value`.
    pub fn with_extend_param<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.set(
            "extend_param",
            joined(pairs.into_iter().map(|(name, value)| format!("{name}^{value}")), "|"),
        )
    }

    /// `it_b_pay`: the payment deadline; must be activated by Alipay.
    pub fn with_timeout(self, timeout: Timeout) -> Self {
        self.set("it_b_pay", timeout)
    }

    /// `product_type`: `CHANNEL_FAST_PAY` for one airline product, up to 50 characters.
    pub fn with_product_type(self, product_type: impl Into<String>) -> Self {
        self.set("product_type", product_type.into())
    }

    /// `item_orders_info`: a list of items as the contract describes it, up to 40000 characters.
    pub fn with_item_orders_info(self, items: impl Into<String>) -> Self {
        self.set("item_orders_info", items.into())
    }
}

/// Who is paid, and who pays.
impl PaymentRequest {
    /// `seller_id`: the receiver's account. Default: the merchant's.
    pub fn with_seller_id(self, seller_id: &SellerId) -> Self {
        self.set("seller_id", seller_id)
    }

    /// `seller_email`: the receiver by login e-mail or mobile number, up to 100 characters.
    pub fn with_seller_email(self, email: impl Into<String>) -> Self {
        self.set("seller_email", email.into())
    }

    /// `seller_account_name`: the receiver by alias, up to 100 characters.
    pub fn with_seller_account_name(self, name: impl Into<String>) -> Self {
        self.set("seller_account_name", name.into())
    }

    /// `buyer_id`: only this account may pay; 16 digits beginning with 2088.
    pub fn with_buyer_id(self, buyer_id: impl Into<String>) -> Self {
        self.set("buyer_id", buyer_id.into())
    }

    /// `buyer_email`: only this login may pay, up to 100 characters.
    pub fn with_buyer_email(self, email: impl Into<String>) -> Self {
        self.set("buyer_email", email.into())
    }

    /// `buyer_account_name`: only this alias may pay, up to 100 characters.
    pub fn with_buyer_account_name(self, name: impl Into<String>) -> Self {
        self.set("buyer_account_name", name.into())
    }

    /// `sign_id_ext` and `sign_name_ext`: the shop's own id (up to 50) and name (up to 128) of the buyer.
    pub fn with_shop_account(self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.set("sign_id_ext", id.into()).set("sign_name_ext", name.into())
    }

    /// `royalty_type` = `10` and `royalty_parameters`: up to 10 receivers whose shares add up to at most the total.
    /// Needs a contract.
    pub fn with_royalties(self, shares: impl IntoIterator<Item = Royalty>) -> Self {
        self.set("royalty_type", "10").set("royalty_parameters", joined(shares, "|"))
    }
}

/// How the buyer pays.
impl PaymentRequest {
    /// `paymethod`: the channel that is chosen when the cashier opens. Default at Alipay: balance.
    pub fn with_paymethod(self, method: &PayMethod) -> Self {
        self.set("paymethod", method)
    }

    /// `paymethod` = `bankPay` and `defaultbank`: straight to this bank, by its code (`CMB`, `ICBCB2C`, …). Needs the
    /// pure-gateway contract.
    pub fn with_bank(self, code: impl Into<String>) -> Self {
        self.set("paymethod", PayMethod::BankPay).set("defaultbank", code.into())
    }

    /// `enable_paymethod`: the channels to show. Exclusive with `disable_paymethod`.
    pub fn with_enabled_paymethods(self, methods: impl IntoIterator<Item = PayMethod>) -> Self {
        self.set("enable_paymethod", joined(methods, "^"))
    }

    /// `disable_paymethod`: the channels to hide. Exclusive with `enable_paymethod`.
    pub fn with_disabled_paymethods(self, methods: impl IntoIterator<Item = PayMethod>) -> Self {
        self.set("disable_paymethod", joined(methods, "^"))
    }

    /// `need_ctu_check`: risk check for bank payment, if contracted.
    pub fn with_risk_check(self, check: bool) -> Self {
        self.set("need_ctu_check", yes_no(check))
    }

    /// `anti_phishing_key` and `exter_invoke_ip`: a fresh key from `query_timestamp` (valid for about 30 seconds) and
    /// the buyer's public IPv4 address. Both are mandatory once the option is switched on in the console.
    pub fn with_anti_phishing(self, key: &AntiPhishingKey, buyer_ip: Ipv4Addr) -> Self {
        self.set("anti_phishing_key", key.as_str()).set("exter_invoke_ip", buyer_ip)
    }

    /// `default_login`: skip the login together with `buyer_email`; must be activated.
    pub fn with_default_login(self, login: bool) -> Self {
        self.set("default_login", yes_no(login))
    }

    /// `token`: the token of a fast login, up to 40 characters.
    pub fn with_token(self, token: impl Into<String>) -> Self {
        self.set("token", token.into())
    }

    /// `qr_pay_mode` (and `qrcode_width`): pay by scanning a code.
    pub fn with_qr_pay_mode(mut self, mode: QrPayMode) -> Self {
        self.fields.remove("qrcode_width");
        match mode {
            QrPayMode::FrameWidth(pixels) => self.set("qrcode_width", pixels),
            _ => self,
        }
        .set("qr_pay_mode", mode.digit())
    }

    /// `need_buyer_realnamed` = `T`: only a verified buyer may pay.
    pub fn with_verified_buyer(self) -> Self {
        self.set("need_buyer_realnamed", "T")
    }

    /// `hb_fq_param`: payment in `count` instalments, the seller bearing `seller_percent` (0 to 100) of the fee.
    pub fn with_instalments(self, count: u8, seller_percent: u8) -> Self {
        self.set("hb_fq_param", format!("hb_fq_seller_percent^{seller_percent}|hb_fq_num^{count}"))
    }
}
