//! Steps that no run reaches.

use super::reader::Reader;
use crate::problem::Problem;
use crate::workflow::{FailMode, Join, OnError, Step, Verb};

impl Reader<'_> {
    /// Warns of the first step of a list that no run reaches.
    pub(super) fn warn_unreachable(&mut self, steps: &[Option<Step>]) {
        let dead = steps.windows(2).find_map(|pair| match pair {
            [Some(before), Some(after)] if always_stops(before) => Some((before, after)),
            _ => None,
        });
        let Some((before, after)) = dead else { return };
        let line = self.document.line_of(&before.at);
        let message = format!("this step is never reached: the step on line {line} always ends the run");
        let hint = "remove it, or give the `stop` before it a `when`";
        self.report(Problem::warning("W033", after.at.clone(), message).hint(hint));
    }
}

/// Whether no run goes on behind a step.
fn always_stops(step: &Step) -> bool {
    // What fails instead of stopping goes on behind these.
    let survives = matches!(step.on_error, Some(OnError::Continue | OnError::Steps(_)));
    step.when.is_none()
        && !survives
        && match &step.verb {
            Verb::Stop { .. } => true,
            Verb::If { then, otherwise: Some(otherwise), .. } => ends(then) && ends(otherwise),
            Verb::Switch { cases, otherwise: Some(otherwise), .. } => {
                cases.iter().all(|case| ends(&case.steps)) && ends(otherwise)
            }
            // There is always a first pass.
            Verb::Repeat { steps, .. } => ends(steps),
            // Each branch must have succeeded before the run goes on, so one that stops is enough.
            Verb::Parallel { branches, join: Join::All, fail: FailMode::Fast } => {
                branches.iter().any(|branch| ends(&branch.steps))
            }
            Verb::Parallel { branches, join: Join::Any, .. } => {
                branches.iter().all(|branch| ends(&branch.steps))
            }
            Verb::If { .. }
            | Verb::Switch { .. }
            | Verb::Parallel { .. }
            | Verb::Use { .. }
            | Verb::Set(_)
            | Verb::ForEach(_)
            | Verb::Wait(_)
            | Verb::WaitFor { .. }
            | Verb::Approve { .. }
            | Verb::Call { .. } => false,
        }
}

fn ends(steps: &[Step]) -> bool {
    steps.iter().any(always_stops)
}
