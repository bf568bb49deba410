//! The end that somebody asked for: nothing new starts; what is under way is waited for.

use cauce_model::{Entry, RunStatus, StepPath, Time, What};

use super::Decision;
use crate::plan::Plan;
use crate::state::State;

pub(super) fn decide(_plan: &Plan, state: &State, now: Time) -> Decision {
    if state.is_flying() {
        return Decision::default();
    }
    let what = What::Finished { status: RunStatus::Cancelled, reason: None, error: None, outputs: None };
    Decision {
        record: vec![Entry { at: now, path: StepPath::run(), what }],
        finish: true,
        ..Decision::default()
    }
}
