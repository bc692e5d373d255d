//! `agreement_sign_params`.

use crate::protocol::{
    Money,
    openapi::{
        Json,
        request::{amount, macros::object},
    },
};

object! {
    /// A contract for later deductions that is signed together with a payment (`agreement_sign_params`).
    AgreementSignParams {
        /// `effect_time`: when the contract begins, in seconds from its signing.
        with_effect_time = "effect_time",
        /// `external_agreement_no`: the shop's own number of the contract, up to 32 characters.
        with_external_agreement_no = "external_agreement_no",
        /// `external_logon_id`: the buyer's login at the shop.
        with_external_logon_id = "external_logon_id",
        /// `product_code`: the product of the contract, `GENERAL_WITHHOLDING`.
        with_product_code = "product_code",
        /// `sign_notify_url`: where the notification of the signing goes; wins over `notify_url`.
        with_sign_notify_url = "sign_notify_url",
    }
}

impl AgreementSignParams {
    /// `personal_product_code`, `sign_scene`, and `access_params.channel` (such as `ALIPAYAPP`), all of the contract with
    /// Alipay.
    pub fn new(
        personal_product_code: impl Into<String>,
        sign_scene: impl Into<String>,
        channel: impl Into<String>,
    ) -> Self {
        Self::default()
            .set("personal_product_code", personal_product_code.into())
            .set("sign_scene", sign_scene.into())
            .set("access_params", Json::object([("channel", Json::from(channel.into()))]))
    }

    /// `period_rule_params`: what is deducted how often.
    pub fn with_period_rule(self, rule: PeriodRule) -> Self {
        self.set("period_rule_params", rule)
    }
}

object! {
    /// What is deducted how often (`period_rule_params`).
    PeriodRule {
        /// `execute_time`: the first deduction, `yyyy-MM-dd`.
        with_execute_time = "execute_time",
    }
}

impl PeriodRule {
    /// `period_type` (`DAY` or `MONTH`), `period` (every how many of them), and `single_amount` (the most of one
    /// deduction).
    pub fn new(period_type: impl Into<String>, period: u32, single_amount: Money) -> Self {
        Self::default()
            .set("period_type", period_type.into())
            .set("period", period)
            .set("single_amount", amount(single_amount))
    }

    /// `total_amount`: the most of all deductions.
    pub fn with_total_amount(self, money: Money) -> Self {
        self.set("total_amount", amount(money))
    }

    /// `total_payments`: the most deductions.
    pub fn with_total_payments(self, count: u32) -> Self {
        self.set("total_payments", count)
    }
}
