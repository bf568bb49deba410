//! JSON bodies of the API, with errors that say what is wrong with them.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::intake::hooks::too_large;
use crate::problem::Refusal;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, app).await.map_err(|rejection| {
            let large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
            if large {
                too_large(app.setting.max_body)
            } else {
                Refusal::broken("the body could not be read")
            }
        })?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(bytes)
            .map(Self)
            .map_err(|error| Refusal::broken(format!("the body is not what is asked for: {error}")))
    }
}
