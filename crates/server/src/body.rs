//! JSON bodies of the API, with errors that say what is wrong with them.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::intake::hooks::unread;
use crate::problem::Refusal;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let read = Bytes::from_request(request, app).await;
        let bytes = read.map_err(|rejection| unread(app, rejection.status()))?;
        cauce_trigger::bounded(&bytes)?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(bytes)
            .map(Self)
            .map_err(|error| Refusal::broken(format!("the body is not what is asked for: {error}")))
    }
}
