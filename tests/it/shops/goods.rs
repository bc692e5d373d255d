//! What is bought, in the words of either generation.

use alipay_tower::{
    Alipay, Money, PaymentRequest,
    protocol::{OutTradeNo, PageRequest, Scheme, SignedRequest, openapi::PagePay},
};

/// The price of everything, unless said otherwise.
const PRICE: &str = "10.50";

pub(super) const SUBJECT: &str = "一只茶壶";

/// The amount of everything.
pub(crate) fn price() -> Money {
    PRICE.parse().unwrap()
}

/// The request for an order, signed as the shop signs it, with the desk's addresses.
pub(crate) fn checkout(desk: &Alipay, order: &OutTradeNo) -> SignedRequest {
    let request: Box<dyn PageRequest> = match desk.merchant().scheme() {
        Scheme::OpenApi => Box::new(PagePay::new(order, SUBJECT, price())),
        _ => Box::new(PaymentRequest::new(order.clone(), SUBJECT, price())),
    };
    desk.checkout(&*request).unwrap()
}
