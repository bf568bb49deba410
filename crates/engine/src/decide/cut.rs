//! Cancelling a part of a run: what is under way is cut off, what waits is skipped.

use cauce_model::{StepError, StepPath, StepStatus, What};

use super::walk::Walk;
use crate::state::{Detail, StepState};

impl Walk<'_> {
    /// Cancels every step whose path begins so. Whether attempts are still under way: they are told to stop, and the part
    /// is over when they have come back.
    pub(super) fn cut(&mut self, prefix: &str) -> bool {
        self.cut_where(&|path: &StepPath| path.as_str().starts_with(prefix))
    }

    pub(super) fn cut_where(&mut self, hit: &dyn Fn(&StepPath) -> bool) -> bool {
        // What this decision has asked for was not done yet.
        self.decision.start.retain(|call| !hit(&call.path));
        self.decision.fetch.retain(|fetch| !hit(&fetch.path));
        self.decision.call.retain(|call| !hit(&call.path));
        let open = self.state.steps.iter().filter(|(path, step)| hit(path) && !step.is_over());
        let open: Vec<_> = open.map(|(path, step)| (path.clone(), step.flying, skipped(step))).collect();
        let mut flies = false;
        for (path, flying, (what, calls)) in open {
            if flying || calls {
                self.decision.cancel.push(path.clone());
            }
            if flying {
                flies = true;
            } else {
                self.record(&path, what);
            }
        }
        flies
    }
}

/// What happens to a step that is cut off while nothing of it is under way, and whether a run that it waits for goes too.
fn skipped(step: &StepState) -> (What, bool) {
    if step.status == StepStatus::Running && step.attempts > 0 {
        // An attempt that a crash has lost.
        let error = StepError {
            code: "R003".to_owned(),
            message: "it was cancelled, and an attempt was under way".to_owned(),
            hint: None,
            status: None,
        };
        return (What::Failed { attempt: step.attempts, error }, false);
    }
    let calls =
        step.status == StepStatus::Waiting && matches!(step.detail, Detail::Child { waits: true, .. });
    (What::Skipped, calls)
}
