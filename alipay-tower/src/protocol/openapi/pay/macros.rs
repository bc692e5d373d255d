//! What the payments have in common.

/// An order is the same for every payment.
macro_rules! payment {
    ($name:ident, $method:literal $(, product_code: $product_code:literal)?) => {
        impl $name {
            /// An order: its number (letters, digits, `_` and `-`), its title (up to 256 characters, without `/`, `=`, `&`),
            /// and its total.
            pub fn new(
                out_trade_no: &$crate::protocol::OutTradeNo,
                subject: impl Into<String>,
                total_amount: $crate::protocol::Money,
            ) -> Self {
                let subject = subject.into();
                let order = $crate::protocol::openapi::pay::order($method, out_trade_no, subject, total_amount);
                Self { request: order$(.with("product_code", $product_code))? }
            }
        }
    };
}

/// A payment that a browser carries: the page fills in the two addresses.
macro_rules! page {
    ($name:ident) => {
        $crate::protocol::openapi::request::macros::sign!($name, $crate::protocol::openapi::pay::LIMITS);

        impl $crate::protocol::PageRequest for $name {
            fn sign_page(
                &self,
                merchant: &$crate::protocol::Merchant,
                notify_url: &str,
                return_url: &str,
                at: $crate::protocol::Timestamp,
            ) -> Result<$crate::protocol::SignedRequest, $crate::protocol::RequestError> {
                let request = self.request.clone().with_common_default("notify_url", notify_url);
                Self { request: request.with_common_default("return_url", return_url) }.sign(merchant, at)
            }
        }
    };
}

pub(super) use {page, payment};
