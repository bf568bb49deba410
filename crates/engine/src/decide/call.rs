//! The walk at a `call`: a run of another workflow, waited for or not.

use cauce_model::{RunError, RunId, RunStatus, StepError, StepPath, Time, What, derived};
use serde_json::json;

use super::ChildCall;
use super::failing::engine_error;
use super::walk::{At, Walk, Way};
use crate::plan::PlanCall;
use crate::state::Detail;

/// How many calls may lie above a run.
const DEEPEST: u32 = 16;

/// The id of the run that a step calls: the same after each crash, and in the order of time like all others. One that is
/// called again after `resume` is another.
#[must_use]
pub fn child_id(parent: RunId, path: &StepPath, resumed: u32, basis: Time) -> RunId {
    let name = if resumed == 0 { path.to_string() } else { format!("{path}#{resumed}") };
    RunId::from_uuid(derived(basis, parent.uuid(), &name))
}

impl Walk<'_> {
    pub(super) fn call(&mut self, at: &At<'_>, call: &PlanCall, basis: Time) -> Way {
        if self.is_fresh(at) {
            return self.begin_call(at, call, basis);
        }
        if let Some(way) = self.still_waits(at) {
            return way;
        }
        let detail = self.step(at).detail.clone();
        match detail {
            Detail::Child { run, waits: false } => {
                self.record(&at.path, What::Succeeded { output: json!({ "run_id": run }).into() });
                return self.behind(at, basis);
            }
            Detail::Returned { status: RunStatus::Succeeded, outputs, .. } => {
                let output = outputs.as_deref().cloned().unwrap_or_default();
                self.record(&at.path, What::Succeeded { output: output.into() });
            }
            Detail::Returned { run, status, error, .. } => {
                self.fail_with(at, came_back(call, run, status, error.as_ref()));
            }
            _ => return Way::Blocked,
        }
        self.behind_wait(at, basis)
    }

    fn begin_call(&mut self, at: &At<'_>, call: &PlanCall, basis: Time) -> Way {
        let depth = self.state.start.parent.as_ref().map_or(0, |parent| parent.depth).saturating_add(1);
        if depth > DEEPEST {
            let message = format!("{DEEPEST} workflows call each other already");
            self.fail_with(
                at,
                engine_error("E007", message, Some("a workflow that calls itself needs an end")),
            );
            return self.behind(at, basis);
        }
        let with = call.with.render(&self.here(at, basis), &mut Vec::new());
        match with {
            Ok(with) => {
                let resumed = self.step(at).resumed;
                self.decision.call.push(ChildCall {
                    path: at.path.clone(),
                    child: child_id(self.state.start.id, &at.path, resumed, basis),
                    flow: call.flow.clone(),
                    with,
                    depth,
                    waits: call.waits,
                });
                Way::Blocked
            }
            Err(wrong) => self.fails(at, &wrong.error, basis),
        }
    }
}

fn came_back(call: &PlanCall, run: RunId, status: RunStatus, error: Option<&RunError>) -> StepError {
    let why = error.map_or_else(|| format!("it was {}", status.word()), |error| error.error.message.clone());
    StepError {
        code: "R010".to_owned(),
        message: format!("the workflow `{}` that was called did not succeed: {why}", call.flow),
        hint: Some(format!("its run is {run}")),
        status: error.and_then(|error| error.error.status),
    }
}
