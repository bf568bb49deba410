//! When all is quiet: what must be true of every event, run, step and signal.

use cauce_journal::runs::{Filter, Found};
use cauce_model::{RunId, RunStatus, StepRecord, StepStatus};
use futures_util::FutureExt;

use super::super::promise::Promise;
use super::super::world::Inside;
use super::{Life, Oracle};

impl Inside {
    /// Looks at everything, once nothing moves any more.
    pub(crate) fn judge_the_end(&mut self) {
        let found: Vec<(RunId, Option<Found>)> =
            self.oracle.runs.keys().map(|run| (*run, self.found(*run))).collect();
        let listed = self.store.runs.list(&Filter::default(), u32::MAX).now_or_never();
        let mut listed: Vec<RunId> =
            listed.and_then(Result::ok).unwrap_or_default().into_iter().map(|line| line.id).collect();
        listed.sort_unstable();
        let oracle = &mut self.oracle;
        let known: Vec<RunId> = oracle.runs.keys().copied().collect();
        if listed != known {
            oracle
                .complain(Promise::NothingVanishes, || format!("lists show {listed:?}, there are {known:?}"));
        }
        for (run, found) in found {
            if let Some((promise, how)) = oracle
                .runs
                .get(&run)
                .and_then(|life| life.judge(found.as_ref(), oracle.said_to_happen.contains(&run)))
            {
                oracle.complain(promise, || format!("{run}: {how}"));
            }
        }
        oracle.judge_acks();
        oracle.judge_signals();
    }
}

impl Oracle {
    fn judge_acks(&mut self) {
        let complaint = self.acks.iter().find(|(event, run)| {
            let known = run.map_or_else(
                || self.events.contains(event),
                |run| {
                    let of = |life: &Life| life.start.event == *event || self.stands_for(run, *event);
                    self.runs.get(&run).is_some_and(|life| life.start.id == run && of(life))
                },
            );
            !known
        });
        if let Some((event, run)) = complaint.copied() {
            self.complain(Promise::OneRunAnEvent, || format!("{event} was acknowledged with {run:?}"));
        }
    }

    fn judge_signals(&mut self) {
        let lost = self.signals.iter().find(|sign| {
            let Some(life) = self.runs.get(&sign.run) else { return true };
            let over = life.over.is_some();
            if sign.cancels {
                return !over;
            }
            !life.resumed_by.contains(&sign.by) && !life.cancel_asked && !over
        });
        if let Some(sign) = lost {
            let how = format!("{} sent a signal to {}, and nothing came of it", sign.by, sign.run);
            self.complain(Promise::SignalsKept, || how);
        }
    }
}

impl Life {
    fn judge(&self, found: Option<&Found>, said_to_happen: bool) -> Option<(Promise, String)> {
        let record = match (found, &self.over) {
            (Some(Found::Over(record)), Some(over)) if **record == *over => record,
            (Some(Found::Open(open)), None) if open.brief.status == RunStatus::Held => return None,
            (Some(Found::Open(open)), None) => {
                return Some((Promise::Drains, format!("it is still {:?}", open.brief.status)));
            }
            (None, _) => return Some((Promise::NothingVanishes, "it is gone".to_owned())),
            (Some(found), over) => {
                return Some((Promise::EndsForGood, format!("it ended as {over:?} and is {found:?}")));
            }
        };
        if self.cancel_asked && !self.settled && record.status != RunStatus::Cancelled {
            return Some((Promise::SignalsKept, format!("it was cancelled and ended {:?}", record.status)));
        }
        let is_done =
            |step: &&StepRecord| step.path.as_str() == "three" && step.status == StepStatus::Succeeded;
        if record.reason.as_deref() == Some("exit_when") && record.steps.iter().any(|step| is_done(&step)) {
            return Some((Promise::EndsForGood, "it ended early, and all was done".to_owned()));
        }
        record.steps.iter().find_map(|step| {
            let effect = self.effects.get(&step.path)?;
            let did = step.status == StepStatus::Succeeded && !said_to_happen;
            (did && effect.arrivals == 0)
                .then(|| (Promise::OneKeyAStep, format!("{} succeeded and never arrived", step.path)))
        })
    }
}
