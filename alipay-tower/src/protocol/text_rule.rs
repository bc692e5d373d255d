//! What a signature covers, and the names that must not stand in it twice.

use super::{Channel, Fields, Scheme};

/// Which fields a signature covers. The generations differ on empty values, requests and messages on `sign_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TextRule {
    empty_values: bool,
    sign_type: bool,
    cert_sn: bool,
}

impl TextRule {
    /// Messages and requests of the classic gateway (Alipay, *Signature*).
    pub(super) const MAPI: Self = Self { empty_values: false, sign_type: false, cert_sn: true };
    /// Requests of the OpenAPI generation: `sign_type` is signed (Alipay, *Signing a request*).
    pub(super) const OPENAPI_REQUEST: Self = Self { empty_values: false, sign_type: true, cert_sn: true };
    /// Messages of the OpenAPI generation: empty values are signed (Alipay, *Asynchronous notification*, verification).
    pub(super) const OPENAPI: Self = Self { empty_values: true, sign_type: false, cert_sn: true };

    /// Messages of life accounts, Koubei and the service market: `sign_type` is signed too (Alipay, *Verification V2*).
    const OPENAPI_V2: Self = Self { empty_values: true, sign_type: true, cert_sn: true };

    /// The rule for requests.
    pub(super) const fn of_request(scheme: Scheme) -> Self {
        match scheme {
            Scheme::Mapi => Self::MAPI,
            Scheme::OpenApi => Self::OPENAPI_REQUEST,
        }
    }

    /// The rule for a message of this kind.
    pub(super) fn of_message(scheme: Scheme, channel: Channel, fields: &Fields) -> Self {
        match scheme {
            Scheme::Mapi => Self::MAPI,
            Scheme::OpenApi if channel == Channel::Notify && is_of_a_service(fields) => Self::OPENAPI_V2,
            Scheme::OpenApi => Self::OPENAPI,
        }
    }

    /// The rules that a message may be signed by, the likeliest first (Alipay, *Asynchronous notification*, verification).
    ///
    /// The OpenAPI generation signs empty values, says its own code; some of its senders do not, say other verifiers.
    /// `alipay_cert_sn`, where it comes at all, mostly stands outside the signature. Whatever the rule, only what it
    /// covers is [kept](Fields::covered). Which of the two verifications is due depends on the kind of message, and never is
    /// one tried after the other: no payment verifies by V2.
    pub(super) fn candidates(
        scheme: Scheme,
        channel: Channel,
        fields: &Fields,
    ) -> impl Iterator<Item = Self> + use<> {
        let (openapi, first) = (scheme == Scheme::OpenApi, Self::of_message(scheme, channel, fields));
        let cert_sn = openapi && fields.get("alipay_cert_sn").is_some();
        let empty = openapi && fields.iter().any(|(_, value)| value.is_empty());
        let without_empty = Self { empty_values: false, ..first };
        let of = move |rule: Self| {
            let outside = cert_sn.then_some(Self { cert_sn: false, ..rule });
            outside.into_iter().chain([rule])
        };
        of(first).chain(empty.then(|| of(without_empty)).into_iter().flatten())
    }

    /// Whether the rule is the one for messages of services, whose `sign_type` is signed.
    pub(super) const fn is_for_services(self) -> bool {
        self.sign_type
    }

    pub(super) fn covers(self, name: &[u8], value: &[u8]) -> bool {
        (self.empty_values || !value.is_empty())
            && match name {
                b"sign" => false,
                b"sign_type" => self.sign_type,
                b"alipay_cert_sn" => self.cert_sn,
                _ => true,
            }
    }
}

/// A message with a `method` of its own, about no trade. A return has a `method` too, and an order.
fn is_of_a_service(fields: &Fields) -> bool {
    fields.contains("method")
        && !["msg_method", "out_trade_no", "trade_status"].iter().any(|name| fields.get(name).is_some())
}

/// The documented names of message fields, and those of requests that a message must not gain or lose. None may stand in
/// the signed text other than as the field it is: hosts decide on any of them.
pub(super) const NAMES: [&str; 76] = [
    "agent_user_id",
    "app_id",
    "auth_app_id",
    "batch_no",
    "business_scene",
    "buyer_actions",
    "buyer_email",
    "buyer_id",
    "buyer_pay_amount",
    "coupon_discount",
    "currency",
    "discount",
    "exterface",
    "extra_common_param",
    "fail_details",
    "gmt_close",
    "gmt_create",
    "gmt_logistics_modify",
    "gmt_payment",
    "gmt_refund",
    "gmt_send_goods",
    "invoice_amount",
    "is_success",
    "is_total_fee_adjust",
    "logistics_fee",
    "logistics_payment",
    "logistics_status",
    "logistics_type",
    "method",
    "msg_method",
    "notify_action_type",
    "notify_id",
    "notify_time",
    "notify_type",
    "notify_url",
    "out_biz_no",
    "out_channel_amount",
    "out_channel_inst",
    "out_channel_type",
    "out_request_no",
    "out_trade_no",
    "partner",
    "pay_account_no",
    "pay_user_id",
    "payment_type",
    "point_amount",
    "price",
    "quantity",
    "receipt_amount",
    "receive_address",
    "receive_mobile",
    "receive_name",
    "receive_phone",
    "receive_zip",
    "refund_amount",
    "refund_fee",
    "refund_status",
    "result_details",
    "return_url",
    "rmb_fee",
    "royalty_parameters",
    "seller_actions",
    "seller_email",
    "seller_id",
    "seller_user_id",
    "send_back_fee",
    "service",
    "success_details",
    "success_num",
    "total_amount",
    "total_fee",
    "trade_no",
    "trade_status",
    "unfreezed_deta",
    "unfreezed_details",
    "use_coupon",
];
