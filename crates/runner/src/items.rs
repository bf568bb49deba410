//! Items of files that loops go through: read a chunk at a time, from a position that is in the journal.

use cauce_engine::Fetch;
use cauce_model::{Entry, StepError, Time, What};

/// Reads items of files.
#[derive(Debug)]
pub(crate) struct Items;

impl Items {
    /// The next items of a file, or why they cannot be had.
    pub(crate) async fn fetch(&self, fetch: Fetch, now: Time) -> Entry {
        let error = StepError {
            code: "R012".to_owned(),
            message: "files cannot be read in this version".to_owned(),
            hint: None,
            status: None,
        };
        Entry { at: now, path: fetch.path, what: What::Failed { attempt: 0, error } }
    }
}
