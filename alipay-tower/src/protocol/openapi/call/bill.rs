//! `alipay.data.dataservice.bill.downloadurl.query`: the address of a bill.

use super::{RULES, call, whole};
use crate::protocol::{
    Merchant, RequestError,
    openapi::{
        Answer, AnswerError,
        request::{Limits, Request, macros::builder},
    },
};

builder! {
    /// Asks for the address of a bill (`alipay.data.dataservice.bill.downloadurl.query`).
    ///
    /// ```
    /// use alipay_tower::protocol::openapi::BillDownload;
    ///
    /// let day = BillDownload::new("trade", "2024-06-07");
    /// let month = BillDownload::new("signcustomer", "2024-06");
    /// # let _ = (day, month);
    /// ```
    BillDownload
}

const LIMITS: Limits = Limits { required: &["bill_type"], rules: RULES, together };

fn together(request: &Request) -> Result<(), RequestError> {
    let date = request.text("bill_date");
    let form = |form: &str| {
        date.len() == form.len()
            && date.bytes().zip(form.bytes()).all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                other => byte == other,
            })
    };
    if !form("0000-00-00") && !form("0000-00") {
        return Err(RequestError::new("bill_date", "must be yyyy-MM-dd or yyyy-MM"));
    }
    if request.has("smid") && request.text("bill_type") != "trade_zft_merchant" {
        return Err(RequestError::new("smid", "goes with bill_type trade_zft_merchant alone"));
    }
    Ok(())
}

call!(BillDownload => BillDownloadAnswer, LIMITS);

impl BillDownload {
    /// `bill_type` (`trade`, `signcustomer`, `merchant_act`, `trade_zft_merchant`, `zft_acc` or `settlementMerge`) and
    /// `bill_date`: a day, `yyyy-MM-dd`, from the next morning on, or a month, `yyyy-MM`, from the third of the next one on.
    pub fn new(bill_type: impl Into<String>, bill_date: impl Into<String>) -> Self {
        let request = Request::of("alipay.data.dataservice.bill.downloadurl.query");
        Self { request: request.with("bill_type", bill_type.into()).with("bill_date", bill_date.into()) }
    }

    /// `smid`: the merchant below this one, with `trade_zft_merchant`.
    pub fn with_smid(self, smid: impl Into<String>) -> Self {
        self.set("smid", smid.into())
    }

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] when there is no such bill, and for any other answer that has no address.
    pub fn read(&self, body: &[u8], merchant: &Merchant) -> Result<BillDownloadAnswer, AnswerError> {
        let answer = Answer::read(body, self.request.method(), merchant)?;
        let url = answer.id("bill_download_url", |url| {
            let known = url.len() <= 2048 && (url.starts_with("https://") || url.starts_with("http://"));
            if known { Ok(url.into()) } else { Err(()) }
        })?;
        Ok(BillDownloadAnswer { url, answer })
    }
}

/// Where a bill can be fetched.
#[derive(Clone, Debug)]
pub struct BillDownloadAnswer {
    url: Box<str>,
    answer: Answer,
}

whole!(BillDownloadAnswer);

impl BillDownloadAnswer {
    /// `bill_download_url`: the address, valid for 30 seconds. It needs no login: keep it out of logs.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the bill is empty (`bill_file_code`).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answer.field("bill_file_code") == Some("EMPTY_DATA_WITH_BILL_FILE")
    }
}
