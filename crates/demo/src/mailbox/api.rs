//! The mailbox's API: the mails as JSON, and the fault switch `POST /_faults` with `{"smtp": 451, "times": 2}` or
//! `{"api": 503}`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Mailbox;
use crate::fault::MOST_TIMES;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    smtp: Option<u16>,
    api: Option<u16>,
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

/// The newest first.
pub(crate) async fn list(State(mailbox): State<Arc<Mailbox>>) -> Json<Value> {
    let mails = mailbox.store.with(|store| store.newest_first());
    Json(mails.iter().map(|mail| mail.shown()).collect())
}

pub(crate) async fn clear(State(mailbox): State<Arc<Mailbox>>) -> StatusCode {
    mailbox.store.with(super::Store::clear);
    StatusCode::NO_CONTENT
}

pub(crate) async fn set_fault(State(mailbox): State<Arc<Mailbox>>, body: Bytes) -> Response {
    let wish: Wish = match serde_json::from_slice(&body) {
        Ok(wish) => wish,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let codes: Vec<u16> = wish.smtp.into_iter().chain(wish.api).collect();
    if codes.is_empty() {
        return refused(StatusCode::BAD_REQUEST, "say which: `smtp` or `api`");
    }
    if codes.iter().any(|code| !(400..=599).contains(code)) || wish.times > MOST_TIMES {
        let message =
            format!("`smtp` and `api` are codes from 400 to 599, and `times` is at most {MOST_TIMES}");
        return refused(StatusCode::UNPROCESSABLE_ENTITY, &message);
    }
    if let Some(code) = wish.smtp {
        mailbox.faults.set(code, wish.times);
    }
    if let Some(code) = wish.api {
        mailbox.service_faults.set(code, wish.times);
    }
    Json(json!({ "times": wish.times })).into_response()
}

pub(crate) async fn clear_fault(State(mailbox): State<Arc<Mailbox>>) -> StatusCode {
    mailbox.faults.set(0, 0);
    mailbox.service_faults.set(0, 0);
    StatusCode::NO_CONTENT
}

pub(super) fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}
