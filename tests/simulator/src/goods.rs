//! What is shipped, by whom, and to whom: the part of an escrow trade that other trades do not have.

use alipay_tower::Money;

/// The offers of carriers, and the address if the request named one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Goods {
    /// At least one; the buyer chooses.
    pub(crate) carriers: Vec<Carrier>,
    pub(crate) consignee: Option<Consignee>,
    /// After so many days a parcel counts as received (`t_b_rec_post`), when it went by post.
    pub(crate) received_after: Option<u64>,
}

/// One group of `logistics_type`, `logistics_fee` and `logistics_payment`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Carrier {
    pub(crate) kind: String,
    pub(crate) fee: Money,
    pub(crate) payment: String,
}

impl Carrier {
    /// What the buyer pays for it now.
    pub(crate) fn cost(&self) -> Money {
        if self.payment == "BUYER_PAY" { self.fee } else { Money::default() }
    }
}

/// Who gets the parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Consignee {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) zip: String,
    pub(crate) phone: String,
    pub(crate) mobile: String,
}

impl Default for Consignee {
    fn default() -> Self {
        Self {
            name: "张三".to_owned(),
            address: "上海 上海市 示例路1号 101".to_owned(),
            zip: "200000".to_owned(),
            phone: String::new(),
            mobile: "13000000000".to_owned(),
        }
    }
}

impl Consignee {
    /// The fields that say something, by their names in requests and messages.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("receive_name", self.name.as_str()),
            ("receive_address", &self.address),
            ("receive_zip", &self.zip),
            ("receive_phone", &self.phone),
            ("receive_mobile", &self.mobile),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty())
    }
}

/// How the seller shipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parcel {
    /// `POST`, `EXPRESS`, `EMS` or `DIRECT`.
    pub(crate) transport: String,
    pub(crate) carrier: String,
    pub(crate) invoice_no: String,
}

impl Default for Parcel {
    fn default() -> Self {
        Self {
            transport: "EXPRESS".to_owned(),
            carrier: "示例快递".to_owned(),
            invoice_no: "SF0000001".to_owned(),
        }
    }
}
