//! What every payment request says in the same words.

use super::parties;
use crate::{
    access::Request,
    product::Product,
    purchase::{Channels, Fee, Purchase},
    refusal::Refusal,
};

/// A purchase with all that products have in common, and nothing else.
pub(super) fn purchase(request: &Request, product: Product, fee: Fee) -> Result<Purchase, Refusal> {
    let own = |name| request.get(name).map(str::to_owned);
    Ok(Purchase {
        product,
        account: request.account.id().to_owned(),
        partner: request.account.shop.partner().clone(),
        charset: request.charset,
        out_trade_no: own("out_trade_no").unwrap_or_default(),
        subject: own("subject").unwrap_or_default(),
        body: own("body"),
        payment_type: "1".to_owned(),
        fee,
        buyer: parties::buyer(request)?,
        notify_url: own("notify_url"),
        return_url: own("return_url"),
        show_url: own("show_url").or_else(|| own("merchant_url")),
        echo: own("extra_common_param"),
        deadline: None,
        channels: Channels::ALL,
        bank: None,
        goods: None,
    })
}
