//! The walk at a `repeat`: one pass after another, until it is enough.

use cauce_model::{RunError, Time, What};
use serde_json::{Value, json};

use super::each::MOST_AT_ONCE;
use super::failing::{engine_error, step_error};
use super::walk::{At, Walk, Way};
use crate::expr::Fuel;
use crate::plan::{PlanRepeat, path};

impl Walk<'_> {
    pub(super) fn repeat(&mut self, at: &At<'_>, repeat: &PlanRepeat, basis: Time) -> Way {
        if self.is_fresh(at) {
            self.enter(at, "");
        }
        for _ in 0..MOST_AT_ONCE {
            if let Some(way) = self.still_waits(at) {
                return way;
            }
            let passes = self.passes(at);
            if let Some(cause) = passes.last_error {
                return self.block_fails(at, cause, basis);
            }
            if passes.next >= repeat.max {
                let message = format!("`until` was not true after {} passes", repeat.max);
                let error = engine_error("E004", message, Some("`max` says how many passes there may be"));
                return self.block_fails(at, RunError { error, step: at.path.clone() }, basis);
            }
            let basis = self.basis(at, basis);
            if self.pauses(at, repeat, passes.next, basis) {
                continue;
            }
            match self.turn(at, repeat, passes.next, basis) {
                Way::On(_) => {}
                other @ (Way::Blocked | Way::Stopped { .. } | Way::Failed(_)) => return other,
            }
            if self.step(at).is_over() {
                return self.behind(at, basis);
            }
        }
        self.wake(self.now);
        Way::Blocked
    }

    /// Begins the pause before a pass, unless there is none or it is over.
    fn pauses(&mut self, at: &At<'_>, repeat: &PlanRepeat, index: u64, basis: Time) -> bool {
        let Some(every) = repeat.every else { return false };
        if self.step(at).pauses >= index {
            return false;
        }
        self.record(&at.path, What::Waited { until: basis.after(every) });
        true
    }

    /// Walks one pass. On: it was over; the step is too, where it was enough.
    fn turn(&mut self, at: &At<'_>, repeat: &PlanRepeat, index: u64, basis: Time) -> Way {
        let pass = path::pass(&at.path, index);
        let behind = match self.pass(at, index, &repeat.steps, basis) {
            Way::On(behind) => behind,
            Way::Failed(error) => {
                self.record(&at.path, What::PassDone { index, result: None, error: Some(error) });
                return Way::On(basis);
            }
            other @ (Way::Blocked | Way::Stopped { .. }) => return other,
        };
        let enough = repeat.until.truth(&self.scope(&format!("{pass}/until"), behind), &mut Fuel::default());
        let last = self.last_output(repeat, &format!("{pass}/"));
        let what = match enough {
            Ok(true) => What::Succeeded { output: json!({ "count": index + 1, "last": last }).into() },
            Ok(false) => What::PassDone { index, result: Some(last), error: None },
            Err(error) => {
                let error = Some(RunError { error: step_error(&error), step: at.path.clone() });
                What::PassDone { index, result: None, error }
            }
        };
        self.record(&at.path, what);
        Way::On(behind)
    }

    /// The output of the last step of a pass; null where it gave none.
    fn last_output(&self, repeat: &PlanRepeat, inside: &str) -> Value {
        let output = repeat.steps.last().and_then(|ix| {
            let path = path::seen_from(self.plan.step(*ix).path.as_str(), inside)?;
            self.state.at(&path)?.output.as_deref().cloned()
        });
        output.unwrap_or_default()
    }
}
