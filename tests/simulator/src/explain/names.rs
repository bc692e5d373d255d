//! The documented names of messages to a merchant.

/// Both generations together: a name is either Alipay's or a stranger's.
#[rustfmt::skip]
const DOCUMENTED: [&str; 124] = [
    "advance_amount", "agent_user_id", "agreement_no", "alipay_cert_sn", "app_id", "auth_app_id",
    "auth_trade_pay_mode", "bank_ack_time", "batch_no", "biz_content", "biz_settle_mode", "body",
    "business_scene", "buyer_actions", "buyer_email", "buyer_id", "buyer_logon_id", "buyer_open_id",
    "buyer_pay_amount", "cashier_type", "charge_amount", "charge_flags", "charge_info_list", "charset",
    "coupon_discount", "credit_pay_mode", "currency", "dback_amount", "dback_status", "discount",
    "discount_amount", "discount_goods_detail", "enterprise_pay_info", "exterface", "external_agreement_no",
    "extra_common_param", "fail_details", "file_name", "fund_bill_list", "gmt_close", "gmt_create",
    "gmt_logistics_modify", "gmt_payment", "gmt_refund", "gmt_send_goods", "hb_fq_pay_info", "hyb_amount",
    "invoice_amount", "is_success", "is_total_fee_adjust", "logistics_fee", "logistics_payment",
    "logistics_status", "logistics_type", "mdiscount_amount", "medical_insurance_info", "merchant_app_id",
    "method", "msg_method", "notify_action_type", "notify_data", "notify_id", "notify_time", "notify_type",
    "out_biz_no", "out_channel_amount", "out_channel_inst", "out_channel_type", "out_request_no",
    "out_trade_no", "partner", "passback_params", "pay_account_no", "pay_amount", "pay_currency",
    "pay_user_id", "pay_user_name", "payment_type", "point_amount", "price", "quantity", "receipt_amount",
    "receipt_currency_type", "receive_address", "receive_mobile", "receive_name", "receive_phone",
    "receive_zip", "refund_amount", "refund_fee", "refund_preset_paytool_list", "refund_reason",
    "refund_status", "refund_voucher_detail_list", "result_code", "result_details", "rmb_fee", "sec_id",
    "seller_actions", "seller_email", "seller_id", "send_back_fee", "settle_amount", "settle_currency",
    "settle_trans_rate", "settlement_id", "sign", "sign_type", "subject", "success_details", "success_num",
    "timestamp", "total_amount", "total_fee", "trade_no", "trade_status", "trans_currency", "trans_pay_rate",
    "unfreeze_amount", "unfreezed_deta", "unfreezed_details", "use_coupon", "version", "voucher_detail_list",
];

/// Names that routers, browsers and links are known to add.
#[rustfmt::skip]
const OF_ROUTES: [&str; 30] = [
    "_", "_config", "_method", "_route_", "_url", "a", "action", "area", "c", "code", "controller", "fbclid", "format",
    "from", "gclid", "id", "lang", "locale", "m", "mod", "module", "option", "page", "q", "r", "route", "s", "scm", "spm",
    "token",
];

/// Parts of names that proxies, clusters and tracers are known to add.
#[rustfmt::skip]
const OF_PROXIES: [&str; 20] = [
    "cluster", "forward", "gateway", "host", "instance", "ip_addr", "node", "proxy", "region", "remote_addr", "request_id",
    "requestid", "server", "session", "span", "tenant", "trace", "upstream", "x-", "zone",
];

pub(super) fn is_documented(name: &[u8]) -> bool {
    DOCUMENTED.iter().any(|known| known.as_bytes() == name)
}

/// Of a router or of a link.
pub(super) fn is_of_route(name: &[u8]) -> bool {
    OF_ROUTES.iter().any(|known| known.as_bytes() == name) || name.starts_with(b"utm_")
}

/// Of a proxy, a cluster or a tracer.
pub(super) fn is_of_proxy(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    name.starts_with("x_") || OF_PROXIES.iter().any(|part| name.contains(part))
}
