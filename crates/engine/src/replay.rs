//! What a run begins with that repeats another from one of its steps: the results of what stands before.

use std::collections::HashMap;

use cauce_model::{BranchStatus, Entry, RunRecord, StepPath, StepRecord, StepStatus, Time, What};
use serde_json::Value;

use crate::plan::{Lane, Plan, PlanStep, PlanVerb, StepIx, rests_on};

/// Why a run cannot be repeated from a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// There is no such step in this version.
    #[error("there is no step `{0}`")]
    Unknown(String),
    /// It runs once a pass, so it has no one place in a run.
    #[error("`{0}` runs in a loop: choose the loop itself, or a step outside of it")]
    InLoop(String),
    /// It runs when everything else is over.
    #[error("`{0}` runs at the end of a run: choose a step before")]
    AtTheEnd(String),
    /// The run did not come so far.
    #[error("the run did not come to `{step}`: `{before}` has no result to copy")]
    NotReached {
        /// The step that was chosen.
        step: String,
        /// The step before it that has no result.
        before: String,
    },
}

impl ReplayError {
    /// The code with a page in `docs/errors/`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "E011"
    }
}

/// The entries with which a run begins that repeats `old` from the step at `from` (a path of the plan, or an id): the
/// results of all that stands before it. Keys are new, because the run is; `at` is when it was accepted.
///
/// # Errors
/// A step that has no one place in a run, or to which the old run did not come.
pub fn replay(plan: &Plan, old: &RunRecord, from: &str, at: Time) -> Result<Vec<Entry>, ReplayError> {
    let ix = plan.ix_by_path(from).or_else(|| plan.ix_by_id(from));
    let ix = ix.ok_or_else(|| ReplayError::Unknown(from.to_owned()))?;
    let step = plan.step(ix);
    if step.path.as_str().contains("[]") {
        return Err(ReplayError::InLoop(step.id.clone()));
    }
    if plan.is_at_the_end(&step.path) {
        return Err(ReplayError::AtTheEnd(step.id.clone()));
    }
    let records = old.steps.iter().map(|record| (record.path.as_str(), record)).collect();
    let mut copy = Copy { plan, records, from: step, around: around(plan, ix), at, entries: Vec::new() };
    for place in plan.places().filter(|place| *place != ix) {
        copy.step(place)?;
    }
    Ok(copy.entries)
}

/// The steps around a step, each with the list that leads on to it.
fn around(plan: &Plan, ix: StepIx) -> Vec<(StepIx, Lane)> {
    let mut around = Vec::new();
    let mut seat = plan.step(ix).seat;
    while let Some(block) = seat.around {
        around.push((block, seat.lane));
        seat = plan.step(block).seat;
    }
    around
}

struct Copy<'a> {
    plan: &'a Plan,
    records: HashMap<&'a str, &'a StepRecord>,
    from: &'a PlanStep,
    around: Vec<(StepIx, Lane)>,
    at: Time,
    entries: Vec<Entry>,
}

impl<'a> Copy<'a> {
    fn add(&mut self, path: &StepPath, what: What) {
        self.entries.push(Entry { at: self.at, path: path.clone(), what });
    }

    fn not_reached(&self, before: &PlanStep) -> ReplayError {
        ReplayError::NotReached { step: self.from.id.clone(), before: before.id.clone() }
    }

