//! A small world for the decider: a catalog, a plan from text, and a run that is driven by hand.

use std::sync::Arc;
use std::time::Duration;

use cauce_engine::{Decision, Plan, State, StepCall, compile, decide, outcome};
use cauce_model::{
    ActionSpec, Catalog, Effect, Entry, EventId, Failure, Problem, RunId, RunStart, SourceKind, SourceSpec,
    StepPath, StepStatus, Time, What,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// `act@1` takes anything, `send@1` cannot tell a second call, `hook@1` starts.
pub(crate) struct Components {
    actions: Vec<ActionSpec>,
    sources: Vec<SourceSpec>,
}

impl Default for Components {
    fn default() -> Self {
        let action = |name: &str, effect| ActionSpec {
            name: name.to_owned(),
            summary: String::new(),
            input: json!({}),
            output: json!({}),
            effect,
            example: json!({}),
        };
        let source = |name: &str| SourceSpec {
            name: name.to_owned(),
            summary: String::new(),
            kind: SourceKind::Webhook,
            input: json!({}),
            output: json!({}),
            example: json!({}),
        };
        Self {
            actions: vec![action("act@1", Effect::Keyed), action("send@1", Effect::Unkeyed)],
            sources: vec![source("event@1"), source("hook@1")],
        }
    }
}

impl Catalog for Components {
    fn action(&self, name: &str) -> Option<&ActionSpec> {
        self.actions.iter().find(|action| action.name == name)
    }

    fn source(&self, name: &str) -> Option<&SourceSpec> {
        self.sources.iter().find(|source| source.name == name)
    }

    fn action_names(&self) -> Vec<&str> {
        self.actions.iter().map(|action| action.name.as_str()).collect()
    }

    fn source_names(&self) -> Vec<&str> {
        self.sources.iter().map(|source| source.name.as_str()).collect()
    }
}

const HEAD: &str = "version: 1\nid: flow\ntriggers:\n  - id: hook\n    use: hook@1\n";

/// A file with these lines behind the trigger.
pub(crate) fn file(rest: &str) -> String {
    format!("{HEAD}{rest}")
}

/// What checking such a file says.
pub(crate) fn problems(rest: &str) -> Vec<Problem> {
    let loaded = cauce_model::load("flow.yaml", file(rest).as_bytes());
    let mut problems = loaded.problems;
    if let Some(workflow) = &loaded.workflow {
        problems.extend(compile(workflow, &Components::default()).problems);
    }
    problems
}

/// The plan of a file that is fine.
pub(crate) fn plan(rest: &str) -> Plan {
    let loaded = cauce_model::load("flow.yaml", file(rest).as_bytes());
    let workflow = loaded.workflow.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
    let compiled = compile(&workflow, &Components::default());
    compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.problems))
}

/// The moment a number of seconds after the run was accepted.
pub(crate) fn at(seconds: i64) -> Time {
    Time::from_micros(1_800_000_000_000_000 + seconds * 1_000_000)
}

pub(crate) fn start(data: Value) -> Arc<RunStart> {
    Arc::new(RunStart {
        id: RunId::from_uuid(Uuid::from_u128(7)),
        workflow: "flow".to_owned(),
        version: 1,
        trigger: "hook".to_owned(),
        event: EventId::from_uuid(Uuid::from_u128(8)),
        accepted_at: at(0),
        data: data.into(),
        inputs: Value::Null,
        replay_of: None,
        parent: None,
    })
}

/// A run that is driven by hand. Everything recorded is kept, as a journal would.
pub(crate) struct Run {
    pub(crate) plan: Plan,
    pub(crate) state: State,
    pub(crate) entries: Vec<Entry>,
    pub(crate) last: Decision,
    pub(crate) now: Time,
    /// Attempts under way.
    pub(crate) flights: Vec<StepCall>,
}

impl Run {
    pub(crate) fn new(rest: &str, data: Value) -> Self {
        Self::begun(rest, start(data))
    }

