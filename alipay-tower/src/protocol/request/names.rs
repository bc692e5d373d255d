//! The parameter names that only requests have, and that no text may smuggle in.
//!
//! The names that messages have too are with [`Fields`](crate::protocol::Fields), which looks for them in both.

use super::{Parameters, RequestError};

/// Those that decide something. Words that pages of shops use in their own queries (`token`, `email`, …) are left alone: they
/// move no money.
const NAMES: [&str; 79] = [
    "account_name",
    "airticket",
    "anti_phishing_key",
    "app_pay",
    "auth_token",
    "batch_fee",
    "batch_num",
    "buyer_account_name",
    "buyer_cert_no",
    "buyer_real_name",
    "create_transport_type",
    "dback_notify_url",
    "default_login",
    "defaultbank",
    "detail_data",
    "disable_paymethod",
    "enable_paymethod",
    "error_notify_url",
    "ext_user_info",
    "extend_param",
    "extend_params",
    "exter_invoke_ip",
    "extern_token",
    "gmt_return",
    "goods_type",
    "hb_fq_param",
    "invoice_no",
    "is_sync",
    "it_b_pay",
    "item_orders_info",
    "logistics_fee_1",
    "logistics_fee_2",
    "logistics_fee_3",
    "logistics_name",
    "logistics_payment_1",
    "logistics_payment_2",
    "logistics_payment_3",
    "logistics_type_1",
    "logistics_type_2",
    "logistics_type_3",
    "merchant_url",
    "need_buyer_realnamed",
    "need_ctu_check",
    "order_gmt_create",
    "order_valid_time",
    "otherfee",
    "out_order_no",
    "out_return_no",
    "pay_date",
    "payment_inst",
    "paymethod",
    "product_code",
    "product_type",
    "promo_params",
    "qr_pay_mode",
    "qrcode_width",
    "refer_url",
    "refund_date",
    "return_amount",
    "return_rmb_amount",
    "return_type",
    "rn_check",
    "royalty_type",
    "secondary_merchant_id",
    "secondary_merchant_industry",
    "secondary_merchant_name",
    "seller_account_name",
    "seller_ip",
    "seller_user_id",
    "sign_id_ext",
    "sign_name_ext",
    "split_fund_info",
    "t_b_rec_post",
    "t_s_send_1",
    "t_s_send_2",
    "timeout_rule",
    "trade_role",
    "transport_type",
    "use_freeze_amount",
];

/// Refuses a value in which one of the names begins a parameter of its own.
pub(super) fn unambiguous(parameters: &Parameters) -> Result<(), RequestError> {
    for (_, value) in parameters.iter() {
        for part in value.split('&').skip(1) {
            let name = part.split_once('=').map_or(part, |(name, _)| name);
            if NAMES.contains(&name) {
                let problem = format!("`&{name}=` stands inside another value: encode its `&` as %26");
                return Err(RequestError::new(name, problem));
            }
        }
    }
    Ok(())
}
