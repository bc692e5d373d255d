//! The routes: each reads what was asked, calls the shop, and copies its answer.

use alipay_axum::{Paid, PaidRejection};
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use shop::{MoveForm, OperatorForm, OrderForm, PayOptions, PayoutForm, RETURN_PATH, Shop, Waiting};
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer};

use crate::{guest::Guest, reply::Reply};

/// The largest form, in bytes; the largest that a page of the shop sends has some hundreds.
const MAX_FORM: usize = 16 * 1024;

/// The shop's pages. `Alipay::layer` goes around it: outside of the body limit, which is for forms, and of everything
/// else that reads a body or demands a cookie.
pub fn router(shop: Shop) -> Router {
    Router::new()
        .route("/", get(catalogue))
        .route("/items/{id}", get(item))
        .route("/orders", get(orders).post(place_order))
        .route("/orders/{no}", get(order))
        .route("/orders/{no}/pay", get(pay))
        .route("/orders/{no}/qr", get(qr))
        .route(RETURN_PATH, any(returned))
        .route("/operator", get(operator).post(operator_enters))
        .route("/operator/certificate", post(renew_certificate))
        .route("/operator/orders/{no}", get(operator_order))
        .route("/operator/orders/{no}/{what}", post(operate))
        .route("/operator/payouts", get(payouts).post(prepare_payout))
        .route("/operator/payouts/{batch_no}", get(payout))
        .route("/operator/journal/{id}/raw", get(refused_message))
        .route("/operator/journal/{id}/replay", post(replay))
        .route("/style.css", get(async |State(shop): State<Shop>| Reply(shop.stylesheet())))
        .route("/icon.svg", get(async |State(shop): State<Shop>| Reply(shop.icon())))
        .fallback(not_found)
        .with_state(shop)
        .layer(RequestBodyLimitLayer::new(MAX_FORM))
        .layer(CatchPanicLayer::new())
}

async fn catalogue(State(shop): State<Shop>, Guest(visitor): Guest) -> Reply {
    Reply(shop.catalogue(&visitor))
}

async fn item(State(shop): State<Shop>, Guest(visitor): Guest, Path(id): Path<String>) -> Reply {
    Reply(shop.item(&visitor, &id))
}

async fn place_order(State(shop): State<Shop>, Guest(visitor): Guest, Form(form): Form<OrderForm>) -> Reply {
    Reply(shop.place_order(&visitor, &form).await)
}

async fn orders(State(shop): State<Shop>, Guest(visitor): Guest) -> Reply {
    Reply(shop.orders(&visitor).await)
}

async fn order(
    State(shop): State<Shop>,
    Guest(visitor): Guest,
    Path(no): Path<String>,
    Query(waiting): Query<Waiting>,
) -> Reply {
    Reply(shop.order(&visitor, &no, &waiting).await)
}

async fn pay(
    State(shop): State<Shop>,
    Guest(visitor): Guest,
    Path(no): Path<String>,
    Query(options): Query<PayOptions>,
) -> Reply {
    Reply(shop.pay(&visitor, &no, &options).await)
}

async fn qr(
    State(shop): State<Shop>,
    Guest(visitor): Guest,
    Path(no): Path<String>,
    Query(waiting): Query<Waiting>,
) -> Reply {
    Reply(shop.qr(&visitor, &no, &waiting).await)
}

/// The return page. `Paid` is the layer's proof; without it the layer's reason, or the news that no layer ran.
async fn returned(
    State(shop): State<Shop>,
    Guest(visitor): Guest,
    paid: Result<Paid, PaidRejection>,
) -> Response {
    let result = match paid {
        Ok(Paid(payment)) => Ok(payment),
        Err(PaidRejection::NotVerified(rejection)) => Err(rejection),
        Err(mistake) => return mistake.into_response(),
    };
    Reply(shop.returned(&visitor, result).await).into_response()
}

async fn operator(State(shop): State<Shop>, Guest(visitor): Guest) -> Reply {
    Reply(shop.operator(&visitor).await)
}

async fn operator_enters(
    State(shop): State<Shop>,
    Guest(visitor): Guest,
    Form(form): Form<OperatorForm>,
) -> Reply {
    Reply(shop.operator_enters(&visitor, &form))
}

async fn renew_certificate(State(shop): State<Shop>, Guest(visitor): Guest) -> Reply {
    Reply(shop.renew_certificate(&visitor).await)
}

async fn operator_order(
    State(shop): State<Shop>,
    Guest(visitor): Guest,
    Path(no): Path<String>,
    Query(form): Query<MoveForm>,
) -> Reply {
    Reply(shop.operator_order(&visitor, &no, &form).await)
}

async fn operate(
    State(shop): State<Shop>,
    Guest(visitor): Guest,
    Path((no, what)): Path<(String, String)>,
    Form(form): Form<MoveForm>,
) -> Reply {
    Reply(shop.operate(&visitor, &no, &what, &form).await)
}

async fn payouts(State(shop): State<Shop>, Guest(visitor): Guest) -> Reply {
    Reply(shop.payouts(&visitor).await)
}

async fn prepare_payout(
    State(shop): State<Shop>,
    Guest(visitor): Guest,
    Form(form): Form<PayoutForm>,
) -> Reply {
    Reply(shop.prepare_payout(&visitor, &form).await)
}

async fn payout(State(shop): State<Shop>, Guest(visitor): Guest, Path(batch_no): Path<String>) -> Reply {
    Reply(shop.payout(&visitor, &batch_no).await)
}

async fn replay(State(shop): State<Shop>, Guest(visitor): Guest, Path(id): Path<String>) -> Reply {
    Reply(shop.replay(&visitor, &id).await)
}

async fn refused_message(State(shop): State<Shop>, Guest(visitor): Guest, Path(id): Path<String>) -> Reply {
    Reply(shop.refused_message(&visitor, &id).await)
}

async fn not_found(State(shop): State<Shop>, Guest(visitor): Guest) -> Reply {
    Reply(shop.not_found(&visitor))
}