    /// A run that began like this.
    pub(crate) fn begun(rest: &str, start: Arc<RunStart>) -> Self {
        let mut run = Self {
            plan: plan(rest),
            state: State::new(start),
            entries: Vec::new(),
            last: Decision::default(),
            now: at(0),
            flights: Vec::new(),
        };
        run.decide();
        run
    }

    /// Decides, keeps what was recorded, and starts what was asked for.
    pub(crate) fn decide(&mut self) -> &Decision {
        self.last = decide(&self.plan, &self.state, self.now);
        for entry in self.last.record.clone() {
            self.add(entry);
        }
        for call in self.last.start.clone() {
            let (attempt, input) = (call.attempt, call.request.value.clone());
            self.add(Entry { at: self.now, path: call.path.clone(), what: What::Started { attempt, input } });
            self.flights.push(call);
        }
        &self.last
    }

    /// The paths of the attempts that were asked for last.
    pub(crate) fn started(&self) -> Vec<&str> {
        self.last.start.iter().map(|call| call.path.as_str()).collect()
    }

    /// Something that happens to a step, or to the run where the path is empty; then decides.
    pub(crate) fn hear(&mut self, path: &str, what: What) -> &Decision {
        self.add(Entry { at: self.now, path: StepPath::from(path), what });
        self.decide()
    }

    /// Answers the attempt that is under way at `path`, a second later.
    pub(crate) fn land(&mut self, path: &str, answer: Result<Value, Failure>) -> &Decision {
        let flight = self.flights.iter().position(|call| call.path.as_str() == path);
        let call = self.flights.remove(flight.unwrap_or_else(|| panic!("nothing flies at `{path}`")));
        self.now = self.now.after(Duration::from_secs(1));
        let entry = outcome(&self.plan, &self.state, &call, answer, self.now);
        self.add(entry);
        self.decide()
    }

    /// Lets the attempt at `path` come back well.
    pub(crate) fn well(&mut self, path: &str) -> &Decision {
        self.land(path, Ok(json!({ "at": path })))
    }

    /// Lets the attempt at `path` fail for good.
    pub(crate) fn badly(&mut self, path: &str) -> &Decision {
        self.land(path, Err(Failure::permanent("A002", format!("no {path}"))))
    }

    /// The output of a step.
    pub(crate) fn output(&self, path: &str) -> Value {
        let step = self.state.step(&StepPath::from(path));
        step.and_then(|step| step.output.as_deref().cloned()).unwrap_or_default()
    }

    /// How the run ended: the word, and the reason or the code and the step of its error.
    pub(crate) fn ended(&self) -> (&'static str, String) {
        let end = self.state.end.as_ref().unwrap_or_else(|| panic!("it goes on: {:?}", self.last));
        let why = match (&end.reason, &end.error) {
            (Some(reason), _) => reason.clone(),
            (None, Some(error)) => format!("{} {}", error.error.code, error.step),
            (None, None) => String::new(),
        };
        (end.status.word(), why)
    }

    pub(crate) fn add(&mut self, entry: Entry) {
        self.state.apply(&entry).unwrap_or_else(|illegal| panic!("{illegal}"));
        self.entries.push(entry);
    }

    /// Lets time pass and decides.
    pub(crate) fn pass(&mut self, seconds: u64) -> &Decision {
        self.now = self.now.after(Duration::from_secs(seconds));
        self.decide()
    }

    /// The attempt that was asked for last.
    pub(crate) fn call(&self) -> StepCall {
        self.last.start.first().unwrap_or_else(|| panic!("nothing to start: {:?}", self.last)).clone()
    }

    /// Answers the attempt that was asked for last, a second later.
    pub(crate) fn answer(&mut self, answer: Result<Value, Failure>) -> &Decision {
        let path = self.call().path;
        self.land(path.as_str(), answer)
    }

    pub(crate) fn status(&self, path: &str) -> StepStatus {
        self.state.status(&StepPath::from(path))
    }

    /// The run as a process finds it that was not there.
    pub(crate) fn recovered(&self) -> State {
        State::recover(Arc::clone(&self.state.start), &self.entries)
            .unwrap_or_else(|illegal| panic!("{illegal}"))
    }
}
