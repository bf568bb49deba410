//! What expressions see: a view on plan and state that builds nothing it is not asked for.

use std::borrow::Cow;

use cauce_model::{StepPath, StepStatus, Time};
use serde_json::{Value, json};

use crate::expr::{Lookup, Scope, Segment, walk};
use crate::plan::Plan;
use crate::state::{State, StepState};

/// What a step's expressions see.
#[derive(Debug)]
pub struct RunScope<'a> {
    plan: &'a Plan,
    state: &'a State,
    basis: Time,
    seed: String,
    failed: Option<&'a StepPath>,
}

impl<'a> RunScope<'a> {
    /// The scope of the step at `path`. `basis` is what `now()` says, `failed` the step whose error `error` shows.
    #[must_use]
    pub fn new(
        plan: &'a Plan,
        state: &'a State,
        basis: Time,
        path: &str,
        failed: Option<&'a StepPath>,
    ) -> Self {
        Self { plan, state, basis, seed: format!("{}/{path}", state.start.id), failed }
    }

    fn steps(&self, path: &[Segment]) -> Lookup<'_> {
        let [Segment::Key(id), rest @ ..] = path else { return Lookup::Missing { at: 1 } };
        let Some(step) = self.plan.by_id(id) else { return Lookup::Missing { at: 1 } };
        let state = self.state.step(&step.path);
        let [Segment::Key(field), rest @ ..] = rest else { return Lookup::Missing { at: 2 } };
        step_field(state, field, rest)
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
        let failed = self.failed.and_then(|failed| Some((failed, self.state.step(failed)?)));
        let Some((failed, Some(error))) = failed.map(|(path, step)| (path, step.error.as_ref())) else {
            return Lookup::Missing { at: 0 };
        };
        let value = json!({
            "code": error.code, "message": error.message, "hint": error.hint, "status": error.status, "step": failed,
        });
        walk(Cow::Owned(value), path, 1)
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
            _ => Lookup::Missing { at: 0 },
        }
    }

    fn now(&self) -> i64 {
        self.basis.micros()
    }

    fn seed(&self) -> &str {
        &self.seed
    }
}

/// What a trigger's `when` and `dedupe_key` see.
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
            [Segment::Key(root), rest @ ..] if root == "trigger" => walk(Cow::Borrowed(self.data), rest, 1),
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
