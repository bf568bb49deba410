//! What happens next: a pure function of plan, state and the present.
//!
//! [`decide`] walks the plan in the order of the document. What needs nobody (`set`, `if`, `stop`, the bookkeeping of
//! blocks and waits) it records at once; what needs the world it asks for. The caller adds [`Decision::record`] to the
//! state, keeps it, and carries out the rest; [`outcome`] turns what an action answered into the entry that says so.

mod cancel;
mod effect;
mod outcome;
mod scope;
mod wait;
mod walk;

use std::time::Duration;

use cauce_model::workflow::EffectMode;
use cauce_model::{Entry, Rendered, RunId, StepPath, Time};
use uuid::Uuid;

use crate::plan::{Plan, PlanTrigger};
use crate::state::State;

pub use outcome::outcome;
pub use scope::{RunScope, TriggerScope};

/// What happens next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// What happened by this decision alone, in order. A [`cauce_model::What::Finished`] is always the last.
    pub record: Vec<Entry>,
    /// Attempts to make now. Those under way are not among them.
    pub start: Vec<StepCall>,
    /// When to decide again, unless something happens first.
    pub wake_at: Option<Time>,
    /// Whether the last entry of `record` ends the run.
    pub finish: bool,
}

/// An attempt to make.
#[derive(Clone, Debug, PartialEq)]
pub struct StepCall {
    /// Which step.
    pub path: StepPath,
    /// The action's full name.
    pub action: String,
    /// Which attempt; counts from 1.
    pub attempt: u32,
    /// What to send.
    pub request: Rendered,
    /// How long it may take.
    pub timeout: Duration,
    /// Whether it may be repeated when in doubt.
    pub effect: EffectMode,
}

/// What happens next in a run. Total: whatever the plan and the state, there is an answer; and the same one each time.
#[must_use]
pub fn decide(plan: &Plan, state: &State, now: Time) -> Decision {
    if state.end.is_some() {
        return Decision::default();
    }
    if state.cancel_asked.is_some() {
        return cancel::decide(plan, state, now);
    }
    walk::decide(plan, state, now)
}

/// The idempotency key of a step: the same on each attempt and after each crash.
#[must_use]
pub fn idempotency_key(run: RunId, path: &StepPath) -> String {
    Uuid::new_v5(&run.uuid(), path.as_str().as_bytes()).simple().to_string()
}

/// What a trigger makes of an event: whether it starts a run, and its dedupe key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Whether the trigger's `when` is true.
    pub starts: bool,
    /// What makes a second event a duplicate.
    pub dedupe_key: Option<String>,
}

/// Asks a trigger's expressions.
///
/// # Errors
/// An expression that cannot be evaluated over this event.
pub fn admit(trigger: &PlanTrigger, scope: &TriggerScope<'_>) -> Result<Admission, crate::expr::EvalError> {
    let mut fuel = crate::expr::Fuel::default();
    let starts = match &trigger.when {
        Some(when) => when.truth(scope, &mut fuel)?,
        None => true,
    };
    let dedupe_key = match &trigger.dedupe_key {
        Some(key) => Some(match key.eval(scope, &mut fuel)? {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        }),
        None => None,
    };
    Ok(Admission { starts, dedupe_key })
}
