//! What the decider and the expressions cost: `cargo bench -p cauce-engine`.

use std::hint::black_box;
use std::sync::Arc;

use cauce_engine::expr::{Expr, Fuel, ValueScope};
use cauce_engine::{Plan, State, compile, decide, outcome};
use cauce_model::{
    ActionSpec, Catalog, Effect, Entry, EventId, RunId, RunStart, SourceKind, SourceSpec, Time, What,
};
use criterion::{BatchSize, Criterion};
use serde_json::{Value, json};
use uuid::Uuid;

/// Webhook, branch, map, call: the flow that `make bench` calls W1.
const W1: &str = include_str!("../../../bench/workflows/w1.yaml");

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    deciding(&mut criterion);
    evaluating(&mut criterion);
    criterion.final_summary();
}

fn deciding(criterion: &mut Criterion) {
    let plan = plan();
    let fresh = State::new(start());
    criterion.bench_function("decide: branch, map, ask for the call", |bencher| {
        bencher.iter(|| decide(&plan, black_box(&fresh), at(1)));
    });
    let answered = answered(&plan, fresh.clone());
    criterion.bench_function("decide: the call was answered, finish", |bencher| {
        bencher.iter(|| decide(&plan, black_box(&answered), at(3)));
    });
    let entries = decide(&plan, &fresh, at(1)).record;
    criterion.bench_function("apply what the first decision recorded", |bencher| {
        bencher.iter_batched(|| fresh.clone(), |state| applied(state, &entries), BatchSize::SmallInput);
    });
}

fn evaluating(criterion: &mut Criterion) {
    let scope = ValueScope::new(json!({"trigger": data()}));
    for (name, text) in [
        ("expression: a path", "trigger.body.email"),
        ("expression: comparison and logic", "trigger.body.total > 100 and trigger.body.name != ''"),
        ("expression: filters", "trigger.body.email | lower | replace('@', ' at ') | default('nobody')"),
        ("expression: either way", "'large' if trigger.body.total * 2 + 1 >= 100 else 'small'"),
    ] {
        let expr = Expr::parse(text).expect("the expressions here are right");
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| expr.eval(black_box(&scope), &mut Fuel::default()));
        });
    }
}

/// The state after the call was started and answered.
fn answered(plan: &Plan, state: State) -> State {
    let decision = decide(plan, &state, at(1));
    let mut state = applied(state, &decision.record);
    for call in &decision.start {
        let what = What::Started { attempt: call.attempt, input: call.request.value.clone() };
        state = applied(state, &[Entry { at: at(1), path: call.path.clone(), what }]);
        let answer =
            json!({"status": 201, "headers": {"content-type": "application/json"}, "body": {"id": "c-1"}});
        let entry = outcome(plan, &state, call, Ok(answer), at(2));
        state = applied(state, &[entry]);
    }
    state
}

fn applied(mut state: State, entries: &[Entry]) -> State {
    for entry in entries {
        state.apply(entry).expect("a decision is legal");
    }
    state
}

fn plan() -> Plan {
    let workflow = cauce_model::load("w1.yaml", W1.as_bytes()).workflow.expect("the file is right");
    compile(&workflow, &Components::default()).plan.expect("the file is right")
}

fn at(seconds: i64) -> Time {
    Time::from_micros(1_800_000_000_000_000 + seconds * 1_000_000)
}

fn data() -> Value {
    json!({
        "body": {"id": "o-1", "email": "Ada@Example.com", "name": "Ada Lovelace", "total": 142, "note": "a gift"},
        "headers": {"content-type": "application/json", "host": "127.0.0.1:8710"},
        "query": {}, "method": "POST", "received_at": at(0),
    })
}

fn start() -> Arc<RunStart> {
    Arc::new(RunStart {
        id: RunId::from_uuid(Uuid::from_u128(7)),
        workflow: "w1".to_owned(),
        version: 1,
        trigger: "order".to_owned(),
        event: EventId::from_uuid(Uuid::from_u128(8)),
        accepted_at: at(0),
        data: data().into(),
        inputs: Value::Null,
        replay_of: None,
        parent: None,
    })
}

/// The two components that W1 names.
struct Components {
    action: ActionSpec,
    source: SourceSpec,
}

impl Default for Components {
    fn default() -> Self {
        let (name, summary) = ("http.request@1".to_owned(), String::new());
        let action = ActionSpec {
            name,
            summary: summary.clone(),
            input: json!({}),
            output: json!({}),
            effect: Effect::Keyed,
            example: json!({}),
        };
        let source = SourceSpec {
            name: "webhook@1".to_owned(),
            summary,
            kind: SourceKind::Webhook,
            input: json!({}),
            output: json!({}),
            example: json!({}),
        };
        Self { action, source }
    }
}

impl Catalog for Components {
    fn action(&self, name: &str) -> Option<&ActionSpec> {
        (name == self.action.name).then_some(&self.action)
    }

    fn source(&self, name: &str) -> Option<&SourceSpec> {
        (name == self.source.name).then_some(&self.source)
    }

    fn action_names(&self) -> Vec<&str> {
        vec![&self.action.name]
    }

    fn source_names(&self) -> Vec<&str> {
        vec![&self.source.name]
    }
}
