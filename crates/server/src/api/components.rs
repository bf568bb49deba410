//! What flows can use, and the verifier by itself.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::access::Caller;
use crate::app::App;
use crate::body::Body;
use crate::problem::Refusal;

/// The actions and triggers there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComponentsBody {
    /// Descriptions of the actions, by name.
    pub actions: Vec<Value>,
    /// Descriptions of the triggers, by name.
    pub triggers: Vec<Value>,
}

/// What flows can use.
#[utoipa::path(get, operation_id = "list_components", path = "/actions", responses((status = 200, body = ComponentsBody)))]
pub async fn list(State(app): State<App>, _caller: Caller) -> Json<ComponentsBody> {
    Json(ComponentsBody {
        actions: app.actions.specs().map(|spec| json!(spec)).collect(),
        triggers: app.sources.iter().map(|source| json!(source.spec())).collect(),
    })
}

/// An address to verify.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// The address.
    pub email: String,
    /// `syntax` or `fast`.
    pub mode: Option<String>,
}

/// `{"verification": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct VerifyBody {
    /// What is known of the address.
    pub verification: Value,
}

/// Verifies an address, as `email.verify` does in a flow.
#[utoipa::path(post, operation_id = "verify", path = "/verify", request_body = VerifyRequest, responses((status = 200, body = VerifyBody)))]
pub async fn verify(
    State(app): State<App>,
    _caller: Caller,
    Body(asked): Body<VerifyRequest>,
) -> Result<Json<VerifyBody>, Refusal> {
    let mode = asked.mode.as_deref().unwrap_or("fast");
    let now = app.clock.now();
    let verification = cauce_action::verify_address(&asked.email, mode, &app.verify, app.dns.as_ref(), now)
        .await
        .map_err(|failure| Refusal::broken(failure.error.message))?;
    Ok(Json(VerifyBody { verification }))
}
