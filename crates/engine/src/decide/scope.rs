//! What expressions see: a view on plan and state that builds nothing it is not asked for.

use std::borrow::Cow;

use cauce_model::{RunError, StepStatus, Time};
use serde_json::{Value, json};

use crate::expr::{Lookup, Scope, Segment, walk};
use crate::plan::path::{passes, seen_from};
use crate::plan::{Plan, PlanStep, PlanVerb};
use crate::state::{State, StepState};

/// What a step's expressions see.
#[derive(Debug)]
pub struct RunScope<'a> {
    plan: &'a Plan,
    state: &'a State,
    basis: Time,
    /// Where the reader stands in the run.
    reader: String,
    seed: String,
    failed: Option<&'a RunError>,
    event: Option<&'a Value>,
}

impl<'a> RunScope<'a> {
    /// The scope of the step at `path`. `basis` is what `now()` says, `failed` what `error` shows.
    #[must_use]
    pub fn new(
        plan: &'a Plan,
        state: &'a State,
        basis: Time,
        path: &str,
        failed: Option<&'a RunError>,
    ) -> Self {
        let seed = format!("{}/{path}", state.start.id);
        Self { plan, state, basis, reader: path.to_owned(), seed, failed, event: None }
    }

    /// The same scope with an event to look at.
    #[must_use]
    pub const fn with_event(mut self, event: &'a Value) -> Self {
        self.event = Some(event);
        self
    }

    fn steps(&self, path: &[Segment]) -> Lookup<'_> {
        let [Segment::Key(id), rest @ ..] = path else { return Lookup::Missing { at: 1 } };
        let Some(step) = self.plan.by_id(id) else { return Lookup::Missing { at: 1 } };
        let here = seen_from(step.path.as_str(), &self.reader);
        let state = here.and_then(|path| self.state.at(&path));
        let [Segment::Key(field), rest @ ..] = rest else { return Lookup::Missing { at: 2 } };
        match (field.as_str(), state.and_then(|state| Some((state, way_taken(step, state)?)))) {
            // A block that is not over yet says which way it took.
            ("output", Some((state, way))) if state.output.is_none() => walk(Cow::Owned(way), rest, 3),
            _ => step_field(state, field, rest),
        }
    }

    fn run(&self, path: &[Segment]) -> Lookup<'_> {
        let start = &self.state.start;
        let Some(Segment::Key(field)) = path.first() else { return Lookup::Missing { at: 1 } };
        let value = match field.as_str() {
            "id" => json!(start.id),
            "workflow" => json!(start.workflow),
            "version" => json!(start.version),
            "started_at" => json!(start.accepted_at),
            _ => return Lookup::Missing { at: 1 },
        };
        walk(Cow::Owned(value), path.get(1..).unwrap_or_default(), 2)
    }

    fn error(&self, path: &[Segment]) -> Lookup<'_> {
        let Some(RunError { error, step }) = self.failed else { return Lookup::Missing { at: 0 } };
        let value = json!({
            "code": error.code, "message": error.message, "hint": error.hint, "status": error.status, "step": step,
        });
        walk(Cow::Owned(value), path, 1)
    }

    fn inputs(&self, path: &[Segment]) -> Lookup<'_> {
        let given = self.state.start.inputs.as_object();
        match path {
            [Segment::Key(name), rest @ ..] => {
                let value = given.and_then(|given| given.get(name)).or_else(|| self.plan.input_default(name));
                value.map_or(Lookup::Missing { at: 1 }, |value| walk(Cow::Borrowed(value), rest, 2))
            }
            _ => {
                let mut all = given.cloned().unwrap_or_default();
                for input in &self.plan.inputs {
                    if let (Some(default), false) = (&input.default, all.contains_key(&input.name)) {
                        all.insert(input.name.clone(), default.clone());
                    }
                }
                Lookup::Found(Cow::Owned(Value::Object(all)))
            }
        }
    }

    /// The item of the innermost `for_each` around the reader, or of the one that calls it `name`.
    fn item(&self, name: Option<&str>, path: &[Segment]) -> Lookup<'_> {
        let found = passes(&self.reader).rev().find_map(|(around, index)| {
            let step = self.plan.step(self.plan.ix_by_path(around)?);
            match &step.verb {
                PlanVerb::ForEach(each) if name.is_none() || each.name.as_deref() == name => {
                    Some(self.state.at(around)?.detail.passes()?.item(index))
                }
                _ => None,
            }
        });
        found.flatten().map_or(Lookup::Missing { at: 0 }, |item| walk(Cow::Borrowed(item), path, 1))
    }

    fn index(&self, path: &[Segment]) -> Lookup<'_> {
        match passes(&self.reader).next_back() {
            Some((_, index)) => walk(Cow::Owned(Value::from(index)), path, 1),
            None => Lookup::Missing { at: 0 },
        }
    }
}

