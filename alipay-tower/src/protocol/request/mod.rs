//! Payment requests of `create_direct_pay_by_user`, checked before they are signed.
//!
//! Setters take typed values and never fail; [`PaymentRequest::sign`] checks all documented limits at once and names
//! the field that breaks one (Alipay, *create_direct_pay_by_user*, request parameters).
//!
//! ```
//! use alipay_tower::{Merchant, PaymentRequest, protocol::{Md5Key, OutTradeNo, PartnerId, Timeout}};
//!
//! let merchant = Merchant::md5(
//!     PartnerId::new("2088000000000001")?,
//!     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
//! );
//! let request = PaymentRequest::new(OutTradeNo::new("T20240101000001")?, "测试订单", "0.01".parse()?)
//!     .with_notify_url("https://pay.example.com/alipay/notify")
//!     .with_return_url("https://pay.example.com/alipay/return")
//!     .with_timeout(Timeout::Minutes(90));
//! let signed = request.sign(&merchant)?;
//! assert!(signed.url().starts_with("https://mapi.alipay.com/gateway.do?_input_charset=utf-8&"));
//!
//! let too_long = request.with_subject("订".repeat(129)).sign(&merchant).unwrap_err();
//! assert_eq!(too_long.to_string(), "subject: longer than 256 (a Chinese character counts 2)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod limits;
mod options;
mod values;

use std::{collections::BTreeMap, fmt};

pub use self::values::{PayMethod, QrPayMode, Royalty, Timeout};
use super::{Merchant, Money, OutTradeNo, ParseError, SignedRequest};

/// A payment that a buyer is to be sent to.
#[derive(Clone)]
#[must_use = "a request does nothing until it is signed"]
pub struct PaymentRequest {
    fields: BTreeMap<&'static str, String>,
}

impl PaymentRequest {
    /// An order with its total.
    pub fn new(out_trade_no: OutTradeNo, subject: impl Into<String>, total_fee: Money) -> Self {
        Self::order(out_trade_no, subject.into()).set("total_fee", total_fee)
    }

    /// An order by unit price and quantity; Alipay multiplies.
    pub fn priced(out_trade_no: OutTradeNo, subject: impl Into<String>, price: Money, quantity: u32) -> Self {
        Self::order(out_trade_no, subject.into()).set("price", price).set("quantity", quantity)
    }

    fn order(out_trade_no: OutTradeNo, subject: String) -> Self {
        Self { fields: BTreeMap::new() }
            .set("service", "create_direct_pay_by_user")
            .set("payment_type", "1")
            .set("out_trade_no", out_trade_no)
            .set("subject", subject)
    }

    /// Checks every limit and signs.
    ///
    /// The merchant's `partner` and `_input_charset` are added, and its `seller_id` when no seller was set.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit, does not fit the charset, or would let the
    /// signed text be read in two ways.
    pub fn sign(&self, merchant: &Merchant) -> Result<SignedRequest, RequestError> {
        let mut request =
            self.clone().set("partner", merchant.partner()).set("_input_charset", merchant.charset().label());
        let seller = ["seller_id", "seller_email", "seller_account_name"];
        if !seller.iter().any(|name| request.fields.contains_key(name)) {
            request = request.set("seller_id", merchant.seller_id());
        }
        limits::check(&request.fields)?;
        let signed =
            merchant.sign_fields(request.fields.iter().map(|(name, value)| (*name, value.as_str())))?;
        signed.unambiguous()?;
        Ok(signed)
    }

    /// The value of a parameter as it was set.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    fn set(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.fields.insert(name, value.to_string());
        self
    }
}

/// Names only: values may be personal data.
impl fmt::Debug for PaymentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentRequest").field("fields", &self.fields.keys()).finish()
    }
}

/// A request that Alipay would refuse, found before it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError {
    field: Box<str>,
    problem: Box<str>,
}

impl RequestError {
    pub(super) fn new(field: &str, problem: impl Into<Box<str>>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }

    /// The Alipay parameter that is wrong.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)
    }
}

impl std::error::Error for RequestError {}

impl From<ParseError> for RequestError {
    fn from(error: ParseError) -> Self {
        let field = match &error {
            ParseError::Ambiguous(name) | ParseError::BadValue(name) | ParseError::Missing(name) => *name,
            ParseError::Duplicate(name) => name,
            _ => "request",
        };
        Self::new(field, error.to_string())
    }
}
