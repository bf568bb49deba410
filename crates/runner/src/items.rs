//! Items of files that loops go through: read a chunk at a time, from a position that is in the journal.

mod csv;
mod json_list;
mod lines;

use std::io;

use cauce_engine::Fetch;
use cauce_journal::blobs::{BlobId, Content};
use cauce_journal::{Error, Journal};
use cauce_model::{Entry, StepError, Time, What};
use serde_json::Value;

/// The largest item, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Some items of a file, and where they end.
#[derive(Debug, PartialEq)]
pub(crate) struct Chunk {
    pub(crate) items: Vec<Value>,
    /// The byte behind the last of them.
    pub(crate) after: u64,
    /// Whether no item comes behind it.
    pub(crate) last: bool,
}

/// Why the items of a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ItemError {
    /// The storage does not answer: it passes.
    #[error(transparent)]
    Journal(#[from] Error),
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The file is not what it says.
    #[error("{0}")]
    Broken(String),
}

/// How the items stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Lines,
    List,
}

impl Form {
    /// By the file's type, or by the ending of its name.
    fn of(file: &Value) -> Option<Self> {
        let text =
            |field: &str| file.get(field).and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        let kind = text("type");
        match kind.split(';').next().unwrap_or_default().trim() {
            "text/csv" | "application/csv" | "text/tab-separated-values" => return Some(Self::Csv),
            "application/x-ndjson" | "application/jsonl" | "application/json-lines" => {
                return Some(Self::Lines);
            }
            "application/json" => return Some(Self::List),
            _ => {}
        }
        match text("name").rsplit_once('.')?.1 {
            "csv" | "tsv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Lines),
            "json" => Some(Self::List),
            _ => None,
        }
    }
}

/// The next items of a file, as the entry that says so.
///
/// # Errors
/// When the storage does not answer now; the caller tries again.
pub(crate) async fn fetch(journal: &Journal, fetch: Fetch, now: Time) -> Result<Entry, Error> {
    let (path, first) = (fetch.path.clone(), fetch.first);
    let what = match read(journal, fetch).await {
        Ok(Chunk { items, after, last }) => {
            What::Fetched { first, count: items.len() as u64, after, last, items: Some(items.into()) }
        }
        Err(ItemError::Journal(error)) => return Err(error),
        Err(error) => {
            let error = StepError {
                code: "R012".to_owned(),
                message: error.to_string(),
                hint: Some("mend the file, and start a run with it again".to_owned()),
                status: None,
            };
            What::Failed { attempt: 0, error }
        }
    };
    Ok(Entry { at: now, path, what })
}

async fn read(journal: &Journal, fetch: Fetch) -> Result<Chunk, ItemError> {
    let broken = |why: &str| ItemError::Broken(why.to_owned());
    let id = fetch.file.get("file").and_then(Value::as_str).and_then(|text| text.parse::<BlobId>().ok());
    let id = id.ok_or_else(|| broken("`in` is no file: a file is `{file, type, size, name}`"))?;
    let form = Form::of(&fetch.file).ok_or_else(|| {
        broken("the file is no CSV, no JSON Lines and no JSON: neither its type nor its name says so")
    })?;
    let content = journal.blobs.open(id).await?;
    let content = content.ok_or_else(|| broken("the file is not there any more"))?;
    let most = usize::try_from(fetch.most).unwrap_or(usize::MAX);
    tokio::task::spawn_blocking(move || chunk(form, content, fetch.after, most))
        .await
        .map_err(|_| broken("the file could not be read"))?
}

fn chunk(form: Form, content: Box<dyn Content>, after: u64, most: usize) -> Result<Chunk, ItemError> {
    match form {
        Form::Csv => csv::chunk(content, after, most),
        Form::Lines => lines::chunk(content, after, most),
        Form::List => json_list::chunk(content, after, most),
    }
}

#[cfg(test)]
mod tests;