    fn record(&self, step: &PlanStep) -> Result<&'a StepRecord, ReplayError> {
        self.records.get(step.path.as_str()).copied().ok_or_else(|| self.not_reached(step))
    }

    fn step(&mut self, ix: StepIx) -> Result<(), ReplayError> {
        let step = self.plan.step(ix);
        if let Some((_, lane)) = self.around.iter().find(|(block, _)| *block == ix) {
            return self.block(step, *lane);
        }
        let in_loop = step.path.as_str().contains("[]");
        if in_loop || self.plan.is_at_the_end(&step.path) || !rests_on(self.plan, &self.from.path, &step.path)
        {
            return Ok(());
        }
        let record = self.record(step)?;
        let seat = step.seat;
        let beside = (seat.around, seat.lane) == (self.from.seat.around, self.from.seat.lane)
            || self.around.iter().any(|(block, _)| {
                let other = self.plan.step(*block).seat;
                (other.around, other.lane) == (seat.around, seat.lane)
            });
        if beside && !went_on(step, record) {
            return Err(self.not_reached(step));
        }
        if beside || self.was_taken(step) {
            self.result(step, record);
        }
        Ok(())
    }

    /// A step that is over, with all it says of the way it took.
    fn result(&mut self, step: &PlanStep, record: &StepRecord) {
        let path = &step.path;
        match (record.status, &record.error) {
            (StepStatus::Succeeded, _) => {
                let output = record.output.clone().unwrap_or_default();
                if let Some(branch) = branch(&step.verb, &output) {
                    self.add(path, What::Entered { branch });
                }
                for branch in &record.branches {
                    let Some(status) = branch.status else { continue };
                    let (branch, error) = (branch.id.clone(), branch.error.clone());
                    self.add(path, What::BranchDone { branch, status, error });
                }
                self.add(path, What::Succeeded { output });
            }
            (StepStatus::Failed, Some(error)) => {
                self.add(path, What::Failed { attempt: record.attempts, error: error.clone() });
            }
            (StepStatus::Skipped, _) => self.add(path, What::Skipped),
            _ => {}
        }
    }

    /// Whether the list that a step stands in was entered.
    fn was_taken(&self, step: &PlanStep) -> bool {
        let Some(block) = step.seat.around.map(|ix| self.plan.step(ix)) else { return true };
        let Ok(record) = self.record(block) else { return false };
        let output = record.output.as_ref();
        let says = |field: &str, value: Value| output.and_then(|output| output.get(field)) == Some(&value);
        match step.seat.lane {
            Lane::Then => says("branch", Value::from("then")),
            Lane::Else => says("branch", Value::from("else")) || says("case", Value::from("else")),
            Lane::Case(number) => says("case", Value::from(number.to_string())),
            Lane::Timeout => says("timed_out", Value::Bool(true)),
            Lane::Error => record.status == StepStatus::Failed,
            Lane::Branch(_) => true,
            Lane::Main | Lane::Trouble | Lane::Finally | Lane::Pass => false,
        }
    }

    /// A step around the chosen one: it began, and took the way that leads there.
    fn block(&mut self, step: &PlanStep, lane: Lane) -> Result<(), ReplayError> {
        let record = self.record(step)?;
        let branch = match lane {
            Lane::Then => "then".to_owned(),
            Lane::Else => "else".to_owned(),
            Lane::Case(number) => number.to_string(),
            Lane::Branch(number) => return self.needs(step, record, number),
            Lane::Error | Lane::Timeout => {
                let led_here = match lane {
                    Lane::Error => record.status == StepStatus::Failed,
                    _ => {
                        record.output.as_ref().and_then(|output| output.get("timed_out"))
                            == Some(&Value::Bool(true))
                    }
                };
                if !led_here {
                    return Err(self.not_reached(step));
                }
                self.result(step, record);
                return Ok(());
            }
            Lane::Main | Lane::Trouble | Lane::Finally | Lane::Pass => return Ok(()),
        };
        let below = format!("{}/{branch}/", step.path);
        let began =
            self.records.iter().any(|(path, record)| path.starts_with(&below) && record.started_at.is_some());
        let known = record.output.as_ref().and_then(|output| self::branch(&step.verb, output));
        if known.map_or(!began, |known| known != branch) {
            return Err(self.not_reached(step));
        }
        self.add(&step.path, What::Entered { branch });
        Ok(())
    }

    /// A `parallel` around the chosen step: the branches that its branch needs are over.
    fn needs(&mut self, step: &PlanStep, record: &StepRecord, number: usize) -> Result<(), ReplayError> {
        let PlanVerb::Parallel(parallel) = &step.verb else { return Ok(()) };
        self.add(&step.path, What::Entered { branch: String::new() });
        let mut open = vec![number];
        let mut needed = vec![false; parallel.branches.len()];
        while let Some(branch) = open.pop().and_then(|number| parallel.branches.get(number)) {
            for need in &branch.needs {
                if let Some(first @ false) = needed.get_mut(*need) {
                    *first = true;
                    open.push(*need);
                }
            }
        }
        for (branch, _) in parallel.branches.iter().zip(needed).filter(|(_, needed)| *needed) {
            let over = record.branches.iter().find(|over| over.id == branch.id).and_then(|over| over.status);
            if over != Some(BranchStatus::Succeeded) {
                return Err(self.not_reached(step));
            }
            let (branch, status) = (branch.id.clone(), BranchStatus::Succeeded);
            self.add(&step.path, What::BranchDone { branch, status, error: None });
        }
        Ok(())
    }
}

/// The way a block took, by its output; nothing for what is no block.
fn branch(verb: &PlanVerb, output: &Value) -> Option<String> {
    let field = match verb {
        PlanVerb::If { .. } => "branch",
        PlanVerb::Switch { .. } => "case",
        PlanVerb::ForEach(_) | PlanVerb::Repeat(_) | PlanVerb::Parallel(_) => return Some(String::new()),
        _ => return None,
    };
    Some(output.get(field)?.as_str().unwrap_or_default().to_owned())
}

/// Whether a run went on behind this step.
fn went_on(step: &PlanStep, record: &StepRecord) -> bool {
    match record.status {
        StepStatus::Succeeded => !matches!(step.verb, PlanVerb::Stop { .. }),
        StepStatus::Failed => step.on_error.goes_on(),
        // Passed by on purpose, or by somebody while it was held.
        StepStatus::Skipped => step.when.is_some() || record.attempts > 0,
        _ => false,
    }
}
