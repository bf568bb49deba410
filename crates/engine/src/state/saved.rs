//! A whole state written down, to stand for the entries before it: recovery of a long loop reads one of these.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cauce_model::{Entry, RunStart, StepPath, StepStatus, Time, What};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Ending, IllegalMove, Kind, State, StepState};

/// A state without its beginning, which the run's row has, and without its end, behind which nothing comes.
#[derive(Serialize, Deserialize)]
struct Saved {
    steps: BTreeMap<StepPath, StepState>,
    kept: Arc<BTreeMap<StepPath, StepState>>,
    cancel_asked: Option<String>,
    ending: Option<Ending>,
    cut_short: bool,
    held_since: Option<Time>,
    held_for: Duration,
}

/// The entry that stands for every entry before it. It says what a process knows that was not there: no attempt is
/// under way, no items are at hand.
///
/// # Errors
/// A state that JSON cannot say; there is none.
pub fn compact(state: &State, now: Time) -> Result<Entry, serde_json::Error> {
    let State { steps, kept, cancel_asked, ending, cut_short, held_since, held_for, .. } = state.clone();
    let saved = Saved { steps, kept, cancel_asked, ending, cut_short, held_since, held_for };
    let state = serde_json::to_value(saved)?;
    Ok(Entry { at: now, path: StepPath::run(), what: What::Compacted { state } })
}

pub(super) fn restore(start: &Arc<RunStart>, saved: &Value, path: &StepPath) -> Result<State, IllegalMove> {
    let saved = Saved::deserialize(saved).map_err(|_| IllegalMove {
        path: path.clone(),
        from: StepStatus::Pending,
        kind: Kind::Compacted,
        over: false,
    })?;
    let Saved { steps, kept, cancel_asked, ending, cut_short, held_since, held_for } = saved;
    Ok(State {
        start: Arc::clone(start),
        steps,
        kept,
        cancel_asked,
        ending,
        cut_short,
        held_since,
        held_for,
        end: None,
    })
}
