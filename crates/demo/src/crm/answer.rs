//! What the CRM answers: JSON, and for refusals a code and a message.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Done as asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

/// Not done, and why.
#[derive(Debug, PartialEq)]
pub(crate) enum Refusal {
    NoToken,
    WrongToken,
    NotJson,
    TooLarge,
    Unreadable,
    Broken(String),
    Invalid(String),
    KeyInvalid,
    KeyReused,
    NoContact,
    NothingHere,
    NotThatWay,
    Full,
}

impl Refusal {
    fn parts(self) -> (StatusCode, &'static str, String) {
        let (status, code, message) = match self {
            Self::NoToken => {
                (StatusCode::UNAUTHORIZED, "token_missing", "send `Authorization: Bearer <token>`")
            }
            Self::WrongToken => (StatusCode::UNAUTHORIZED, "token_wrong", "this token is not known"),
            Self::NotJson => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "send `Content-Type: application/json`")
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is larger than 256 KiB"),
            Self::Unreadable => (StatusCode::BAD_REQUEST, "unreadable", "the body did not arrive whole"),
            Self::Broken(message) => return (StatusCode::BAD_REQUEST, "broken_json", message),
            Self::Invalid(message) => return (StatusCode::UNPROCESSABLE_ENTITY, "invalid", message),
            Self::KeyInvalid => (
                StatusCode::BAD_REQUEST,
                "idempotency_key_invalid",
                "`Idempotency-Key` takes 1 to 255 visible ASCII characters",
            ),
            Self::KeyReused => (
                StatusCode::CONFLICT,
                "idempotency_key_reused",
                "this `Idempotency-Key` came before with another request",
            ),
            Self::NoContact => (StatusCode::NOT_FOUND, "contact_unknown", "no contact has this email"),
            Self::NothingHere => (StatusCode::NOT_FOUND, "not_found", "nothing is found at this path"),
            Self::NotThatWay => {
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this path does not take this method")
            }
            Self::Full => {
                (StatusCode::INSUFFICIENT_STORAGE, "full", "the demo keeps no more than 10000 contacts")
            }
        };
        (status, code, message.to_owned())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message) = self.parts();
        let mut response = (status, Json(json!({ "error": code, "message": message }))).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"demo CRM\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
