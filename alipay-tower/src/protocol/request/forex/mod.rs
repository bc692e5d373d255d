//! `create_forex_trade` and `create_forex_trade_wap`: buyers pay in yuan, the shop is settled in its own currency.

mod amount;
mod limits;
mod split;

pub use self::{amount::ForexAmount, split::SplitFund};
pub(in crate::protocol) use self::{limits::whole, split::written as split_funds};
use super::{Parameters, RequestError, Timeout, payment_page, request, setters};
use crate::protocol::{Merchant, OutTradeNo, SignedRequest, Timestamp};

request! {
    /// A cross-border payment in a desktop's browser (`create_forex_trade`).
    ///
    /// The buyer pays yuan; the shop is settled in a [`Currency`](crate::protocol::Currency), and names its price in that currency or in yuan. No
    /// seller is named, in the request or in the messages: they carry `currency` and `total_fee` instead.
    ///
    /// Newer contracts want a `product_code` ([`PRODUCT_CODE`](Self::PRODUCT_CODE)) and a `refer_url`.
    ///
    /// ```
    /// use alipay_tower::{GatewayUrl, Merchant, protocol::{
    ///     Currency, ForexAmount, ForexPayment, Md5Key, OutTradeNo, PartnerId, Timeout,
    /// }};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// )
    /// .with_gateway(GatewayUrl::new(GatewayUrl::INTERNATIONAL)?);
    /// let price = ForexAmount::new(Currency::new("JPY")?, "1200".parse()?);
    /// let signed = ForexPayment::new(OutTradeNo::new("F20240101000001")?, "Tea", price)
    ///     .with_product_code(ForexPayment::PRODUCT_CODE)
    ///     .with_timeout_rule(Timeout::Minutes(30))
    ///     .sign(&merchant)?;
    /// // Yen have no decimals.
    /// assert_eq!(signed.field("total_fee"), Some("1200"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ForexPayment
}

request! {
    /// A cross-border payment in a phone's browser (`create_forex_trade_wap`).
    ///
    /// It takes what [`ForexPayment`] takes, and the page that the mobile cashier leads back to.
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{
    ///     Currency, ForexAmount, ForexWapPayment, Md5Key, OutTradeNo, PartnerId, Wallet,
    /// }};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let price = ForexAmount::new(Currency::new("USD")?, "10.00".parse()?);
    /// let order = OutTradeNo::new("20150401000-0001")?;
    /// let signed = ForexWapPayment::new(order, "Order Name", price, "https://shop.example.com/item")
    ///     .with_payment_inst(Wallet::HongKong)
    ///     .sign(&merchant)?;
    /// assert_eq!(signed.field("total_fee"), Some("10.00"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ForexWapPayment
}

payment_page!(ForexPayment);
payment_page!(ForexWapPayment);

impl ForexPayment {
    /// The `product_code` of newer contracts for desktop browsers.
    pub const PRODUCT_CODE: &'static str = "NEW_OVERSEAS_SELLER";

    /// An order with its price.
    pub fn new(out_trade_no: OutTradeNo, subject: impl Into<String>, price: ForexAmount) -> Self {
        Self { parameters: order("create_forex_trade", out_trade_no, subject.into(), &price) }
    }

    /// Checks every limit and signs.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit, does not fit the charset, or would let the
    /// signed text be read in two ways.
    pub fn sign(&self, merchant: &Merchant) -> Result<SignedRequest, RequestError> {
        self.parameters.clone().sign(merchant, &limits::WEB)
    }
}

impl ForexWapPayment {
    /// The `product_code` of newer contracts for phones' browsers.
    pub const PRODUCT_CODE: &'static str = "NEW_WAP_OVERSEAS_SELLER";

    /// An order with its price, and the page that the mobile cashier leads back to (`merchant_url`).
    pub fn new(
        out_trade_no: OutTradeNo,
        subject: impl Into<String>,
        price: ForexAmount,
        merchant_url: impl Into<String>,
    ) -> Self {
        let parameters = order("create_forex_trade_wap", out_trade_no, subject.into(), &price);
        Self { parameters: parameters.with("merchant_url", merchant_url.into()) }
    }

    /// Checks every limit and signs.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit, does not fit the charset, or would let the
    /// signed text be read in two ways.
    pub fn sign(&self, merchant: &Merchant) -> Result<SignedRequest, RequestError> {
        self.parameters.clone().sign(merchant, &limits::WAP)
    }

    /// `app_pay`: tries to open the Alipay app, and falls back to the cashier in the browser.
    pub fn with_app_pay(self, open_app: bool) -> Self {
        self.set("app_pay", super::yes_no(open_app))
    }

    /// `payment_inst`: which wallet is to open.
    pub fn with_payment_inst(self, wallet: Wallet) -> Self {
        self.set(
            "payment_inst",
            match wallet {
                Wallet::HongKong => "ALIPAYHK",
                Wallet::Mainland => "ALIPAYCN",
            },
        )
    }
}

/// `payment_inst`: whose wallet a buyer pays with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Wallet {
    /// `ALIPAYHK`.
    HongKong,
    /// `ALIPAYCN`.
    Mainland,
}

