//! `refund_fastpay_by_platform_nopwd`: a batch of refunds between servers.

use super::{BatchNo, RefundDetail, refunds::Refunds};
use crate::protocol::{
    Merchant, RequestError, SignedRequest, Timestamp,
    request::{
        Parameters,
        limits::{Form, Limits, Rule},
        request, setters, yes_no,
    },
};

request! {
    /// A batch of refunds without an operator (`refund_fastpay_by_platform_nopwd`, 即时到账批量退款无密接口). Needs a
    /// contract of its own.
    ///
    /// Its answer says only that the batch was accepted; what became of it comes as a notification
    /// ([`BatchRefund`](crate::protocol::BatchRefund)). When no answer comes, send the same batch with the same number
    /// again: `DUPLICATE_BATCH_NO` then means that the first one had arrived.
    ///
    /// ```
    /// use alipay_tower::{Merchant, protocol::{
    ///     BatchNo, Md5Key, PartnerId, RefundDetail, RefundWithoutPassword, RoyaltyRefund, Timestamp, TradeNo,
    /// }};
    ///
    /// let merchant = Merchant::md5(
    ///     PartnerId::new("2088000000000001")?,
    ///     Md5Key::new("r8k3x0v5m2n7q1w9e4t6y8u0i3o5p7a9")?,
    /// );
    /// let now: Timestamp = "2024-01-03 12:00:00".parse()?;
    /// let share = RoyaltyRefund::new(
    ///     ("partner@example.com", "2088000000000004"),
    ///     ("seller@example.com", "2088000000000001"),
    ///     "0.30".parse()?,
    ///     "share",
    /// );
    /// let trade = TradeNo::new("2024010121001004010200000001")?;
    /// let refund = RefundDetail::new(trade, "1.00".parse()?, "returned").with_royalty(share);
    /// let signed = RefundWithoutPassword::new(BatchNo::of_day(now, "000001")?, [refund]).sign(&merchant, now)?;
    /// assert_eq!(signed.field("detail_data"), Some(
    ///     "2024010121001004010200000001^1.00^returned\
    ///      |partner@example.com^2088000000000004^seller@example.com^2088000000000001^0.30^share",
    /// ));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    RefundWithoutPassword { refunds: Refunds }
}

const RULES: &[Rule] = &[("dback_notify_url", 200, Form::Callback), ("notify_url", 200, Form::Callback)];

const LIMITS: Limits = Limits { required: &[], rules: &[RULES], together: |_| Ok(()) };

impl RefundWithoutPassword {
    /// A batch of up to 1000 refunds, each of another trade.
    pub fn new(batch_no: BatchNo, details: impl IntoIterator<Item = RefundDetail>) -> Self {
        let parameters = Parameters::of("refund_fastpay_by_platform_nopwd");
        Self { parameters, refunds: Refunds::new(batch_no, details) }
    }

    /// `use_freeze_amount`: takes the money from what is frozen in the seller's account. Default at Alipay: no.
    pub fn with_freeze_amount(self, frozen: bool) -> Self {
        self.set("use_freeze_amount", yes_no(frozen))
    }

    /// `return_type` = `xml`: states the form of the answer, for contracts that want it stated.
    pub fn with_xml_answer(self) -> Self {
        self.set("return_type", "xml")
    }

    /// Checks every limit and signs, with this time as `refund_date`; the number must be of its day.
    ///
    /// # Errors
    ///
    /// [`RequestError`] with the field that breaks its documented limit, does not fit the charset, or would let the
    /// signed text be read in two ways.
    pub fn sign(&self, merchant: &Merchant, at: Timestamp) -> Result<SignedRequest, RequestError> {
        self.refunds.add_to(self.parameters.clone(), merchant, at)?.sign(merchant, &LIMITS)
    }
}

setters! {
    RefundWithoutPassword:
    [notify_url]
    [text with_dback_notify_url "dback_notify_url"
        "where the gateway posts that the money has reached the buyer's bank card, up to 200 characters, without a query."]
}