/// The output of an `if` or `switch` that goes on.
fn way_taken(step: &PlanStep, state: &StepState) -> Option<Value> {
    let branch = state.branch.as_ref()?;
    match &step.verb {
        PlanVerb::If { .. } => Some(json!({ "branch": branch })),
        PlanVerb::Switch { .. } => Some(json!({ "case": branch })),
        _ => None,
    }
}

fn step_field<'a>(state: Option<&'a StepState>, field: &str, rest: &[Segment]) -> Lookup<'a> {
    let status = state.map_or(StepStatus::Pending, |state| state.status);
    match field {
        "output" => match state.and_then(|state| state.output.as_deref()) {
            Some(output) => walk(Cow::Borrowed(output), rest, 3),
            None => Lookup::Missing { at: 2 },
        },
        "status" => walk(Cow::Owned(json!(status)), rest, 3),
        "attempts" => walk(Cow::Owned(json!(state.map_or(0, |state| state.attempts))), rest, 3),
        "error" => walk(Cow::Owned(json!(state.and_then(|state| state.error.as_ref()))), rest, 3),
        _ => Lookup::Missing { at: 2 },
    }
}

impl Scope for RunScope<'_> {
    fn lookup(&self, path: &[Segment]) -> Lookup<'_> {
        let [Segment::Key(root), rest @ ..] = path else { return Lookup::Missing { at: 0 } };
        match root.as_str() {
            "trigger" => walk(Cow::Borrowed(&self.state.start.data), rest, 1),
            "steps" => self.steps(rest),
            "vars" => match rest {
                [Segment::Key(name), rest @ ..] => match self.plan.vars.get(name) {
                    Some(value) => walk(Cow::Borrowed(value), rest, 2),
                    None => Lookup::Missing { at: 1 },
                },
                _ => Lookup::Found(Cow::Owned(Value::Object(self.plan.vars.clone()))),
            },
            "run" => self.run(rest),
            "error" => self.error(rest),
            "inputs" => self.inputs(rest),
            "item" => self.item(None, rest),
            "index" => self.index(rest),
            "event" => {
                self.event.map_or(Lookup::Missing { at: 0 }, |event| walk(Cow::Borrowed(event), rest, 1))
            }
            name => self.item(Some(name), rest),
        }
    }

    fn now(&self) -> i64 {
        self.basis.micros()
    }

    fn seed(&self) -> &str {
        &self.seed
    }
}

/// What a trigger's expressions and the keys of limits see.
#[derive(Debug)]
pub struct TriggerScope<'a> {
    /// The event's data.
    pub data: &'a Value,
    /// When it was taken in.
    pub received_at: Time,
}

impl Scope for TriggerScope<'_> {
    fn lookup(&self, path: &[Segment]) -> Lookup<'_> {
        match path {
            // What an `event@1` looks at is what its runs see as `trigger`.
            [Segment::Key(root), rest @ ..] if root == "trigger" || root == "event" => {
                walk(Cow::Borrowed(self.data), rest, 1)
            }
            _ => Lookup::Missing { at: 0 },
        }
    }

    fn now(&self) -> i64 {
        self.received_at.micros()
    }

    /// A trigger asks for nothing random: two deliveries of one thing must give one key.
    fn seed(&self) -> &str {
        ""
    }
}
