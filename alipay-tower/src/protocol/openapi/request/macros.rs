//! What every builder has: its type, and the setters that several methods share.

/// A builder over a [`Request`](super::Request).
macro_rules! builder {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Clone)]
        #[must_use = "a request does nothing until it is signed"]
        pub struct $name {
            request: $crate::protocol::openapi::request::Request,
        }

        impl $name {
            /// The value of a business parameter as it was set.
            #[must_use]
            pub fn field(&self, name: &str) -> Option<&$crate::protocol::openapi::Json> {
                self.request.get(name)
            }

            /// `app_auth_token`: the token of a merchant that this application acts for, up to 40 characters.
            pub fn with_app_auth_token(mut self, token: impl Into<String>) -> Self {
                self.request.set_common("app_auth_token", token);
                self
            }

            #[allow(dead_code, reason = "a method may have no optional parameter")]
            fn set(mut self, name: &'static str, value: impl Into<$crate::protocol::openapi::Json>) -> Self {
                self.request.set(name, value);
                self
            }
        }

        /// Names only: values may be personal data.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.request).finish()
            }
        }
    };
}

/// Signing is the same for every builder whose limits say all that there is to check.
macro_rules! sign {
    ($name:ident, $limits:expr) => {
        impl $name {
            /// Checks every limit and signs; `at` is the time of the request, by which the gateway knows a stale one.
            ///
            /// # Errors
            ///
            /// [`RequestError`](crate::protocol::RequestError) with the field that breaks its documented limit.
            pub fn sign(
                &self,
                merchant: &$crate::protocol::Merchant,
                at: $crate::protocol::Timestamp,
            ) -> Result<$crate::protocol::SignedRequest, $crate::protocol::RequestError> {
                self.request.sign(merchant, &$limits, at)
            }
        }
    };
}

