//! `invoice_info`.

use crate::protocol::openapi::{Json, request::macros::object};

object! {
    /// What is needed for an electronic invoice (`invoice_info`).
    InvoiceInfo {}
}

impl InvoiceInfo {
    /// `key_info`: whether invoices are made, by whom (up to 80 characters), under which tax number (up to 30); and
    /// `details`: what the invoice lists, as JSON, up to 400 characters.
    pub fn new(
        is_support_invoice: bool,
        invoice_merchant_name: impl Into<String>,
        tax_num: impl Into<String>,
        details: &Json,
    ) -> Self {
        let key_info = Json::object([
            ("is_support_invoice", Json::Bool(is_support_invoice)),
            ("invoice_merchant_name", invoice_merchant_name.into().into()),
            ("tax_num", tax_num.into().into()),
        ]);
        Self::default().set("key_info", key_info).set("details", details.to_string())
    }
}