fn order(
    service: &'static str,
    out_trade_no: OutTradeNo,
    subject: String,
    price: &ForexAmount,
) -> Parameters {
    let mut parameters = Parameters::of(service).with("out_trade_no", out_trade_no).with("subject", subject);
    price.add_to(&mut parameters, "total_fee", "rmb_fee");
    parameters
}

macro_rules! options {
    ($name:ident) => {
        impl $name {
            /// `timeout_rule`: how long the buyer may take to pay, counted from the login: 5, 10, 15 or 30 minutes, 1, 2,
            /// 3, 5, 10 or 12 hours, or 1 day. Default at Alipay: 12 hours.
            pub fn with_timeout_rule(self, timeout: Timeout) -> Self {
                self.set("timeout_rule", timeout)
            }

            /// `order_gmt_create` and `order_valid_time`: when the order was made, and how many seconds after that the
            /// buyer may still log in; up to 2,592,000 (30 days).
            pub fn with_validity(self, order_gmt_create: Timestamp, seconds: u32) -> Self {
                self.set("order_gmt_create", order_gmt_create).set("order_valid_time", seconds)
            }

            /// `split_fund_info`: other accounts that receive a part, in the order's currency. Needs a contract.
            pub fn with_split_fund_info(self, parts: impl IntoIterator<Item = SplitFund>) -> Self {
                self.set("split_fund_info", split_funds(parts))
            }

            /// `secondary_merchant_id`, `secondary_merchant_name` and `secondary_merchant_industry`: the shop on whose
            /// behalf a service provider takes the payment. Up to 64 and 64 characters, and a code of up to 16.
            pub fn with_secondary_merchant(
                self,
                id: impl Into<String>,
                name: impl Into<String>,
                industry: impl Into<String>,
            ) -> Self {
                self.set("secondary_merchant_id", id.into())
                    .set("secondary_merchant_name", name.into())
                    .set("secondary_merchant_industry", industry.into())
            }
        }

        setters! {
            /// What is bought, and where the answers go.
            $name:
            [subject] [body 400] [notify_url] [return_url] [error_notify_url]
            [text with_product_code "product_code" "the product of newer contracts, see `PRODUCT_CODE`. Default: not sent."]
            [text with_refer_url "refer_url" "the address of the shop's site, which newer contracts want, up to 400 characters."]
            [text with_supplier "supplier" "the name of the supplier, up to 64 characters."]
            [text with_auth_token "auth_token" "the token of a login, up to 256 characters."]
        }
    };
}

options!(ForexPayment);
options!(ForexWapPayment);

#[cfg(test)]
mod tests;
