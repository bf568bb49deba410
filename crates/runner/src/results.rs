//! Results of loops that are too many for memory. They are written into blobs, each of which names the one before, and put
//! together into one file when the loop is over: JSON Lines in the order of the items, `null` for an item that gave none.
//! So the file's bytes depend on the results alone, and not on when which pass ended or how often the process died.

mod merge;
mod part;

use cauce_engine::Collect;
use cauce_journal::blobs::{Blob, Blobs};
use cauce_journal::{Error, Journal};
use cauce_model::{Entry, StepError, Time, What};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::items::ItemError;

/// How many pieces of a file may wait to be written.
const MOST_WAITING: usize = 4;

/// Writes results, and with the last of them the file, as the entry that says so.
///
/// # Errors
/// When the storage does not answer now; the caller tries again.
pub(crate) async fn collect(journal: &Journal, mut collect: Collect, now: Time) -> Result<Entry, Error> {
    collect.results.sort_unstable_by_key(|(index, _)| *index);
    let (path, count) = (collect.path.clone(), collect.results.len() as u64);
    let part = part::bytes(collect.before.as_deref(), &collect.results);
    let what = match collect.passes {
        None => {
            let kept = keep(journal, &part).await?;
            What::Collected { count, part: Some(kept.id.to_string()), file: None }
        }
        Some(passes) => match whole(&journal.blobs, part, passes).await {
            Ok(blob) => {
                let file = Some(file(path.as_str(), blob));
                What::Collected { count, part: collect.before, file }
            }
            Err(ItemError::Journal(error)) => return Err(error),
            Err(error) => {
                let error = StepError {
                    code: "R012".to_owned(),
                    message: format!("the results of the loop: {error}"),
                    hint: None,
                    status: None,
                };
                What::Failed { attempt: 0, error }
            }
        },
    };
    Ok(Entry { at: now, path, what })
}

async fn keep(journal: &Journal, bytes: &[u8]) -> Result<Blob, Error> {
    let mut draft = journal.blobs.begin().await?;
    draft.write(bytes).await?;
    draft.keep().await
}

/// The file as flows see it, named after its loop.
fn file(path: &str, blob: Blob) -> Value {
    let step = path.rsplit('/').next().unwrap_or(path);
    json!({
        "file": blob.id.to_string(), "type": "application/x-ndjson", "size": blob.size, "name": format!("{step}.jsonl"),
    })
}

/// Puts all parts together; `last` is no blob. Reading blocks, so it is done where that is allowed.
async fn whole(blobs: &Arc<dyn Blobs>, last: Vec<u8>, passes: u64) -> Result<Blob, ItemError> {
    let mut draft = blobs.begin().await?;
    let (sender, mut pieces) = mpsc::channel::<Vec<u8>>(MOST_WAITING);
    let (store, handle) = (Arc::clone(blobs), Handle::current());
    let merging = tokio::task::spawn_blocking(move || {
        let open = |id| handle.block_on(store.open(id));
        merge::merge(&open, last, passes, |piece| sender.blocking_send(piece).is_ok())
    });
    while let Some(piece) = pieces.recv().await {
        draft.write(&piece).await?;
    }
    merging.await.map_err(|_| ItemError::Broken("they could not be read".to_owned()))??;
    Ok(draft.keep().await?)
}

#[cfg(test)]
mod tests;
