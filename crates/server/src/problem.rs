//! The one error type at the HTTP edge: safe and helpful outside, whole in the log. The only place that knows which
//! status code belongs to what.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cauce_model::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong, as RFC 9457 problem details.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// A page that explains it.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable code.
    pub code: String,
    /// What is wrong with this request.
    pub detail: String,
    /// The next step, where there is one to name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Which form fields are wrong, and how: field to a short word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    pub fields: Option<std::collections::BTreeMap<Cow<'static, str>, &'static str>>,
    /// Problems in a workflow, with their places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<crate::api::views::ProblemView>)]
    pub problems: Vec<Problem>,
    /// Seconds after which to try again.
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

/// An answer that says no.
#[derive(Debug)]
pub struct Refusal(Box<ProblemDetails>);

impl Refusal {
    /// Whether the same request may be taken later.
    #[must_use]
    pub fn is_for_later(&self) -> bool {
        self.0.status >= 500 || self.0.retry_after.is_some()
    }

    /// A refusal with a stable code.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self(Box::new(ProblemDetails {
            kind: format!("/docs/errors/{code}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: detail.into(),
            hint: None,
            fields: None,
            problems: Vec::new(),
            retry_after: None,
        }))
    }

    /// The same refusal with a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// The same refusal, with the moment to come back.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The same refusal, naming a form field.
    #[must_use]
    pub fn field(mut self, field: impl Into<Cow<'static, str>>, word: &'static str) -> Self {
        self.0.fields.get_or_insert_default().insert(field.into(), word);
        self
    }

    /// What is wrong, for callers without HTTP.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "S001", "nobody is signed in")
            .hint("sign in, or send `Authorization: Bearer` with a token from `cauce token create`")
    }

    /// Whoever asks may not do this.
    #[must_use]
    pub fn role(needed: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "S002", format!("this needs the role `{needed}`"))
    }

    /// There is no such thing.
    #[must_use]
    pub fn missing(what: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "S003", what)
    }

    /// It is not in a state in which this can be done.
    #[must_use]
    pub fn conflict(what: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "S005", what)
    }

    /// The request is broken.
    #[must_use]
    pub fn broken(what: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "S007", what)
    }

    /// Try again later; nothing was stored.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "S009", "this cannot be stored now; nothing was accepted")
            .hint("send it again in a few seconds")
            .retry_after(5)
    }
}

impl From<cauce_journal::Error> for Refusal {
    fn from(error: cauce_journal::Error) -> Self {
        use cauce_journal::Error as E;
        match &error {
            E::Exists { what } => return Self::conflict(format!("`{what}` exists already")),
            E::Corrupt { .. } => {
                tracing::error!(error = &error as &dyn std::error::Error, "a row does not read back");
                return Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "S013",
                    "what is stored does not read back",
                )
                .hint("the log of the server names the row");
            }
            E::Fenced | E::Unavailable { .. } | E::Full | E::Locked { .. } | E::Newer { .. } | E::Closed => {}
        }
        tracing::warn!(error = &error as &dyn std::error::Error, "the journal cannot do this now");
        Self::unavailable()
    }
}

impl From<cauce_runner::PlanError> for Refusal {
    fn from(error: cauce_runner::PlanError) -> Self {
        match error {
            cauce_runner::PlanError::Journal(error) => error.into(),
            other @ (cauce_runner::PlanError::Missing { .. }
            | cauce_runner::PlanError::Refused(_)
            | cauce_runner::PlanError::Broken { .. }) => Self::conflict(other.to_string()),
        }
    }
}

impl From<cauce_trigger::Rejection> for Refusal {
    fn from(rejection: cauce_trigger::Rejection) -> Self {
        use cauce_trigger::Kind;
        let status = match rejection.kind {
            Kind::BadRequest => StatusCode::BAD_REQUEST,
            Kind::Unauthorized => StatusCode::UNAUTHORIZED,
            Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let refusal = Self::new(status, rejection.code, rejection.message);
        match rejection.hint {
            Some(hint) => refusal.hint(hint),
            None => refusal,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let details = self.0;
        let status = StatusCode::from_u16(details.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = details.retry_after;
        let mut response = (status, Json(*details)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
