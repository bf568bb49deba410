//! The shop: people sign up and leave carts behind; it posts both to Cauce, and answers whether an order came.

mod api;
mod courier;
mod deliveries;
mod forms;
mod ledger;
mod money;
mod page;
mod sign;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use crate::door;
use crate::locked::Locked;
use crate::page::Links;
pub(crate) use courier::Courier;
use deliveries::Deliveries;
use ledger::Ledger;

/// What the requests share.
pub(crate) struct Shop {
    links: Links,
    clock: fn() -> i64,
    ledger: Locked<Ledger>,
    deliveries: Arc<Locked<Deliveries>>,
    courier: Courier,
}

impl Shop {
    pub(crate) fn new(links: Links, clock: fn() -> i64, courier: Courier) -> Self {
        Self {
            links,
            clock,
            ledger: Locked::new(Ledger::opened(clock())),
            deliveries: Arc::new(Locked::new(Deliveries::new())),
            courier,
        }
    }
}

pub(crate) fn router(shop: Shop) -> Router {
    Router::new()
        .route("/", get(page::front))
        .route("/signup", post(forms::sign_up))
        .route("/cart", post(forms::leave_cart))
        .route("/order", post(forms::order))
        .route("/api/orders", get(api::orders).post(api::order))
        .route("/api/report/yesterday", get(api::report))
        .layer(DefaultBodyLimit::max(door::BODY_LIMIT))
        .layer(from_fn(door::guard))
        .with_state(Arc::new(shop))
}
