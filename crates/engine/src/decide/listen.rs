//! The walk at a `wait_for`, and what a run listens for.

use cauce_model::{EventId, StepPath, StepStatus, Time, What, canonical};
use serde_json::{Value, json};

use super::failing::engine_error;
use super::scope::RunScope;
use super::walk::{At, Walk, Way};
use crate::expr::{EvalError, Fuel};
use crate::plan::{Plan, PlanEvent, PlanTimeout, PlanVerb, PlanWaitFor};
use crate::state::{Detail, State};

/// What a run listens for. The row of such a wait is unique by run and path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenWait {
    /// The step; `cancel_on/0` and so on for the run itself.
    pub path: StepPath,
    /// The name of the event.
    pub event: String,
    /// The path of the event that is compared first, such as `data.order_id`.
    pub field: String,
    /// The text of the value it must have ([`canonical`]); narrows, never decides.
    pub key: String,
    /// When the wait ends without the event.
    pub deadline: Option<Time>,
}

/// Everything a run listens for: its waits, and `cancel_on` until its end is settled. A `cancel_on` whose key has no value
/// fails the run at its first decision, and is not among them.
#[must_use]
pub fn open_waits(plan: &Plan, state: &State) -> Vec<OpenWait> {
    let mut waits = Vec::new();
    if state.end.is_none() && state.ending.is_none() && state.cancel_asked.is_none() {
        for (number, event) in plan.cancel_on.iter().enumerate() {
            let path = cancel_path(number);
            if let Ok(key) = cancel_key(plan, state, event, &path) {
                let (event, field) = (event.name.clone(), event.field.clone());
                waits.push(OpenWait { path, event, field, key, deadline: None });
            }
        }
    }
    for (path, step) in state.steps.iter().filter(|(_, step)| step.status == StepStatus::Waiting) {
        if let Detail::Listening { event, field, key, deadline } = &step.detail {
            let (event, field, key) = (event.clone(), field.clone(), key.clone());
            waits.push(OpenWait { path: path.clone(), event, field, key, deadline: *deadline });
        }
    }
    waits
}

/// Whether `event` (`{id, name, data, key, at}`) is what the wait at `path` waits for. The name is the caller's to compare.
///
/// A wait in a pass of a loop may read `item`: ask once the items are at hand, after a decision of a recovered run.
///
/// # Errors
/// A `match` that cannot be evaluated over this event; it is no match.
pub fn matches(plan: &Plan, state: &State, path: &StepPath, event: &Value) -> Result<bool, EvalError> {
    let cancels = || plan.cancel_on.iter().enumerate().find(|(number, _)| cancel_path(*number) == *path);
    let wait = match plan.by_path(path).map(|step| &step.verb) {
        Some(PlanVerb::WaitFor(wait)) => &wait.event,
        _ => match cancels() {
            Some((_, wait)) => wait,
            None => return Ok(false),
        },
    };
    let basis = state.step(path).and_then(|step| step.started_at).unwrap_or(state.start.accepted_at);
    let scope = RunScope::new(plan, state, basis, path.as_str(), None).with_event(event);
    wait.matches.truth(&scope, &mut Fuel::default())
}

/// What happens when the event comes that the wait at `path` waits for: the step goes on, or the run is cancelled. `event`
/// is `{id, name, data, key, at}`.
#[must_use]
pub fn heard(path: &StepPath, id: EventId, name: &str, event: Value) -> (StepPath, What) {
    if path.as_str().starts_with("cancel_on/") {
        return (StepPath::run(), What::CancelAsked { by: format!("event {name}") });
    }
    (path.clone(), What::Matched { event: id, name: name.to_owned(), data: event })
}

fn cancel_path(number: usize) -> StepPath {
    StepPath::from(format!("cancel_on/{number}").as_str())
}

fn cancel_key(plan: &Plan, state: &State, event: &PlanEvent, path: &StepPath) -> Result<String, EvalError> {
    let scope = RunScope::new(plan, state, state.start.accepted_at, path.as_str(), None);
    Ok(canonical(&event.key.eval(&scope, &mut Fuel::default())?))
}

/// The first `cancel_on` whose key has no value.
pub(super) fn deaf(plan: &Plan, state: &State) -> Option<EvalError> {
    let keys = plan.cancel_on.iter().enumerate();
    keys.filter_map(|(number, event)| cancel_key(plan, state, event, &cancel_path(number)).err()).next()
}

impl Walk<'_> {
    pub(super) fn wait_for(&mut self, at: &At<'_>, wait: &PlanWaitFor, basis: Time) -> Way {
        if self.is_fresh(at) {
            let key = wait.event.key.eval(&self.here(at, basis), &mut Fuel::default());
            match key {
                Ok(key) => return self.listen(at, wait, &key, basis),
                Err(error) => return self.fails(at, &error, basis),
            }
        }
        if let Some(way) = self.still_waits(at) {
            return way;
        }
        let what = match &self.step(at).detail {
            Detail::Matched(event) => {
                What::Succeeded { output: json!({ "timed_out": false, "event": event }).into() }
            }
            _ if matches!(wait.on_timeout, PlanTimeout::Fail) => {
                let message = format!("the event `{}` did not come in time", wait.event.name);
                self.fail_with(at, engine_error("E005", message, None));
                return self.behind_wait(at, basis);
            }
            _ => What::Succeeded { output: json!({ "timed_out": true, "event": null }).into() },
        };
        self.record(&at.path, what);
        self.behind_wait(at, basis)
    }

    /// Opens the wait, and leaves it open until the next decision even where its time is over already: the event may have
    /// come before, and the caller looks for it in between.
    fn listen(&mut self, at: &At<'_>, wait: &PlanWaitFor, key: &Value, basis: Time) -> Way {
        let deadline = wait.timeout.map(|span| basis.after(span));
        let what = What::Listened {
            event: wait.event.name.clone(),
            field: wait.event.field.clone(),
            key: canonical(key),
            deadline,
        };
        self.record(&at.path, what);
        if let Some(deadline) = deadline {
            self.wake(deadline);
        }
        Way::Blocked
    }
}
