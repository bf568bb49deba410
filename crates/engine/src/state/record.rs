//! A run as people see it, made from its plan and its state.

use cauce_model::{RunRecord, RunStatus, StepPath, StepRecord, StepStatus};

use super::{State, StepState};
use crate::plan::{Plan, PlanStep};

impl State {
    /// The whole run. Steps stand in the order of the document; those on ways not taken are skipped once it is over.
    #[must_use]
    pub fn record(&self, plan: &Plan) -> RunRecord {
        let end = self.end.as_ref();
        let status = self.run_status();
        RunRecord {
            start: (*self.start).clone(),
            status,
            hold_reason: self.held().and_then(|(_, step)| step.hold_reason),
            reason: end.and_then(|end| end.reason.clone()),
            error: end.and_then(|end| end.error.clone()),
            outputs: end.and_then(|end| end.outputs.clone()),
            finished_at: end.map(|end| end.at),
            steps: plan.steps.iter().map(|step| self.step_record(step, status)).collect(),
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

    /// How many steps of the plan are over.
    #[must_use]
    pub fn steps_done(&self) -> usize {
        let over = |step: &&StepState| {
            matches!(step.status, StepStatus::Succeeded | StepStatus::Failed | StepStatus::Skipped)
        };
        self.steps.values().filter(over).count()
    }

    fn step_record(&self, step: &PlanStep, run: RunStatus) -> StepRecord {
        let nothing = StepState::default();
        let state = self.step(&step.path).unwrap_or(&nothing);
        let passed_by = run.is_terminal() && state.status == StepStatus::Pending;
        StepRecord {
            id: step.id.clone(),
            path: step.path.clone(),
            status: if passed_by { StepStatus::Skipped } else { state.status },
            attempts: state.attempts,
            input: state.input.clone(),
            output: state.output.as_deref().cloned(),
            error: state.error.clone(),
            started_at: state.started_at,
            finished_at: state.finished_at,
            wake_at: state.wake_at,
            failures: state.failures.clone(),
            passes: None,
            branches: Vec::new(),
            listening: None,
            ask: None,
            child: None,
        }
    }
}
