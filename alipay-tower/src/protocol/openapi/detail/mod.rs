//! The objects inside of `biz_content` that several methods share.

mod agreement;
mod extend;
mod goods;
mod invoice;
mod royalty;
mod settle;
mod user;

pub use self::{
    agreement::{AgreementSignParams, PeriodRule},
    extend::ExtendParams,
    goods::GoodsDetail,
    invoice::InvoiceInfo,
    royalty::{RoyaltyDetail, RoyaltyInfo},
    settle::{SettleDetail, SettleInfo},
    user::ExtUserInfo,
};
use super::request::{Limit, Rule};

/// The limits of the parts of these objects (Alipay, *alipay.trade.page.pay*, request parameters).
pub(super) const RULES: &[Rule] = &[
    ("agreement_sign_params.external_agreement_no", Limit::Text(32)),
    ("ext_user_info.cert_no", Limit::Text(64)),
    ("ext_user_info.cert_type", Limit::Text(32)),
    ("ext_user_info.identity_hash", Limit::Text(64)),
    ("ext_user_info.min_age", Limit::Digits(3)),
    ("ext_user_info.mobile", Limit::Text(20)),
    ("ext_user_info.name", Limit::Text(16)),
    ("extend_params.card_type", Limit::Text(32)),
    ("extend_params.hb_fq_num", Limit::Digits(5)),
    ("extend_params.hb_fq_seller_percent", Limit::Digits(3)),
    ("extend_params.industry_reflux_info", Limit::Text(512)),
    ("extend_params.sys_service_provider_id", Limit::Text(64)),
    ("goods_detail.alipay_goods_id", Limit::Text(32)),
    ("goods_detail.body", Limit::Text(1000)),
    ("goods_detail.categories_tree", Limit::Text(128)),
    ("goods_detail.goods_category", Limit::Text(24)),
    ("goods_detail.goods_id", Limit::Text(64)),
    ("goods_detail.goods_name", Limit::Text(256)),
    ("goods_detail.quantity", Limit::Digits(10)),
    ("goods_detail.show_url", Limit::Page(400)),
    ("invoice_info.details", Limit::Text(400)),
    ("invoice_info.key_info.invoice_merchant_name", Limit::Text(80)),
    ("invoice_info.key_info.tax_num", Limit::Text(30)),
    ("royalty_info.royalty_detail_infos.amount_percentage", Limit::Digits(3)),
    ("royalty_info.royalty_detail_infos.batch_no", Limit::Text(32)),
    ("royalty_info.royalty_detail_infos.desc", Limit::Text(1000)),
    ("royalty_info.royalty_detail_infos.out_relation_id", Limit::Text(64)),
    ("royalty_info.royalty_detail_infos.trans_in", Limit::Text(28)),
    ("royalty_info.royalty_detail_infos.trans_in_type", Limit::Text(24)),
    ("royalty_info.royalty_detail_infos.trans_out", Limit::Text(16)),
    ("royalty_info.royalty_detail_infos.trans_out_type", Limit::Text(24)),
    ("royalty_info.royalty_type", Limit::Text(150)),
    ("settle_info.settle_detail_infos.settle_entity_id", Limit::Text(64)),
    ("settle_info.settle_detail_infos.settle_entity_type", Limit::Text(32)),
    ("settle_info.settle_detail_infos.summary_dimension", Limit::Text(64)),
    ("settle_info.settle_detail_infos.trans_in", Limit::Text(64)),
    ("settle_info.settle_detail_infos.trans_in_type", Limit::Text(64)),
    ("sub_merchant.merchant_id", Limit::Text(64)),
    ("sub_merchant.merchant_type", Limit::Text(32)),
];
