//! `ext_user_info`.

use crate::protocol::openapi::request::macros::object;

object! {
    /// Who may pay (`ext_user_info`). Personal data.
    ExtUserInfo {
        /// `cert_no`: the number of the document, up to 64 characters.
        with_cert_no = "cert_no",
        /// `cert_type`: the kind of document, such as `IDENTITY_CARD` or `PASSPORT`, up to 32 characters.
        with_cert_type = "cert_type",
        /// `identity_hash`: the SHA-256 digest of name and document number, in lower-case hex.
        with_identity_hash = "identity_hash",
        /// `mobile`: the mobile number, up to 20 characters.
        with_mobile = "mobile",
        /// `name`: the name, up to 16 characters.
        with_name = "name",
    }
}

impl ExtUserInfo {
    /// `min_age`: how old the buyer must be, in years.
    pub fn with_min_age(self, years: u8) -> Self {
        self.set("min_age", years.to_string())
    }

    /// `need_check_info`: whether Alipay compares name and document with the buyer's.
    pub fn with_need_check_info(self, check: bool) -> Self {
        self.set("need_check_info", if check { "T" } else { "F" })
    }

    /// `fix_buyer`: whether only this person may pay.
    pub fn with_fix_buyer(self, fix: bool) -> Self {
        self.set("fix_buyer", if fix { "T" } else { "F" })
    }
}
