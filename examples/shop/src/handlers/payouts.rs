//! Payouts: the operator fills a form, the number is recorded, Alipay's page asks for the password, a notification tells.

use std::time::SystemTime;

use alipay_tower::protocol::{BatchNo, Scheme, SignedRequest, Timestamp};

use super::{operator::ROWS, problem::MoveError};
use crate::{
    answer::Answer,
    forms::PayoutForm,
    pages::{PayoutPage, Payouts, Recorded},
    payout::Payout,
    shop::Shop,
    visitor::Visitor,
};

impl Shop {
    /// `GET /operator/payouts`: a form, and what became of earlier payouts.
    pub async fn payouts(&self, visitor: &Visitor) -> Answer {
        if !self.is_operator(visitor) {
            return self.door(visitor);
        }
        self.payouts_page(visitor, 200, &PayoutForm::default(), None).await
    }

    /// `POST /operator/payouts`: records a payout under a number of its own. Nothing is paid by that: the operator's
    /// browser takes the request to Alipay's page, which asks for the password.
    pub async fn prepare_payout(&self, visitor: &Visitor, form: &PayoutForm) -> Answer {
        if let Some(refused) = self.keep_out(visitor) {
            return refused;
        }
        if !self.pays_out() {
            return self.not_found(visitor);
        }
        match self.record_payout(form).await {
            Ok(batch_no) => Answer::go(format!("/operator/payouts/{batch_no}")),
            Err(problem) => self.payouts_page(visitor, 422, form, Some(problem.text(visitor.lang()))).await,
        }
    }

    /// `GET /operator/payouts/{batch_no}`: the request for Alipay's page, under the same number whenever it is asked for,
    /// until a notification has said what became of it.
    pub async fn payout(&self, visitor: &Visitor, batch_no: &str) -> Answer {
        if !self.is_operator(visitor) {
            return self.door(visitor);
        }
        let Ok(batch_no) = BatchNo::new(batch_no) else { return self.not_found(visitor) };
        let batch = match self.store().refund_batch(&batch_no).await {
            Ok(Some(batch)) if self.pays_out() => batch,
            Ok(_) => return self.not_found(visitor),
            Err(error) => return self.unavailable(visitor, &error),
        };
        let Some(one) = Recorded::of(batch) else { return self.not_found(visitor) };
        let frame = self.frame(visitor, format!("/operator/payouts/{batch_no}"));
        let button = frame.t("去支付宝付款", "Go to Alipay and pay").to_owned();
        let form = match (one.batch.told_at(), self.sign_payout(&one.payout, &batch_no)) {
            (Some(_), _) => None,
            (None, Ok(request)) => Some(request.form_element(&button)),
            (None, Err(error)) => return self.unavailable(visitor, &error),
        };
        let page = PayoutPage { frame, one, form };
        self.show(visitor, 200, &page).with_form_action(&self.inner.form_action)
    }

    /// It is a product of the classic gateway.
    pub(super) fn pays_out(&self) -> bool {
        self.alipay().merchant().scheme() == Scheme::Mapi
    }

    async fn record_payout(&self, form: &PayoutForm) -> Result<BatchNo, MoveError> {
        let payout = Payout::read(form).ok_or_else(|| {
            MoveError::new("金额须以元为单位，如 8.80。", "the amount must be yuan, such as 8.80")
        })?;
        let now = Timestamp::from(SystemTime::now());
        // What breaks a limit is not worth a number.
        self.sign_payout(&payout, &BatchNo::of_day(now, "001")?)?;
        Ok(self.store().next_batch_no(now, Payout::KIND, &payout.to_string()).await?)
    }

    fn sign_payout(&self, payout: &Payout, batch_no: &BatchNo) -> Result<SignedRequest, MoveError> {
        let payer = self.inner.payer.as_ref().ok_or_else(|| {
            MoveError::new(
                "请把 ALIPAY_SELLER_EMAIL 和 ALIPAY_ACCOUNT_NAME 设为付款账户及其户名。",
                "set ALIPAY_SELLER_EMAIL and ALIPAY_ACCOUNT_NAME to the account that pays and its holder",
            )
        })?;
        Ok(self.alipay().checkout(&payout.request(batch_no, payer))?)
    }

    async fn payouts_page(
        &self,
        visitor: &Visitor,
        status: u16,
        form: &PayoutForm,
        problem: Option<String>,
    ) -> Answer {
        if !self.pays_out() {
            return self.not_found(visitor);
        }
        let frame = self.frame(visitor, "/operator/payouts");
        let batches = match self.store().refund_batches(ROWS).await {
            Ok(batches) => batches,
            Err(error) => return self.unavailable(visitor, &error),
        };
        let payouts = batches.into_iter().filter_map(Recorded::of).collect();
        self.show(visitor, status, &Payouts { frame, payouts, form, problem })
    }
}
