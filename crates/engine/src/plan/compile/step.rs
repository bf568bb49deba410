//! A step: its verb and its modifiers.

use std::time::Duration;

use cauce_model::StepPath;
use cauce_model::workflow::{OnError, Step, Verb, Wait};
use serde_json::Value;

use super::Compiler;
use crate::plan::references::Reader;
use crate::plan::{Form, Lane, OnFailure, PlanApprove, PlanCall, PlanStep, PlanVerb, PlanWait, Seat, StepIx};

impl Compiler<'_> {
    pub(super) fn sequence(
        &mut self,
        steps: &[Step],
        prefix: &str,
        around: Option<StepIx>,
        lane: Lane,
    ) -> Vec<StepIx> {
        let seated = steps.iter().enumerate();
        seated.map(|(place, step)| self.step(step, prefix, Seat { around, lane, place })).collect()
    }

    fn step(&mut self, step: &Step, prefix: &str, seat: Seat) -> StepIx {
        let ix = StepIx(self.steps.len());
        let path = format!("{prefix}{}", step.id);
        self.steps.push(PlanStep {
            id: step.id.clone(),
            name: step.name.clone(),
            path: StepPath::from(path.as_str()),
            seat,
            verb: nothing(),
            when: None,
            on_error: OnFailure::Fail,
        });
        let outer = std::mem::replace(&mut self.reader, Reader::Step(ix));
        let when = step.when.as_ref().map(|text| self.bare(text));
        let verb = self.verb(step, (ix, &path));
        let on_error = match &step.on_error {
            None | Some(OnError::Fail) => OnFailure::Fail,
            Some(OnError::Continue) => OnFailure::Continue,
            Some(OnError::Hold) => OnFailure::Hold,
            Some(OnError::Steps(steps)) => {
                OnFailure::Steps(self.sequence(steps, &format!("{path}/error/"), Some(ix), Lane::Error))
            }
        };
        self.reader = outer;
        let slot = &mut self.steps[ix.0];
        slot.when = when;
        slot.verb = verb;
        slot.on_error = on_error;
        ix
    }

    fn verb(&mut self, step: &Step, here: (StepIx, &str)) -> PlanVerb {
        match &step.verb {
            Verb::Use { action, with } => self.action(step, action, with),
            Verb::Set(tree) => PlanVerb::Set(self.form(tree)),
            Verb::If { condition, then, otherwise } => {
                self.branch(condition, then, otherwise.as_deref(), here)
            }
            Verb::Switch { value, cases, otherwise } => {
                self.switch(value.as_ref(), cases, otherwise.as_deref(), here)
            }
            Verb::ForEach(each) => self.for_each(each, here),
            Verb::Repeat { until, max, every, steps } => self.repeat(until, (*max, *every), steps, here),
            Verb::Parallel { branches, join, fail } => self.parallel(branches, (*join, *fail), here),
            Verb::Wait(wait) => PlanVerb::Wait(self.wait(wait)),
            Verb::WaitFor { event, timeout, on_timeout } => {
                self.wait_for(event, *timeout, on_timeout, here).unwrap_or_else(nothing)
            }
            Verb::Approve { to, form, timeout } => PlanVerb::Approve(PlanApprove {
                to: to.iter().filter_map(|text| self.template(text)).collect(),
                form: form.clone(),
                timeout: *timeout,
            }),
            Verb::Call { flow, with, wait } => {
                PlanVerb::Call(PlanCall { flow: flow.text.clone(), with: self.form(with), waits: *wait })
            }
            Verb::Stop { reason, outcome } => PlanVerb::Stop {
                reason: reason.as_ref().and_then(|text| self.template(text)),
                outcome: *outcome,
            },
        }
    }

    fn wait(&mut self, wait: &Wait) -> PlanWait {
        match wait {
            Wait::For(span) => PlanWait::For(*span),
            Wait::ForTemplate(text) => match self.template(text) {
                Some(template) => PlanWait::Computed(template),
                None => PlanWait::For(Duration::ZERO),
            },
            Wait::Until { until, window, tz } => PlanWait::Until {
                until: until.as_ref().map(|text| self.bare(text)),
                window: *window,
                zone: tz
                    .clone()
                    .or_else(|| self.workflow.timezone.clone())
                    .unwrap_or_else(|| "UTC".to_owned()),
            },
        }
    }
}

/// Stands for what could not be compiled; never run, because the plan is not handed out.
const fn nothing() -> PlanVerb {
    PlanVerb::Set(Form::Literal(Value::Null))
}
