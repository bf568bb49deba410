//! Runs that are handed over when they are accepted, and runs that this node claims back because it owns them and does not
//! hold them. The two must not meet: a run that was claimed meanwhile has another revision, and whoever drives the
//! hand-over all the same makes its first call for nothing, and it is made again.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cauce_model::RunId;

/// Who was first, for each run where it is not settled.
#[derive(Debug, Default)]
pub(crate) struct HandOvers {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Came when there was no room: the hand-over is behind them.
    refused: HashSet<RunId>,
    /// Were claimed before their hand-over came.
    overtaken: HashSet<RunId>,
}

impl HandOvers {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A hand-over comes. `false`: the run was claimed before, and what comes is out of date.
    pub(crate) fn comes(&self, run: RunId) -> bool {
        !self.state().overtaken.remove(&run)
    }

    /// A hand-over came and could not be taken.
    pub(crate) fn refuse(&self, run: RunId) {
        self.state().refused.insert(run);
    }

    /// A run is claimed without its hand-over.
    pub(crate) fn overtake(&self, run: RunId) {
        let mut state = self.state();
        if !state.refused.remove(&run) {
            state.overtaken.insert(run);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> RunId {
        "00000000-0000-7000-8000-000000000001".parse().unwrap()
    }

    #[test]
    fn a_hand_over_that_comes_behind_a_claim_is_out_of_date_once() {
        let hand_overs = HandOvers::default();
        hand_overs.overtake(run());
        assert!(!hand_overs.comes(run()));
        assert!(hand_overs.comes(run()), "nothing is remembered for longer than it is needed");
    }

    #[test]
    fn a_run_that_was_refused_for_want_of_room_has_no_hand_over_before_it() {
        let hand_overs = HandOvers::default();
        assert!(hand_overs.comes(run()));
        hand_overs.refuse(run());
        hand_overs.overtake(run());
        assert!(hand_overs.comes(run()));
    }
}
