//! A payload of a run, whole: what a run's page shows the beginning of.
#![expect(unused_qualifications, reason = "the macro that describes a route writes whole paths")]

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use cauce_journal::runs::Found;
use cauce_model::RunRecord;
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::runs::{fold, found, open_record, parse};
use crate::access::Caller;
use crate::app::App;
use crate::problem::Refusal;

/// Which payload.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Which one: of a run `data`, `inputs` or `outputs`, of a step `input` or `output`.
    #[param(inline)]
    of: Of,
    /// The path of the step, for `input` and `output`.
    step: Option<String>,
}

/// Which payload of a run.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// What the trigger saw.
    Data,
    /// What the run was handed over.
    Inputs,
    /// What it answers.
    Outputs,
    /// What went into a step.
    Input,
    /// What came out of a step.
    Output,
}

/// A payload, whole, where `GET /runs/{id}` shows `{"$cut": true, "bytes", "start"}`.
#[utoipa::path(get, operation_id = "get_payload", path = "/runs/{id}/payload", params(("id" = String, Path), Asked), responses((status = 200, body = Value, content_type = "application/json"), (status = 404, body = crate::problem::ProblemDetails)))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    caller.may(cauce_journal::access::Role::Viewer)?;
    let Query(asked) = asked.map_err(|rejection| Refusal::broken(rejection.body_text()))?;
    let record = match found(&app, parse(&id)?).await? {
        Found::Over(record) => *record,
        Found::Open(run) => {
            let (plan, state) = fold(&app, &run).await?;
            open_record(&run, &plan, &state)
        }
    };
    let payload = payload(record, &asked);
    payload.map(Json).ok_or_else(|| Refusal::missing("the run has no such payload"))
}

fn payload(record: RunRecord, asked: &Asked) -> Option<Value> {
    let step = || {
        let path = asked.step.as_deref()?;
        record.steps.iter().find(|step| step.path.as_str() == path)
    };
    match asked.of {
        Of::Data => Some(Arc::unwrap_or_clone(record.start.data)),
        Of::Inputs => Some(record.start.inputs),
        Of::Outputs => record.outputs,
        Of::Input => step()?.input.as_deref().cloned(),
        Of::Output => step()?.output.as_deref().cloned(),
    }
}
