//! How far a loop is, in a size that does not grow with the number of its passes.

use std::collections::BTreeSet;
use std::sync::Arc;

use cauce_model::{FailedPass, RunError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Results;

/// How many failed passes of a loop are named.
pub const MOST_ERRORS: u64 = 100;

/// How far a loop is. Passes begin in order, so those that are over are known by two things: the next one to begin, and
/// those before it that are still open; there are never more of these than run at once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Loop {
    /// The parts of the items of which a pass is not over.
    pub chunks: Vec<Chunk>,
    /// How many items were taken up.
    pub fetched: u64,
    /// The position behind them.
    pub after: u64,
    /// Whether none come behind them.
    pub last: bool,
    /// No pass at or behind this one is over.
    pub next: u64,
    /// The passes before `next` that are not over.
    pub open: BTreeSet<u64>,
    /// How many passes failed.
    pub failed: u64,
    /// The first of them.
    pub errors: Arc<Vec<FailedPass>>,
    /// Why the latest of them failed.
    pub last_error: Option<RunError>,
    /// What the latest pass of a `repeat` gave.
    pub last_result: Option<Arc<Value>>,
    /// What passes of a `for_each` gave.
    pub results: Results,
}

/// Items that were taken up together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chunk {
    /// The index of the first.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// The position at which they begin.
    pub at: u64,
    /// The items; none in a process that has not asked for them.
    #[serde(skip)]
    pub items: Option<Arc<[Value]>>,
}

impl Chunk {
    fn holds(&self, index: u64) -> bool {
        (self.first..self.first.saturating_add(self.count)).contains(&index)
    }
}

impl Loop {
    /// How many passes are over.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.next - u64::try_from(self.open.len()).unwrap_or(0)
    }

    /// The part in which the item of this pass is.
    #[must_use]
    pub fn chunk(&self, index: u64) -> Option<&Chunk> {
        self.chunks.iter().find(|chunk| chunk.holds(index))
    }

    /// The item of this pass, where it is at hand.
    #[must_use]
    pub fn item(&self, index: u64) -> Option<&Value> {
        let chunk = self.chunk(index)?;
        chunk.items.as_ref()?.get(usize::try_from(index - chunk.first).ok()?)
    }

    pub(super) fn fetched(
        &mut self,
        first: u64,
        count: u64,
        (after, last): (u64, bool),
        items: Option<Arc<[Value]>>,
    ) {
        if first < self.fetched || self.last {
            // Asked for again.
            if let Some(chunk) = self.chunks.iter_mut().find(|chunk| chunk.first == first) {
                chunk.items = items;
            }
            return;
        }
        if count > 0 {
            self.chunks.push(Chunk { first: self.fetched, count, at: self.after, items });
        }
        self.fetched = self.fetched.saturating_add(count);
        self.after = after;
        self.last = last;
    }

    pub(super) fn pass_done(&mut self, index: u64, result: Option<&Value>, error: Option<&RunError>) {
        if index >= self.next {
            self.open.extend(self.next..index);
            self.next = index.saturating_add(1);
        } else {
            self.open.remove(&index);
        }
        if let Some(error) = error {
            self.failed += 1;
            self.last_error = Some(error.clone());
            if self.failed <= MOST_ERRORS {
                Arc::make_mut(&mut self.errors).push(FailedPass { index, error: error.clone() });
            }
        }
        if self.fetched > 0 {
            if let Some(result) = result {
                self.results.push(index, result.clone());
            }
        } else {
            self.last_result = result.cloned().map(Arc::new);
        }
        let Self { next, open, .. } = self;
        self.chunks.retain(|chunk| {
            let end = chunk.first.saturating_add(chunk.count);
            end > *next || open.range(chunk.first..end).next().is_some()
        });
    }

    pub(super) fn forget_items(&mut self) {
        for chunk in &mut self.chunks {
            chunk.items = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn passes_that_end_out_of_order_leave_only_the_open_ones_behind() {
        let mut passes = Loop::default();
        passes.fetched(0, 4, (4, false), None);
        for index in [2, 0, 3] {
            passes.pass_done(index, Some(&json!(index)), None);
        }
        assert_eq!((passes.next, passes.open.iter().copied().collect::<Vec<_>>()), (4, vec![1]));
        assert_eq!(passes.done(), 3);
        assert_eq!(passes.chunks.len(), 1, "pass 1 still needs its item");
        passes.pass_done(1, None, None);
        assert!(passes.chunks.is_empty() && passes.open.is_empty());
        assert_eq!(passes.results.list(4), [json!(0), json!(null), json!(2), json!(3)]);
    }

    #[test]
    fn one_slow_pass_does_not_make_the_rest_grow() {
        let mut passes = Loop::default();
        for chunk in 0..1000 {
            passes.fetched(chunk * 500, 500, (chunk, false), None);
            for index in (chunk * 500).max(1)..(chunk + 1) * 500 {
                passes.pass_done(index, None, None);
            }
        }
        assert_eq!((passes.open.len(), passes.chunks.len()), (1, 1));
        assert_eq!(passes.done(), 499_999);
    }

    #[test]
    fn items_asked_for_again_take_their_old_places() {
        let mut passes = Loop::default();
        passes.fetched(0, 2, (20, false), Some([json!("a"), json!("b")].into()));
        passes.fetched(2, 1, (30, true), Some([json!("c")].into()));
        passes.forget_items();
        assert_eq!(passes.item(1), None);
        passes.fetched(0, 2, (20, false), Some([json!("a"), json!("b")].into()));
        assert_eq!((passes.item(1), passes.fetched, passes.after), (Some(&json!("b")), 3, 30));
        assert_eq!(passes.chunk(2).map(|chunk| (chunk.first, chunk.at)), Some((2, 20)));
    }
}
