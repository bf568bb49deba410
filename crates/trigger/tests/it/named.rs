//! Named events as triggers see them.

use cauce_model::{NamedEvent, Time};
use cauce_trigger::{Raw, Secrets, Sources, listens_to};
use serde_json::{Value, json};

struct NoSecrets;

impl Secrets for NoSecrets {
    fn env(&self, _: &str) -> Option<&str> {
        None
    }
}

fn event(name: &str, data: Value) -> Raw {
    Raw::Named(Box::new(NamedEvent {
        id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
        name: name.to_owned(),
        key: None,
        data,
        at: Time::from_micros(1_800_000_000_000_000),
        from: None,
    }))
}

/// What a source makes of an event: the data of each occurrence, or the code of its refusal.
fn taken(source: &str, with: &Value, raw: &Raw) -> Result<Vec<Value>, &'static str> {
    let sources = Sources::builtin();
    let source = sources.get(source).unwrap();
    let occurrences = source.accept(raw, with, &NoSecrets).map_err(|rejection| rejection.code)?;
    Ok(occurrences.into_iter().map(|occurrence| occurrence.data).collect())
}

fn codes(source: &str, with: &Value) -> Vec<&'static str> {
    let sources = Sources::builtin();
    let problems = sources.get(source).unwrap().check(with, "/with");
    problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn an_event_of_the_name_starts_a_flow_that_sees_all_of_it() {
    let raw = event("order.paid", json!({"order_id": 7}));
    let seen = taken("event@1", &json!({"name": "order.paid"}), &raw).unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["data"], json!({"order_id": 7}));
    assert_eq!(seen[0]["name"], "order.paid");
    assert_eq!(taken("event@1", &json!({"name": "order.sent"}), &raw), Err("T017"));
}

#[test]
fn an_event_needs_a_name_and_names_of_the_engine_are_pointed_to_their_trigger() {
    assert_eq!(codes("event@1", &json!({})), ["T003"]);
    assert_eq!(codes("event@1", &json!({"name": "order paid"})), ["T002"]);
    assert_eq!(codes("event@1", &json!({"name": "order.paid", "match": 1})), ["T002"]);
    let sources = Sources::builtin();
    let problems = sources.get("event@1").unwrap().check(&json!({"name": "run.failed"}), "/with");
    assert_eq!(problems[0].hint.as_deref(), Some("write `use: run.failed@1` for what happens to runs"));
}

#[test]
fn what_became_of_a_run_is_taken_from_all_workflows_or_from_one() {
    let raw = event("run.failed", json!({"workflow": "signup", "run_id": "x"}));
    assert_eq!(taken("run.failed@1", &json!({}), &raw).unwrap().len(), 1);
    assert_eq!(taken("run.failed@1", &json!({"workflow": "signup"}), &raw).unwrap().len(), 1);
    assert_eq!(taken("run.failed@1", &json!({"workflow": "other"}), &raw).unwrap().len(), 0);
    assert_eq!(taken("run.held@1", &json!({}), &raw), Err("T017"));
}

#[test]
fn a_trigger_says_which_event_it_listens_to() {
    assert_eq!(listens_to("event@1", &json!({"name": "order.paid"})), Some("order.paid"));
    assert_eq!(listens_to("run.held@1", &json!({})), Some("run.held"));
    assert_eq!(listens_to("webhook@1", &json!({})), None);
}
