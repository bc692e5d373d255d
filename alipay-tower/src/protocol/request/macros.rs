//! What every builder has: its type, and the setters that several services share.

/// A builder over [`Parameters`](super::Parameters).
macro_rules! request {
    ($(#[$docs:meta])* $name:ident $({ $($own:ident: $type:ty),+ })?) => {
        $(#[$docs])*
        #[derive(Clone)]
        #[must_use = "a request does nothing until it is signed"]
        pub struct $name {
            parameters: $crate::protocol::request::Parameters,
            $($($own: $type,)+)?
        }

        impl $name {
            /// The value of a parameter as it was set.
            #[must_use]
            pub fn field(&self, name: &str) -> Option<&str> {
                self.parameters.get(name)
            }

            #[allow(dead_code, reason = "a service may have no optional parameter")]
            fn set(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
                self.parameters.set(name, value);
                self
            }
        }

        /// Names only: values may be personal data.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).field("fields", &self.parameters).finish()
            }
        }
    };
}

/// A payment that needs no time to be signed: the page fills in the two addresses.
macro_rules! payment_page {
    ($name:ident) => {
        impl $crate::protocol::PageRequest for $name {
            fn sign_page(
                &self,
                merchant: &$crate::protocol::Merchant,
                notify_url: &str,
                return_url: &str,
                _at: $crate::protocol::Timestamp,
            ) -> Result<$crate::protocol::SignedRequest, $crate::protocol::RequestError> {
                let parameters = self
                    .parameters
                    .clone()
                    .with_default(&["notify_url"], "notify_url", notify_url)
                    .with_default(&["return_url"], "return_url", return_url);
                Self { parameters }.sign(merchant)
            }
        }
    };
}

/// A page for an operator, of which no browser comes back: it fills in the address of the notification alone. The second
/// name is that of the field with the details.
macro_rules! operator_page {
    ($name:ident, $details:ident) => {
        impl $crate::protocol::PageRequest for $name {
            fn sign_page(
                &self,
                merchant: &$crate::protocol::Merchant,
                notify_url: &str,
                _return_url: &str,
                at: $crate::protocol::Timestamp,
            ) -> Result<$crate::protocol::SignedRequest, $crate::protocol::RequestError> {
                let parameters =
                    self.parameters.clone().with_default(&["notify_url"], "notify_url", notify_url);
                Self { parameters, $details: self.$details.clone() }.sign(merchant, at)
            }
        }
    };
}

