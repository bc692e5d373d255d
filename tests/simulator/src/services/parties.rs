//! Who is paid, and by whom.

use alipay_tower::protocol::PartnerId;

use crate::{access::Request, product::Product, purchase::Buyer, refusal::Refusal, shared::Shared};

/// `seller_id` wins over `seller_account_name`, that over `seller_email`; where goods are shipped, the alias is the last.
pub(super) fn seller(request: &Request, shared: &Shared, product: Product) -> Result<(), Refusal> {
    let merchant = &request.account.shop;
    if let Some(id) = request.get("seller_id") {
        if id == merchant.seller_id().as_str() {
            return Ok(());
        }
        let known = shared.accounts.iter().any(|other| other.shop.seller_id().as_str() == id);
        let code = if known { "SELLER_NOT_IN_SPECIFIED_SELLERS" } else { "SELLER_NOT_EXIST" };
        return Err(Refusal::new(code, "seller_id: not the seller of this merchant"));
    }
    let by_email = product.ships() && request.has("seller_email");
    if request.has("seller_account_name") && !by_email {
        return Err(Refusal::new("SELLER_NOT_EXIST", "seller_account_name: nobody here has an alias"));
    }
    match request.get("seller_email") {
        None => Err(Refusal::new("PARAMTER_IS_NULL", "seller: send seller_id or seller_email")),
        Some(email) if merchant.seller_email().is_some_and(|own| own.eq_ignore_ascii_case(email)) => Ok(()),
        Some(_) => Err(Refusal::new("SELLER_NOT_EXIST", "seller_email: not this merchant's")),
    }
}

pub(super) fn buyer(request: &Request) -> Result<Buyer, Refusal> {
    let mut buyer = Buyer::default();
    if let Some(id) = request.get("buyer_id") {
        if PartnerId::new(id).is_err() {
            return Err(Refusal::new("BUYER_NOT_EXIST", "buyer_id: 16 digits beginning with 2088"));
        }
        if id == request.account.shop.seller_id().as_str() {
            return Err(Refusal::new("BUYER_SELLER_EQUAL", "buyer_id: the seller cannot buy from himself"));
        }
        id.clone_into(&mut buyer.id);
    }
    if let Some(email) = request.get("buyer_email") {
        email.clone_into(&mut buyer.email);
    }
    Ok(buyer)
}
