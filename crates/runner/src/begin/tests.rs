//! Which runs begin parked, and as what.

use cauce_engine::compile;
use cauce_model::{ActionSpec, Catalog, EventId, RunId, RunStart, SourceKind, SourceSpec, What};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

/// One trigger and no actions.
struct Parts(SourceSpec);

impl Catalog for Parts {
    fn action(&self, _: &str) -> Option<&ActionSpec> {
        None
    }

    fn source(&self, name: &str) -> Option<&SourceSpec> {
        (name == self.0.name).then_some(&self.0)
    }

    fn action_names(&self) -> Vec<&str> {
        Vec::new()
    }

    fn source_names(&self) -> Vec<&str> {
        vec!["hook@1"]
    }
}

fn plan(steps: &str) -> Plan {
    let text = format!("version: 1\nid: nap\ntriggers: [{{ id: hook, use: hook@1 }}]\n{steps}\n");
    let loaded = cauce_model::load("nap.yaml", text.as_bytes());
    let workflow = loaded.workflow.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
    let source = SourceSpec {
        name: "hook@1".to_owned(),
        summary: String::new(),
        kind: SourceKind::Webhook,
        input: json!({}),
        output: json!({}),
        example: json!({}),
    };
    let compiled = compile(&workflow, &Parts(source));
    compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.problems))
}

const NOW: Time = Time::from_micros(1_800_000_000_000_000);

fn new_run(data: Value) -> NewRun {
    let start = RunStart {
        id: RunId::from_uuid(Uuid::from_u128(1)),
        workflow: "nap".to_owned(),
        version: 1,
        trigger: "hook".to_owned(),
        event: EventId::from_uuid(Uuid::from_u128(2)),
        accepted_at: NOW,
        data: data.into(),
        inputs: Value::Null,
        replay_of: None,
        parent: None,
    };
    NewRun { keys: vec!["ana@example.com".to_owned()], ..NewRun::new(start, 2) }
}

#[test]
fn a_run_that_waits_first_is_parked_with_the_entries_that_say_so() {
    let plan = plan("steps: [{ id: later, wait: 1d }, { set: { done: true } }]");
    let new = begin(&plan, new_run(json!({ "n": 1 })), NOW);
    let parked = new.parked.unwrap();
    assert!(!new.owned, "nobody holds it");
    assert_eq!(parked.wake_at, NOW.after(Duration::from_secs(86_400)));
    assert_eq!(
        (parked.brief.status, parked.brief.steps_done, parked.brief.steps_total),
        (RunStatus::Waiting, 0, 2)
    );
    assert!(
        matches!(&new.entries[..], [entry] if matches!(entry.what, What::Waited { .. })),
        "{:?}",
        new.entries
    );
    assert_eq!(new.keys, ["ana@example.com"]);
    assert_eq!(new.start, new_run(json!({ "n": 1 })).start, "its beginning is as it was");
}

#[test]
fn what_has_more_to_do_than_wait_is_driven() {
    for steps in [
        "steps: [{ set: { done: true } }, { wait: 1d }]",
        "steps: [{ wait: 1d, when: false }, { set: { done: true } }]",
        "steps: [{ wait: 4s }]",
        "steps: [{ wait: '${{ trigger.data.nap }}' }]",
        "cancel_on: [{ event: order.paid, match: 'event.n == trigger.data.n' }]\nsteps: [{ wait: 1d }]",
    ] {
        let new = begin(&plan(steps), new_run(json!({ "n": 1, "nap": "0s" })), NOW);
        assert!(new.owned && new.parked.is_none() && new.entries.is_empty(), "{steps}");
    }
}

#[test]
fn a_replay_goes_on_where_its_entries_end() {
    let plan = plan("steps: [{ id: later, wait: 1d }]");
    let begun = begin(&plan, new_run(json!({})), NOW);
    let again = begin(&plan, NewRun { entries: begun.entries, ..new_run(json!({})) }, NOW);
    assert!(again.owned && again.parked.is_none());
}
