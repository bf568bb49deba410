//! The shop's API: orders, and the report of yesterday.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shop;
use super::ledger::NoOrder;
use super::money::Money;
use crate::clock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    cart_id: Option<String>,
}

pub(crate) async fn orders(State(shop): State<Arc<Shop>>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let orders = shop.ledger.with(|ledger| ledger.orders(wanted.cart_id.as_deref()));
    Json(json!({ "orders": orders, "count": orders.len() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    cart_id: String,
    total: Value,
}

pub(crate) async fn order(State(shop): State<Arc<Shop>>, body: Bytes) -> Response {
    let wish: NewOrder = match serde_json::from_slice(&body) {
        Ok(wish) => wish,
        Err(error) if error.is_data() => {
            return refused(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string());
        }
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let Some(total) = Money::read(&wish.total) else {
        let message = "`total` is not a number from 0 to 1000000 with at most two decimals";
        return refused(StatusCode::UNPROCESSABLE_ENTITY, message);
    };
    let now = (shop.clock)();
    match shop.ledger.with(|ledger| ledger.order(&wish.cart_id, total, now)) {
        Ok(order) => (StatusCode::CREATED, Json(order.shown())).into_response(),
        Err(NoOrder::OrderedBefore) => refused(StatusCode::CONFLICT, "this cart was ordered before"),
        Err(NoOrder::BadCart) => {
            let message = "`cart_id` takes 1 to 64 letters, digits, dots, hyphens and underscores";
            refused(StatusCode::UNPROCESSABLE_ENTITY, message)
        }
    }
}

pub(crate) async fn report(State(shop): State<Arc<Shop>>) -> Json<Value> {
    let yesterday = clock::yesterday((shop.clock)());
    Json(shop.ledger.with(|ledger| ledger.report(yesterday)))
}

fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}