/// Setters by name: `setters!(PaymentRequest: [subject] [body 1000])`.
macro_rules! setters {
    ($(#[$docs:meta])* $type:ident: $([$($setter:tt)+])+) => {
        $(#[$docs])*
        impl $type {
            $($crate::protocol::request::macros::setter! { $($setter)+ })+
        }
    };
}

macro_rules! setter {
    (subject) => {
        /// `subject`: the title of the goods, up to 256 (a Chinese character counts 2), without `#`, `%`, `&`, `+`, and
        /// without Korean, Thai, Tibetan, Mongolian and Arabic letters.
        pub fn with_subject(self, subject: impl Into<String>) -> Self {
            self.set("subject", subject.into())
        }
    };
    (body $max:literal) => {
        #[doc = concat!(
            "`body`: a description, up to ", $max, " characters, without `#`, `%`, `&`, `+`; comes back cut to 400."
        )]
        pub fn with_body(self, body: impl Into<String>) -> Self {
            self.set("body", body.into())
        }
    };
    (show_url) => {
        /// `show_url`: the page of the goods, absolute, up to 400 characters.
        pub fn with_show_url(self, url: impl Into<String>) -> Self {
            self.set("show_url", url.into())
        }
    };
    (notify_url) => {
        /// `notify_url`: where the gateway posts the notification, up to 190 characters, without a query. The desk
        /// fills it in from its endpoints.
        pub fn with_notify_url(self, url: impl Into<String>) -> Self {
            self.set("notify_url", url.into())
        }
    };
    (return_url) => {
        /// `return_url`: where the buyer's browser is sent, up to 200 characters, without a query. The desk fills it
        /// in from its endpoints.
        pub fn with_return_url(self, url: impl Into<String>) -> Self {
            self.set("return_url", url.into())
        }
    };
    (error_notify_url) => {
        /// `error_notify_url`: where request errors are posted, up to 200 characters; must be activated by Alipay.
        pub fn with_error_notify_url(self, url: impl Into<String>) -> Self {
            self.set("error_notify_url", url.into())
        }
    };
    (virtual_goods) => {
        /// `goods_type`: physical (`1`, default) or virtual (`0`).
        pub fn with_virtual_goods(self, is_virtual: bool) -> Self {
            self.set("goods_type", if is_virtual { "0" } else { "1" })
        }
    };
    (timeout) => {
        /// `it_b_pay`: the payment deadline; must be activated by Alipay.
        pub fn with_timeout(self, timeout: $crate::protocol::Timeout) -> Self {
            self.set("it_b_pay", timeout)
        }
    };
    (seller_id) => {
        /// `seller_id`: the receiver's account. Default: the merchant's.
        pub fn with_seller_id(self, seller_id: &$crate::protocol::SellerId) -> Self {
            self.set("seller_id", seller_id)
        }
    };
    (seller_email) => {
        /// `seller_email`: the receiver by login e-mail or mobile number, up to 100 characters.
        pub fn with_seller_email(self, email: impl Into<String>) -> Self {
            self.set("seller_email", email.into())
        }
    };
    (seller_account_name) => {
        /// `seller_account_name`: the receiver by alias, up to 100 characters.
        pub fn with_seller_account_name(self, name: impl Into<String>) -> Self {
            self.set("seller_account_name", name.into())
        }
    };
    (buyer_id) => {
        /// `buyer_id`: only this account may pay; 16 digits beginning with 2088.
        pub fn with_buyer_id(self, buyer_id: impl Into<String>) -> Self {
            self.set("buyer_id", buyer_id.into())
        }
    };
    (buyer_email) => {
        /// `buyer_email`: only this login may pay, up to 100 characters.
        pub fn with_buyer_email(self, email: impl Into<String>) -> Self {
            self.set("buyer_email", email.into())
        }
    };
    (buyer_account_name) => {
        /// `buyer_account_name`: only this alias may pay, up to 100 characters.
        pub fn with_buyer_account_name(self, name: impl Into<String>) -> Self {
            self.set("buyer_account_name", name.into())
        }
    };
    (enabled_paymethods) => {
        /// `enable_paymethod`: the channels to show. Exclusive with `disable_paymethod` where a service has both.
        pub fn with_enabled_paymethods(
            self,
            methods: impl IntoIterator<Item = $crate::protocol::PayMethod>,
        ) -> Self {
            self.set("enable_paymethod", $crate::protocol::request::joined(methods, "^"))
        }
    };
    (anti_phishing) => {
        /// `anti_phishing_key` and `exter_invoke_ip`: a fresh key from `query_timestamp` (valid for about 30 seconds) and
        /// the buyer's public IPv4 address. Both are mandatory once the option is switched on in the console. An address
        /// of a private network is taken with a gateway on this machine only.
        pub fn with_anti_phishing(
            self,
            key: &$crate::protocol::AntiPhishingKey,
            buyer_ip: std::net::Ipv4Addr,
        ) -> Self {
            self.set("anti_phishing_key", key.as_str()).set("exter_invoke_ip", buyer_ip)
        }
    };
    (token) => {
        /// `token`: the token of a fast login, up to 40 characters.
        pub fn with_token(self, token: impl Into<String>) -> Self {
            self.set("token", token.into())
        }
    };
    (instalments) => {
        /// `hb_fq_param`: payment in `count` instalments, the seller bearing `seller_percent` (0 to 100) of the fee.
        pub fn with_instalments(self, count: u8, seller_percent: u8) -> Self {
            self.set("hb_fq_param", format!("hb_fq_seller_percent^{seller_percent}|hb_fq_num^{count}"))
        }
    };
    (text $setter:ident $name:literal $docs:literal) => {
        #[doc = concat!("`", $name, "`: ", $docs)]
        pub fn $setter(self, text: impl Into<String>) -> Self {
            self.set($name, text.into())
        }
    };
}

pub(in crate::protocol) use {operator_page, payment_page, request, setter, setters};