/// An object inside `biz_content`.
macro_rules! object {
    ($(#[$docs:meta])* $name:ident { $($(#[$setter_docs:meta])* $setter:ident = $field:literal,)* }) => {
        $(#[$docs])*
        #[derive(Clone, Debug, Default)]
        #[must_use = "an object does nothing until it is part of a request"]
        pub struct $name {
            values: std::collections::BTreeMap<Box<str>, $crate::protocol::openapi::Json>,
        }

        impl $name {
            $(
                $(#[$setter_docs])*
                pub fn $setter(self, text: impl Into<String>) -> Self {
                    self.set($field, text.into())
                }
            )*

            fn set(mut self, name: &str, value: impl Into<$crate::protocol::openapi::Json>) -> Self {
                self.values.insert(name.into(), value.into());
                self
            }
        }

        impl From<$name> for $crate::protocol::openapi::Json {
            fn from(object: $name) -> Self {
                Self::Object(object.values)
            }
        }
    };
}

/// Setters by name: `setters!(PagePay: body, goods_detail)`.
macro_rules! setters {
    ($(#[$docs:meta])* $type:ident: $($setter:ident),+ $(,)?) => {
        $(#[$docs])*
        impl $type {
            $($crate::protocol::openapi::request::macros::setter! { $setter })+
        }
    };
}

macro_rules! setter {
    (agreement_sign_params) => {
        /// `agreement_sign_params`: sign a contract for later deductions together with the payment.
        pub fn with_agreement_sign_params(
            self,
            agreement: $crate::protocol::openapi::AgreementSignParams,
        ) -> Self {
            self.set("agreement_sign_params", agreement)
        }
    };
    (auth_token) => {
        /// `auth_token`: the token of a buyer who is logged in, up to 40 characters.
        pub fn with_auth_token(self, token: impl Into<String>) -> Self {
            self.set("auth_token", token.into())
        }
    };
    (body) => {
        /// `body`: a description, up to 128 characters; comes back in notifications and bills.
        pub fn with_body(self, body: impl Into<String>) -> Self {
            self.set("body", body.into())
        }
    };
    (business_params) => {
        /// `business_params`: what the contract asks for, as JSON, up to 512 characters.
        pub fn with_business_params(self, json: &$crate::protocol::openapi::Json) -> Self {
            self.set("business_params", json.to_string())
        }
    };
    (channels) => {
        /// `enable_pay_channels`: the channels to show. Exclusive with `disable_pay_channels`.
        pub fn with_enabled_channels(
            self,
            channels: impl IntoIterator<Item = $crate::protocol::openapi::PayChannel>,
        ) -> Self {
            self.set("enable_pay_channels", $crate::protocol::openapi::pay::channels(channels))
        }

        /// `disable_pay_channels`: the channels to hide. Exclusive with `enable_pay_channels`.
        pub fn with_disabled_channels(
            self,
            channels: impl IntoIterator<Item = $crate::protocol::openapi::PayChannel>,
        ) -> Self {
            self.set("disable_pay_channels", $crate::protocol::openapi::pay::channels(channels))
        }
    };
    (ext_user_info) => {
        /// `ext_user_info`: who may pay.
        pub fn with_ext_user_info(self, user: $crate::protocol::openapi::ExtUserInfo) -> Self {
            self.set("ext_user_info", user)
        }
    };
    (extend_params) => {
        /// `extend_params`: instalments, service providers and the like.
        pub fn with_extend_params(self, params: $crate::protocol::openapi::ExtendParams) -> Self {
            self.set("extend_params", params)
        }
    };
    (goods_detail) => {
        /// `goods_detail`: the goods of the order.
        pub fn with_goods_detail(
            self,
            goods: impl IntoIterator<Item = $crate::protocol::openapi::GoodsDetail>,
        ) -> Self {
            self.set("goods_detail", $crate::protocol::openapi::Json::list(goods))
        }
    };
    (invoice_info) => {
        /// `invoice_info`: what is needed for an electronic invoice.
        pub fn with_invoice_info(self, invoice: $crate::protocol::openapi::InvoiceInfo) -> Self {
            self.set("invoice_info", invoice)
        }
    };
    (merchant_order_no) => {
        /// `merchant_order_no`: the merchant's original order number, up to 32 characters.
        pub fn with_merchant_order_no(self, number: impl Into<String>) -> Self {
            self.set("merchant_order_no", number.into())
        }
    };
    (notify_url) => {
        /// `notify_url`: where the gateway posts the notification, absolute, up to 256 characters, without a query. The
        /// desk fills it in from its endpoints. A payment without one has no refund notifications either.
        pub fn with_notify_url(mut self, url: impl Into<String>) -> Self {
            self.request.set_common("notify_url", url);
            self
        }
    };
    (return_url) => {
        /// `return_url`: where the buyer's browser is sent, absolute, up to 256 characters, without a query. The desk
        /// fills it in from its endpoints.
        pub fn with_return_url(mut self, url: impl Into<String>) -> Self {
            self.request.set_common("return_url", url);
            self
        }
    };
    (operator_id) => {
        /// `operator_id`: who did it, up to 28 characters.
        pub fn with_operator_id(self, operator: impl Into<String>) -> Self {
            self.set("operator_id", operator.into())
        }
    };
    (org_pid) => {
        /// `org_pid`: the bank's account, in bank-agent mode.
        pub fn with_org_pid(self, org_pid: &$crate::protocol::PartnerId) -> Self {
            self.set("org_pid", org_pid.as_str())
        }
    };
    (out_trade_no) => {
        /// `out_trade_no`: the trade by the shop's order number.
        pub fn with_out_trade_no(self, number: &$crate::protocol::OutTradeNo) -> Self {
            self.set("out_trade_no", number.as_str())
        }
    };
    (passback_params) => {
        /// `passback_params`: up to 512 characters that come back in notifications, written by
        /// [`passback_params`](crate::protocol::openapi::passback_params).
        pub fn with_passback_params<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
            self.set("passback_params", $crate::protocol::openapi::passback_params(pairs))
        }

        /// `passback_params`: a text of the shop's own form, encoded as Alipay asks for, up to 512 characters with that;
        /// [`TradeNotice::passback_text`](crate::protocol::TradeNotice::passback_text) reads it.
        pub fn with_passback_text(self, text: &str) -> Self {
            self.set("passback_params", $crate::protocol::openapi::pay::passback_text(text))
        }
    };
    (promo_params) => {
        /// `promo_params`: a promotion by agreement, as JSON, up to 512 characters.
        pub fn with_promo_params(self, json: &$crate::protocol::openapi::Json) -> Self {
            self.set("promo_params", json.to_string())
        }
    };
    (query_options) => {
        /// `query_options`: what the answer or the notification is to have besides, such as `fund_bill_list`.
        pub fn with_query_options<'a>(self, options: impl IntoIterator<Item = &'a str>) -> Self {
            self.set("query_options", $crate::protocol::openapi::Json::list(options))
        }
    };
    (royalty_info) => {
        /// `royalty_info`: receivers of shares of the payment.
        pub fn with_royalty_info(self, royalties: $crate::protocol::openapi::RoyaltyInfo) -> Self {
            self.set("royalty_info", royalties)
        }
    };
    (seller_id) => {
        /// `seller_id`: the account that receives the money. Default at Alipay: the account of the contract.
        pub fn with_seller_id(self, seller_id: &$crate::protocol::SellerId) -> Self {
            self.set("seller_id", seller_id.as_str())
        }
    };
    (settle_info) => {
        /// `settle_info`: to whom the money is settled.
        pub fn with_settle_info(self, settlement: $crate::protocol::openapi::SettleInfo) -> Self {
            self.set("settle_info", settlement)
        }
    };
    (specified_channel) => {
        /// `specified_channel`: the only channel, today `pcredit`; not together with instalments.
        pub fn with_specified_channel(self, channel: &$crate::protocol::openapi::PayChannel) -> Self {
            self.set("specified_channel", channel.as_str())
        }
    };
    (store_id) => {
        /// `store_id`: the shop's number of one of its stores, up to 32 characters.
        pub fn with_store_id(self, store: impl Into<String>) -> Self {
            self.set("store_id", store.into())
        }
    };
    (sub_merchant) => {
        /// `sub_merchant`: the merchant below this one, by its number at Alipay, and its kind (`alipay`).
        pub fn with_sub_merchant(self, id: impl Into<String>, kind: impl Into<String>) -> Self {
            let merchant = [("merchant_id", id.into().into()), ("merchant_type", kind.into().into())];
            self.set("sub_merchant", $crate::protocol::openapi::Json::object(merchant))
        }
    };
    (terminal_id) => {
        /// `terminal_id`: the shop's number of the till, up to 32 characters.
        pub fn with_terminal_id(self, terminal: impl Into<String>) -> Self {
            self.set("terminal_id", terminal.into())
        }
    };
    (time_expire) => {
        /// `time_expire`: until when the buyer may pay, at most 15 days from now. Wins over `timeout_express`.
        pub fn with_time_expire(self, until: $crate::protocol::Timestamp) -> Self {
            self.set("time_expire", until.to_string())
        }
    };
    (timeout_express) => {
        /// `timeout_express`: how long the buyer may take to pay, 1 minute to 15 days. Default at Alipay: 15 days, at a
        /// till 3 hours.
        pub fn with_timeout(self, timeout: $crate::protocol::Timeout) -> Self {
            self.set("timeout_express", timeout.to_string())
        }
    };
    (trade_no) => {
        /// `trade_no`: the trade by Alipay's number, which wins over the shop's.
        pub fn with_trade_no(self, number: &$crate::protocol::TradeNo) -> Self {
            self.set("trade_no", number.as_str())
        }
    };
    (virtual_goods) => {
        /// `goods_type`: physical (`1`, default) or virtual (`0`), which excludes some kinds of credit.
        pub fn with_virtual_goods(self, is_virtual: bool) -> Self {
            self.set("goods_type", if is_virtual { "0" } else { "1" })
        }
    };
}

pub(in crate::protocol::openapi) use {builder, object, setter, setters, sign};
