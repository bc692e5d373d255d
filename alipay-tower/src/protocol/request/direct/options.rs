//! Setters for every optional parameter of `create_direct_pay_by_user`.

use super::PaymentRequest;
use crate::protocol::{
    PayMethod, QrPayMode, Royalty,
    request::{joined, joined_pairs, setters, yes_no},
};

setters! {
    /// What is bought, and where the answers go.
    PaymentRequest:
    [subject] [body 1000] [show_url] [notify_url] [return_url] [error_notify_url] [virtual_goods] [timeout]
    [text with_extra_common_param "extra_common_param"
        "up to 100 characters that come back unchanged, without `=`, `&`, `#`, `%`, `+`."]
    [text with_product_type "product_type" "`CHANNEL_FAST_PAY` for one airline product, up to 50 characters."]
    [text with_item_orders_info "item_orders_info"
        "a list of items as the contract describes it, up to 40000 characters."]
}

/// What is bought.
impl PaymentRequest {
    /// `payment_type`: `1` goods (default), `4` donation, `47` e-voucher (needs `evoucheprod_evouche_id` in
    /// [`with_extend_param`](Self::with_extend_param)); of old contracts `2` service, `3` auction, `5` postage, `6` bonus,
    /// `7` fund, `8` air ticket.
    pub fn with_payment_type(self, code: u16) -> Self {
        self.set("payment_type", code)
    }

    /// `extend_param`: names agreed with Alipay and their values, sent as `name^value|name^value`.
    pub fn with_extend_param<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.set("extend_param", joined_pairs(pairs))
    }
}

setters! {
    /// Who is paid, and who pays.
    PaymentRequest:
    [seller_id] [seller_email] [seller_account_name] [buyer_id] [buyer_email] [buyer_account_name]
}

/// Who is paid, and who pays.
impl PaymentRequest {
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

setters! {
    /// How the buyer pays.
    PaymentRequest: [enabled_paymethods] [anti_phishing] [token] [instalments]
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

    /// `disable_paymethod`: the channels to hide. Exclusive with `enable_paymethod`.
    pub fn with_disabled_paymethods(self, methods: impl IntoIterator<Item = PayMethod>) -> Self {
        self.set("disable_paymethod", joined(methods, "^"))
    }

    /// `need_ctu_check`: risk check for bank payment, if contracted.
    pub fn with_risk_check(self, check: bool) -> Self {
        self.set("need_ctu_check", yes_no(check))
    }

    /// `default_login`: skip the login together with `buyer_email`; must be activated.
    pub fn with_default_login(self, login: bool) -> Self {
        self.set("default_login", yes_no(login))
    }

    /// `qr_pay_mode` (and `qrcode_width`): pay by scanning a code.
    pub fn with_qr_pay_mode(mut self, mode: QrPayMode) -> Self {
        self.parameters.remove("qrcode_width");
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
}
