//! The walk at a `for_each`: a window of passes that moves over the items.

use std::sync::Arc;

use cauce_model::workflow::ItemError;
use cauce_model::{RunError, StepError, StepPath, Time, What};
use serde_json::{Value, json};

use super::Fetch;
use super::failing::{engine_error, step_error};
use super::walk::{At, Walk, Way};
use crate::expr::Fuel;
use crate::plan::{PlanForEach, path};
use crate::state::Loop;

/// How many items a list may have; more come from a file.
const MOST_LISTED: usize = 10_000;
/// How many items of a file are taken up together.
const CHUNK: u64 = 500;
/// How many passes one decision ends, so that its entries are bounded.
pub(super) const MOST_AT_ONCE: usize = 500;

/// What `in` gives.
enum Source {
    List(Arc<[Value]>),
    File(Value),
}

impl Walk<'_> {
    pub(super) fn for_each(&mut self, at: &At<'_>, each: &PlanForEach, basis: Time) -> Way {
        if self.is_fresh(at) {
            match self.source(at, each, basis) {
                Ok(source) => {
                    self.enter(at, "");
                    if let Source::List(items) = source {
                        self.take_up(at, items);
                    }
                }
                Err(error) => {
                    self.fail_with(at, error);
                    return self.behind(at, basis);
                }
            }
        }
        let passes = self.passes(at);
        if let Some(cause) = gives_up(each, &passes) {
            return self.abandon(at, cause, basis);
        }
        if passes.results.is_full() {
            // Nothing else of the loop goes on before, so that its results stay few.
            self.decision.collect.push(passes.results.collect(&at.path, None));
            return Way::Blocked;
        }
        match self.window(at, each, basis) {
            Way::On(_) => self.end_loop(at, each, basis),
            Way::Failed(cause) => self.abandon(at, cause, basis),
            other @ (Way::Blocked | Way::Stopped { .. }) => other,
        }
    }

    pub(super) fn passes(&self, at: &At<'_>) -> Loop {
        self.step(at).detail.passes().cloned().unwrap_or_default()
    }

    /// Walks the first passes that are not over, in order. On: every pass is over.
    fn window(&mut self, at: &At<'_>, each: &PlanForEach, basis: Time) -> Way {
        let mut blocked = 0;
        let mut ended = 0;
        let mut waits = false;
        let begun: Vec<u64> = self.passes(at).open.into_iter().collect();
        for index in begun {
            match self.item(at, each, index, basis) {
                Way::On(_) => ended += 1,
                Way::Blocked => blocked += 1,
                other @ (Way::Stopped { .. } | Way::Failed(_)) => return other,
            }
        }
        let mut index = self.passes(at).next;
        while blocked < each.parallel {
            let (fetched, last) = self.reach(at);
            if index >= fetched {
                if last {
                    break;
                }
                self.fetch_next(at, each, basis);
                if self.reach(at) == (fetched, last) {
                    waits = true;
                    break;
                }
                continue;
            }
            if ended >= MOST_AT_ONCE || self.has_full_results(at) {
                waits = true;
                self.wake(self.now);
                break;
            }
            match self.item(at, each, index, basis) {
                Way::On(_) => ended += 1,
                Way::Blocked => blocked += 1,
                other @ (Way::Stopped { .. } | Way::Failed(_)) => return other,
            }
            index += 1;
        }
        if blocked > 0 || waits { Way::Blocked } else { Way::On(basis) }
    }

    /// How far the items reach that were taken up, and whether none come behind.
    fn reach(&self, at: &At<'_>) -> (u64, bool) {
        self.step(at).detail.passes().map_or((0, false), |passes| (passes.fetched, passes.last))
    }

    fn has_full_results(&self, at: &At<'_>) -> bool {
        self.step(at).detail.passes().is_some_and(|passes| passes.results.is_full())
    }

    /// Walks the pass of one item.
    fn item(&mut self, at: &At<'_>, each: &PlanForEach, index: u64, basis: Time) -> Way {
        if !self.is_at_hand(at, index) {
            self.fetch_again(at, each, index, basis);
            if !self.is_at_hand(at, index) {
                return Way::Blocked;
            }
        }
        let (result, error) = match self.pass(at, index, &each.steps, basis) {
            Way::On(behind) => match self.collect(at, each, index, behind) {
                Ok(result) => (result, None),
                Err(error) => (None, Some(error)),
            },
            Way::Failed(error) => (None, Some(error)),
            other @ (Way::Blocked | Way::Stopped { .. }) => return other,
        };
        self.record(&at.path, What::PassDone { index, result, error: error.clone() });
        match error {
            Some(error) if each.on_item_error == ItemError::Fail => Way::Failed(error),
            _ => Way::On(basis),
        }
    }

    fn is_at_hand(&self, at: &At<'_>, index: u64) -> bool {
        self.step(at).detail.passes().is_some_and(|passes| passes.item(index).is_some())
    }

    fn collect(
        &self,
        at: &At<'_>,
        each: &PlanForEach,
        index: u64,
        behind: Time,
    ) -> Result<Option<Value>, RunError> {
        let Some(collect) = &each.collect else { return Ok(None) };
        let pass = path::pass(&at.path, index);
        let result = collect.eval(&self.scope(&format!("{pass}/collect"), behind), &mut Fuel::default());
        let failed = |error| RunError { error: step_error(&error), step: StepPath::from(pass.as_str()) };
        result.map(Some).map_err(failed)
    }

    /// What `in` gives: the same each time it is asked.
    fn source(&self, at: &At<'_>, each: &PlanForEach, basis: Time) -> Result<Source, StepError> {
        let value = each.items.eval(&self.here(at, basis), &mut Fuel::default());
        match value.map_err(|error| step_error(&error))? {
            Value::Array(items) if items.len() > MOST_LISTED => {
                let message = format!("the list has {} items, {MOST_LISTED} is the most", items.len());
                Err(engine_error("E003", message, Some("a file may have any number of items")))
            }
            Value::Array(items) => Ok(Source::List(items.into())),
            Value::Object(file) if file.get("file").is_some_and(Value::is_string) => {
                Ok(Source::File(Value::Object(file)))
            }
            _ => {
                let message = "`in` must give a list or a file".to_owned();
                Err(engine_error("E002", message, Some("one item alone is written `[item]`")))
            }
        }
    }

    fn take_up(&mut self, at: &At<'_>, items: Arc<[Value]>) {
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let what = What::Fetched { first: 0, count, after: count, last: true, items: Some(items) };
        self.record(&at.path, what);
    }

    fn fetch_next(&mut self, at: &At<'_>, each: &PlanForEach, basis: Time) {
        let passes = self.passes(at);
        self.fetch(at, each, (passes.fetched, passes.after, CHUNK), basis);
    }

    /// Asks once more for items that a process took up which is gone.
    fn fetch_again(&mut self, at: &At<'_>, each: &PlanForEach, index: u64, basis: Time) {
        let chunk = self.step(at).detail.passes().and_then(|passes| passes.chunk(index)).cloned();
        if let Some(chunk) = chunk {
            self.fetch(at, each, (chunk.first, chunk.at, chunk.count), basis);
        }
    }

    fn fetch(&mut self, at: &At<'_>, each: &PlanForEach, (first, after, most): (u64, u64, u64), basis: Time) {
        match self.source(at, each, basis) {
            Ok(Source::List(items)) => self.take_up(at, items),
            Ok(Source::File(file)) => {
                let asked = |fetch: &Fetch| fetch.path == at.path && fetch.first == first;
                if !self.decision.fetch.iter().any(asked) {
                    self.decision.fetch.push(Fetch { path: at.path.clone(), file, first, after, most });
                }
            }
            // It gave items before, and gives the same each time.
            Err(_) => {}
        }
    }

    /// No further pass begins; those that are under way are cut off, then the step fails.
    fn abandon(&mut self, at: &At<'_>, cause: RunError, basis: Time) -> Way {
        if self.cut(&format!("{}[", at.path)) { Way::Blocked } else { self.block_fails(at, cause, basis) }
    }

    fn end_loop(&mut self, at: &At<'_>, each: &PlanForEach, basis: Time) -> Way {
        let passes = self.passes(at);
        if let Some(error) = passes.last_error.filter(|_| passes.failed == passes.fetched) {
            return self.block_fails(at, error, basis);
        }
        let (count, failed) = (passes.fetched, passes.failed);
        let mut output = json!({ "count": count, "succeeded": count - failed, "failed": failed });
        if each.collect.is_some() {
            output["results"] = match passes.results.file() {
                _ if !passes.results.outgrew(count) => Value::Array(passes.results.list(count)),
                Some(file) => file.clone(),
                None => {
                    self.decision.collect.push(passes.results.collect(&at.path, Some(count)));
                    return Way::Blocked;
                }
            };
        }
        self.record(&at.path, What::Succeeded { output: output.into() });
        self.behind(at, basis)
    }
}

/// Why no further pass begins, where none does.
fn gives_up(each: &PlanForEach, passes: &Loop) -> Option<RunError> {
    let first = passes.errors.first().filter(|_| each.on_item_error == ItemError::Fail);
    first.map(|first| first.error.clone())
}
