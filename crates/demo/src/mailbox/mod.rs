//! The mailbox: takes every mail over SMTP and over HTTP, keeps it in memory, and shows it on a page and over an API.

mod api;
mod decode;
mod page;
mod service;
mod smtp;
mod store;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use crate::door;
use crate::fault::Switch;
use crate::locked::Locked;
use crate::page::Links;
pub(crate) use smtp::serve;
use store::Store;

/// What the page's requests and the SMTP conversations share.
pub(crate) struct Mailbox {
    links: Links,
    clock: fn() -> i64,
    store: Locked<Store>,
    /// An SMTP code to answer `MAIL` with.
    faults: Switch<u16>,
    /// An HTTP status to answer `POST /api/mails` with.
    service_faults: Switch<u16>,
}

impl Mailbox {
    pub(crate) fn new(links: Links, clock: fn() -> i64) -> Self {
        Self {
            links,
            clock,
            store: Locked::new(Store::new()),
            faults: Switch::off(),
            service_faults: Switch::off(),
        }
    }
}

pub(crate) fn router(mailbox: Arc<Mailbox>) -> Router {
    Router::new()
        .route("/", get(page::list))
        .route("/mail/{number}", get(page::one))
        .route("/mail/{number}/raw", get(page::raw))
        .route("/api/mails", get(api::list).post(service::send).delete(api::clear))
        .route("/_faults", post(api::set_fault).delete(api::clear_fault))
        .layer(DefaultBodyLimit::max(door::BODY_LIMIT))
        .layer(from_fn(door::guard))
        .with_state(mailbox)
}
