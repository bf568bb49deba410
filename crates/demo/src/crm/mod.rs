//! The CRM: contacts behind a bearer token, as strict as the services it stands for.

mod answer;
mod contacts;
mod faults;
mod page;
mod remembered;
mod requests;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post, put};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio_util::sync::CancellationToken;

use crate::door;
use crate::fault::Switch;
use crate::locked::Locked;
use crate::page::Links;
use contacts::Contacts;
use faults::Fault;
use remembered::Remembered;

/// What the requests share.
pub(crate) struct Crm {
    /// Compared as hashes, so that not even the length shows in the time it takes.
    token: [u8; 32],
    links: Links,
    clock: fn() -> i64,
    stop: CancellationToken,
    faults: Switch<Fault>,
    book: Locked<Book>,
}

/// Contacts and the answers already given change together.
struct Book {
    contacts: Contacts,
    remembered: Remembered,
}

impl Crm {
    pub(crate) fn new(token: &str, links: Links, clock: fn() -> i64, stop: CancellationToken) -> Self {
        Self {
            token: Sha256::digest(token).into(),
            links,
            clock,
            stop,
            faults: Switch::off(),
            book: Locked::new(Book { contacts: Contacts::new(), remembered: Remembered::new() }),
        }
    }

    fn knows(&self, token: &str) -> bool {
        let given: [u8; 32] = Sha256::digest(token).into();
        given.ct_eq(&self.token).into()
    }
}

pub(crate) fn router(crm: Crm) -> Router {
    Router::new()
        .route("/", get(page::contacts))
        .route("/contacts", get(requests::list).post(requests::post))
        .route("/contacts/", put(requests::put_nobody))
        .route("/contacts/{email}", get(requests::one).put(requests::put))
        .route("/_faults", post(faults::set).delete(faults::clear))
        .fallback(requests::nothing_here)
        .method_not_allowed_fallback(requests::not_that_way)
        .layer(DefaultBodyLimit::max(door::BODY_LIMIT))
        .layer(from_fn(door::guard))
        .with_state(Arc::new(crm))
}
