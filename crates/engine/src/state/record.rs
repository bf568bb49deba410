//! A run as people see it, made from its plan and its state.

use std::collections::BTreeSet;

use cauce_model::{BranchRecord, Listening, Passes, RunRecord, RunStatus, StepPath, StepRecord, StepStatus};

use super::{Detail, Loop, State, StepState};
use crate::plan::{Plan, PlanStep, PlanVerb, StepIx, path};

impl State {
    /// The whole run. Steps stand in the order of the document, those of a loop once for each pass that is kept; those on
    /// ways not taken are skipped once it is over.
    #[must_use]
    pub fn record(&self, plan: &Plan) -> RunRecord {
        let end = self.end.as_ref();
        let status = self.run_status();
        let mut steps = Vec::new();
        self.list(plan, (StepIx(0), StepIx(plan.steps.len())), "", &mut steps);
        RunRecord {
            start: (*self.start).clone(),
            status,
            hold_reason: self.held().and_then(|(_, step)| step.hold_reason),
            reason: end.and_then(|end| end.reason.clone()),
            error: end.and_then(|end| end.error.clone()),
            outputs: end.and_then(|end| end.outputs.clone()),
            finished_at: end.map(|end| end.at),
            steps,
        }
    }

    /// Where the run is in its life, by what its steps say.
    #[must_use]
    pub fn run_status(&self) -> RunStatus {
        if let Some(end) = &self.end {
            return end.status;
        }
        let waits = |step: &StepState| matches!(step.status, StepStatus::Waiting | StepStatus::Retrying);
        if self.is_flying() {
            RunStatus::Running
        } else if self.steps.values().any(waits) {
            RunStatus::Waiting
        } else if self.held().is_some() {
            RunStatus::Held
        } else {
            RunStatus::Running
        }
    }

    /// The first step that waits for a person.
    #[must_use]
    pub fn held(&self) -> Option<(&StepPath, &StepState)> {
        self.steps.iter().find(|(_, step)| step.status == StepStatus::Held)
    }

    /// How many steps of the plan are over; those inside loops do not count.
    #[must_use]
    pub fn steps_done(&self) -> usize {
        self.steps.iter().filter(|(path, step)| step.is_over() && !path.as_str().contains('[')).count()
    }

    /// The steps between two places of the plan, in the pass at `inside`.
    fn list(&self, plan: &Plan, (from, to): (StepIx, StepIx), inside: &str, found: &mut Vec<StepRecord>) {
        let mut next = from.0;
        while next < to.0 {
            let step = plan.step(StepIx(next));
            let Some(here) = path::seen_from(step.path.as_str(), inside) else { return };
            let here = StepPath::from(&*here);
            found.push(self.step_record(step, &here));
            next += 1;
            if step.verb.body().is_some() {
                let end = plan.behind_body(StepIx(next - 1));
                for index in self.passes_seen(&here) {
                    let pass = format!("{}/", path::pass(&here, index));
                    self.list(plan, (StepIx(next), end), &pass, found);
                }
                next = end.0;
            }
        }
    }

    /// The passes of a loop of which something is known.
    fn passes_seen(&self, each: &StepPath) -> BTreeSet<u64> {
        let open = format!("{each}[");
        let paths = self.steps.keys().chain(self.kept.keys());
        let indexes =
            paths.filter_map(|path| path.as_str().strip_prefix(&open)?.split_once(']')?.0.parse().ok());
        indexes.collect()
    }

    fn step_record(&self, step: &PlanStep, path: &StepPath) -> StepRecord {
        let nothing = StepState::default();
        let state = self.step(path).unwrap_or(&nothing);
        let passed_by = self.end.is_some() && state.status == StepStatus::Pending;
        let (listening, ask) = match &state.detail {
            Detail::Listening { event, deadline, .. } if state.status == StepStatus::Waiting => {
                (Some(Listening { event: event.clone(), deadline: *deadline }), None)
            }
            Detail::Asking(ask) if state.status == StepStatus::Waiting => (None, Some(ask.clone())),
            _ => (None, None),
        };
        StepRecord {
            id: step.id.clone(),
            path: path.clone(),
            status: if passed_by { StepStatus::Skipped } else { state.status },
            attempts: state.attempts,
            input: state.input.clone(),
            output: state.output.clone(),
            error: state.error.clone(),
            started_at: state.started_at,
            finished_at: state.finished_at,
            wake_at: state.wake_at,
            postponed: state.postponed.as_deref().map(ToOwned::to_owned),
            hold_reason: state.hold_reason,
            failures: state.failures.clone(),
            passes: state.detail.passes().map(progress),
            branches: self.branches(step, path, state),
            listening,
            ask,
            child: state.detail.child(),
        }
    }

    fn branches(&self, step: &PlanStep, path: &StepPath, state: &StepState) -> Vec<BranchRecord> {
        let PlanVerb::Parallel(parallel) = &step.verb else { return Vec::new() };
        let over = state.detail.branches();
        let records = parallel.branches.iter().filter_map(|branch| {
            let over = over.and_then(|over| over.get(&branch.id));
            let began = || self.below_any(&format!("{path}/{}/", branch.id));
            (over.is_some() || began()).then(|| BranchRecord {
                id: branch.id.clone(),
                status: over.map(|over| over.status),
                error: over.and_then(|over| over.error.clone()),
            })
        });
        records.collect()
    }

    fn below_any(&self, prefix: &str) -> bool {
        self.below(prefix).next().is_some()
    }
}

fn progress(passes: &Loop) -> Passes {
    Passes {
        done: passes.done(),
        failed: passes.failed,
        total: passes.last.then_some(passes.fetched),
        errors: (*passes.errors).clone(),
    }
}
