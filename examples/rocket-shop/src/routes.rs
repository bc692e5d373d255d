//! The routes: each reads what was asked, calls the shop, and copies its answer.
#![expect(clippy::needless_pass_by_value, reason = "Rocket hands guards over by value")]

use alipay_rocket::{NotPaid, Paid};
use rocket::{Route, State, get, post, routes};
use shop::{MoveForm, OperatorForm, OrderForm, PayOptions, PayoutForm, Shop, Waiting};

use crate::{
    addresses,
    fields::{Form, Query},
    guest::Guest,
    reply::{Refusal, Reply},
};

pub(crate) fn routes() -> Vec<Route> {
    addresses::complete(
        routes![
            catalogue,
            item,
            orders,
            place_order,
            order,
            pay,
            qr,
            operator,
            operator_enters,
            renew_certificate,
            operator_order,
            operate,
            payouts,
            prepare_payout,
            payout,
            refused_message,
            replay,
            style,
            icon
        ],
        &routes![returned],
    )
}

#[get("/")]
fn catalogue(shop: &State<Shop>, guest: Guest) -> Reply {
    Reply(shop.catalogue(&guest.0))
}

#[get("/items/<id>")]
fn item(shop: &State<Shop>, guest: Guest, id: &str) -> Reply {
    Reply(shop.item(&guest.0, id))
}

#[post("/orders", data = "<form>")]
async fn place_order(
    shop: &State<Shop>,
    guest: Guest,
    form: Result<Form<OrderForm>, Refusal>,
) -> Result<Reply, Refusal> {
    let Form(form) = form?;
    Ok(Reply(shop.place_order(&guest.0, &form).await))
}

#[get("/orders")]
async fn orders(shop: &State<Shop>, guest: Guest) -> Reply {
    Reply(shop.orders(&guest.0).await)
}

#[get("/orders/<no>")]
async fn order(
    shop: &State<Shop>,
    guest: Guest,
    no: &str,
    query: Result<Query<Waiting>, Refusal>,
) -> Result<Reply, Refusal> {
    let Query(waiting) = query?;
    Ok(Reply(shop.order(&guest.0, no, &waiting).await))
}

#[get("/orders/<no>/pay")]
async fn pay(
    shop: &State<Shop>,
    guest: Guest,
    no: &str,
    query: Result<Query<PayOptions>, Refusal>,
) -> Result<Reply, Refusal> {
    let Query(options) = query?;
    Ok(Reply(shop.pay(&guest.0, no, &options).await))
}

#[get("/orders/<no>/qr")]
async fn qr(
    shop: &State<Shop>,
    guest: Guest,
    no: &str,
    query: Result<Query<Waiting>, Refusal>,
) -> Result<Reply, Refusal> {
    let Query(waiting) = query?;
    Ok(Reply(shop.qr(&guest.0, no, &waiting).await))
}

/// The return page. `Paid` is the fairing's proof; without it the reason why there is none.
#[get("/alipay/return")]
async fn returned(shop: &State<Shop>, guest: Guest, paid: Result<Paid, NotPaid>) -> Result<Reply, NotPaid> {
    let result = match paid {
        Ok(Paid(payment)) => Ok(payment),
        Err(NotPaid::NotVerified(rejection)) => Err(rejection),
        Err(mistake) => return Err(mistake),
    };
    Ok(Reply(shop.returned(&guest.0, result).await))
}

#[get("/operator")]
async fn operator(shop: &State<Shop>, guest: Guest) -> Reply {
    Reply(shop.operator(&guest.0).await)
}

#[post("/operator", data = "<form>")]
fn operator_enters(
    shop: &State<Shop>,
    guest: Guest,
    form: Result<Form<OperatorForm>, Refusal>,
) -> Result<Reply, Refusal> {
    let Form(form) = form?;
    Ok(Reply(shop.operator_enters(&guest.0, &form)))
}

#[post("/operator/certificate")]
async fn renew_certificate(shop: &State<Shop>, guest: Guest) -> Reply {
    Reply(shop.renew_certificate(&guest.0).await)
}

#[get("/operator/orders/<no>")]
async fn operator_order(
    shop: &State<Shop>,
    guest: Guest,
    no: &str,
    query: Result<Query<MoveForm>, Refusal>,
) -> Result<Reply, Refusal> {
    let Query(form) = query?;
    Ok(Reply(shop.operator_order(&guest.0, no, &form).await))
}

#[post("/operator/orders/<no>/<what>", data = "<form>")]
async fn operate(
    shop: &State<Shop>,
    guest: Guest,
    no: &str,
    what: &str,
    form: Result<Form<MoveForm>, Refusal>,
) -> Result<Reply, Refusal> {
    let Form(form) = form?;
    Ok(Reply(shop.operate(&guest.0, no, what, &form).await))
}

#[get("/operator/payouts")]
async fn payouts(shop: &State<Shop>, guest: Guest) -> Reply {
    Reply(shop.payouts(&guest.0).await)
}

#[post("/operator/payouts", data = "<form>")]
async fn prepare_payout(
    shop: &State<Shop>,
    guest: Guest,
    form: Result<Form<PayoutForm>, Refusal>,
) -> Result<Reply, Refusal> {
    let Form(form) = form?;
    Ok(Reply(shop.prepare_payout(&guest.0, &form).await))
}

#[get("/operator/payouts/<batch_no>")]
async fn payout(shop: &State<Shop>, guest: Guest, batch_no: &str) -> Reply {
    Reply(shop.payout(&guest.0, batch_no).await)
}

#[post("/operator/journal/<id>/replay")]
async fn replay(shop: &State<Shop>, guest: Guest, id: &str) -> Reply {
    Reply(shop.replay(&guest.0, id).await)
}

#[get("/operator/journal/<id>/raw")]
async fn refused_message(shop: &State<Shop>, guest: Guest, id: &str) -> Reply {
    Reply(shop.refused_message(&guest.0, id).await)
}

#[get("/style.css")]
fn style(shop: &State<Shop>) -> Reply {
    Reply(shop.stylesheet())
}

#[get("/icon.svg")]
fn icon(shop: &State<Shop>) -> Reply {
    Reply(shop.icon())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_return_page_is_where_buyers_come_back_to() {
        let own = super::routes().into_iter().filter(|route| route.uri.path() == shop::RETURN_PATH);
        assert_eq!(own.count(), 9);
    }
}
