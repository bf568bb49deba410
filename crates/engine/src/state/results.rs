//! What `collect` kept of the passes of a loop: in memory while it is little, in blobs when it is more.

use std::io;
use std::sync::Arc;

use cauce_model::StepPath;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many results a list has at most; more are a file.
const MOST_LISTED: u64 = 1_000;
/// How many bytes of JSON the results of a list are at most; more are a file.
const MOST_BYTES: u64 = 1024 * 1024;

/// How many results are sealed together.
const SEALED: usize = 64;

/// What a pass gave, by its index.
pub type Given = (u64, Arc<Value>);

/// Results of passes, in the order of their ends. A copy costs little: whole parts are shared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Results {
    sealed: Vec<Arc<Vec<Given>>>,
    rest: Vec<Given>,
    /// The size of these, as JSON.
    bytes: u64,
    /// The size of all that ever were, as JSON.
    bytes_ever: u64,
    /// The blob that leads to all that are not here any more.
    part: Option<String>,
    /// The file of all of them.
    file: Option<Value>,
}

/// Results to write into a blob. The answer is a [`cauce_model::What::Collected`] at `path`, or another try.
#[derive(Clone, Debug, PartialEq)]
pub struct Collect {
    /// The loop.
    pub path: StepPath,
    /// What to write.
    pub results: Vec<Given>,
    /// The blob that leads to those written before.
    pub before: Option<String>,
    /// How many passes there were, once the loop is over: then all results are put together into one file.
    pub passes: Option<u64>,
}

impl Results {
    pub(super) fn push(&mut self, index: u64, result: Value) {
        let bytes = size(&result);
        self.bytes += bytes;
        self.bytes_ever += bytes;
        self.rest.push((index, Arc::new(result)));
        if self.rest.len() >= SEALED {
            self.sealed.push(Arc::new(std::mem::take(&mut self.rest)));
        }
    }

    /// Lets go of the first ones, which were written into a blob.
    pub(super) fn put_aside(&mut self, count: u64, part: Option<&String>, file: Option<&Value>) {
        let kept: Vec<Given> =
            self.given().skip(usize::try_from(count).unwrap_or(usize::MAX)).cloned().collect();
        self.sealed.clear();
        self.bytes = kept.iter().map(|(_, result)| size(result)).sum();
        self.rest = kept;
        self.part = part.cloned();
        self.file = file.cloned();
    }

    fn given(&self) -> impl Iterator<Item = &Given> {
        self.sealed.iter().flat_map(|part| part.iter()).chain(&self.rest)
    }

    /// How many are in memory.
    #[must_use]
    pub fn count(&self) -> u64 {
        let count = self.sealed.iter().map(|part| part.len()).sum::<usize>() + self.rest.len();
        u64::try_from(count).unwrap_or(u64::MAX)
    }

    /// Whether those in memory are too many. Then all of them are more than a list may have, too.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes > MOST_BYTES || self.count() > MOST_LISTED
    }

    /// Whether the results of so many passes are a file and no list: by their number and size, never by what is where.
    pub(crate) const fn outgrew(&self, passes: u64) -> bool {
        passes > MOST_LISTED || self.bytes_ever > MOST_BYTES
    }

    /// The file of all results, once it is there.
    pub(crate) const fn file(&self) -> Option<&Value> {
        self.file.as_ref()
    }

    /// Asks for those in memory to be written; with `passes`, for all of them as one file.
    pub(crate) fn collect(&self, path: &StepPath, passes: Option<u64>) -> Collect {
        let results = self.given().cloned().collect();
        Collect { path: path.clone(), results, before: self.part.clone(), passes }
    }

    /// A list of `count` results in the order of the items; null where a pass gave none.
    #[must_use]
    pub fn list(&self, count: u64) -> Vec<Value> {
        let mut list = vec![Value::Null; usize::try_from(count).unwrap_or(0)];
        for (index, result) in self.given() {
            let place = usize::try_from(*index).ok().and_then(|index| list.get_mut(index));
            if let Some(place) = place {
                *place = (**result).clone();
            }
        }
        list
    }
}

/// How many bytes a value is as JSON.
fn size(value: &Value) -> u64 {
    struct Counted(u64);
    impl io::Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counted = Counted(0);
    // Counting takes every write.
    let _counted = serde_json::to_writer(&mut counted, value);
    counted.0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_written_goes_and_what_came_meanwhile_stays() {
        let mut results = Results::default();
        for index in 0..100 {
            results.push(index, json!(index));
        }
        let asked = results.collect(&StepPath::from("each"), None);
        results.push(100, json!("late"));
        results.put_aside(u64::try_from(asked.results.len()).unwrap(), Some(&"part".to_owned()), None);
        assert_eq!((results.count(), results.bytes), (1, 6));
        let next = results.collect(&StepPath::from("each"), Some(101));
        assert_eq!((next.results.len(), next.before.as_deref()), (1, Some("part")));
    }

    #[test]
    fn results_are_a_file_by_number_or_size_and_only_then_put_aside() {
        let mut results = Results::default();
        for index in 0..MOST_LISTED {
            results.push(index, json!(1));
        }
        assert!(!results.is_full() && !results.outgrew(MOST_LISTED) && results.outgrew(MOST_LISTED + 1));
        results.push(MOST_LISTED, json!(1));
        assert!(results.is_full());
        let mut large = Results::default();
        large.push(0, json!("x".repeat(1024 * 1024)));
        assert!(large.is_full() && large.outgrew(1));
        large.put_aside(1, Some(&"part".to_owned()), None);
        assert!(!large.is_full() && large.outgrew(1), "it stays a file");
    }
}
