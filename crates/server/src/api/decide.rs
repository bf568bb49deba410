//! The answer to what an `approve` step asks.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use cauce_engine::state::Detail;
use cauce_journal::access::Role;
use cauce_journal::runs::{Found, Signal};
use cauce_model::workflow::{FieldKind, FormField};
use cauce_model::{Ask, StepPath, StepStatus};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{runs, signals};
use crate::access::Caller;
use crate::app::App;
use crate::body::Body;
use crate::problem::Refusal;

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideRequest {
    /// The step that asks.
    pub path: String,
    /// Yes or no.
    pub approved: bool,
    /// What was filled in: an object by the names of the form's fields. Who says no may leave out what is required.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub form: Map<String, Value>,
}

/// Answers what an `approve` step asks.
#[utoipa::path(post, operation_id = "decide", path = "/runs/{id}/decide", params(("id" = String, Path)), request_body = DecideRequest, responses((status = 202), (status = 409, body = crate::problem::ProblemDetails), (status = 422, body = crate::problem::ProblemDetails)))]
pub async fn decide(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Body(asked): Body<DecideRequest>,
) -> Result<StatusCode, Refusal> {
    caller.may(Role::Editor)?;
    let id = runs::parse(&id)?;
    let Found::Open(run) = runs::found(&app, id).await? else { return Err(nothing_asked(&asked.path)) };
    let (_, state) = runs::fold(&app, &run).await?;
    let path = StepPath::from(asked.path.as_str());
    let waiting = state.step(&path).filter(|step| step.status == StepStatus::Waiting);
    let Some(Detail::Asking(ask)) = waiting.map(|step| &step.detail) else {
        return Err(nothing_asked(&asked.path));
    };
    let form = Value::Object(check(ask, asked.form, asked.approved)?);
    let signal = Signal::Decide { path, approved: asked.approved, by: caller.name, form };
    signals::send(&app, id, signal).await
}

fn nothing_asked(path: &str) -> Refusal {
    Refusal::new(StatusCode::CONFLICT, "S018", format!("nothing is asked at `{path}`"))
        .hint("load the run again: somebody may have answered, or the time was over")
}

/// The form as it goes into the journal: every field is one that was asked for, and of its type.
fn check(ask: &Ask, form: Map<String, Value>, approved: bool) -> Result<Map<String, Value>, Refusal> {
    let mut faults = Vec::new();
    for name in form.keys().filter(|name| !ask.form.iter().any(|field| field.name == **name)) {
        faults.push((name.clone(), "unknown"));
    }
    for field in &ask.form {
        match form.get(&field.name).filter(|value| !is_empty(value)) {
            None if field.required && approved => faults.push((field.name.clone(), "required")),
            Some(value) if !fits(field, value) => faults.push((field.name.clone(), word(field.kind))),
            None | Some(_) => {}
        }
    }
    if faults.is_empty() {
        return Ok(form.into_iter().filter(|(_, value)| !is_empty(value)).collect());
    }
    let names: Vec<String> = faults.iter().map(|(name, _)| format!("`{name}`")).collect();
    let detail = format!("the form does not fit what is asked: {}", names.join(", "));
    let refusal = Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "S019", detail);
    Err(faults.into_iter().fold(refusal, |refusal, (name, word)| refusal.field(name, word)))
}

/// A field that was left empty.
fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn fits(field: &FormField, value: &Value) -> bool {
    match field.kind {
        FieldKind::Text => value.is_string(),
        FieldKind::Number => value.is_number(),
        FieldKind::Boolean => value.is_boolean(),
        FieldKind::Choice => value.as_str().is_some_and(|text| field.options.iter().any(|one| one == text)),
    }
}

const fn word(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "not_text",
        FieldKind::Number => "not_a_number",
        FieldKind::Boolean => "not_yes_or_no",
        FieldKind::Choice => "not_a_choice",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ask() -> Ask {
        let field = |name: &str, kind, required| FormField {
            name: name.to_owned(),
            label: None,
            kind,
            required,
            options: vec!["small".to_owned(), "large".to_owned()],
        };
        let form = vec![
            field("why", FieldKind::Text, true),
            field("discount", FieldKind::Number, false),
            field("urgent", FieldKind::Boolean, false),
            field("size", FieldKind::Choice, false),
        ];
        Ask { to: vec!["ana@example.org".to_owned()], form, deadline: None }
    }

    fn checked(form: Value, approved: bool) -> Result<Value, String> {
        let Value::Object(form) = form else { return Err("no object".to_owned()) };
        check(&ask(), form, approved).map(Value::Object).map_err(|refusal| refusal.detail().to_owned())
    }

    #[test]
    fn a_form_is_what_was_asked_for() {
        let whole = json!({"why": "a good customer", "discount": 10, "urgent": false, "size": "small"});
        assert_eq!(checked(whole.clone(), true), Ok(whole));
        assert_eq!(checked(json!({"why": "x", "size": "", "discount": null}), true), Ok(json!({"why": "x"})));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (form, named) in [
            (json!({}), "`why`"),
            (json!({"why": "  "}), "`why`"),
            (json!({"why": 1}), "`why`"),
            (json!({"why": "x", "discount": "10"}), "`discount`"),
            (json!({"why": "x", "urgent": "yes"}), "`urgent`"),
            (json!({"why": "x", "size": "medium"}), "`size`"),
            (json!({"why": "x", "other": 1}), "`other`"),
        ] {
            let said = checked(form.clone(), true).expect_err("a refusal");
            assert!(said.ends_with(named), "{form}: {said}");
        }
    }

    #[test]
    fn who_says_no_need_not_fill_in_what_is_required_yet_nothing_wrong_either() {
        assert_eq!(checked(json!({}), false), Ok(json!({})));
        assert!(checked(json!({"size": "medium"}), false).is_err());
    }
}
