//! Large payloads: those over 256 KiB, and over 64 KiB in the record of a run that is over, are blobs, and the row names them.
//! A blob is on disk before the commit that names it; whoever reads the row gets the payload back and does not notice.
//!
//! A column is JSON as ever, or begins with a byte that no JSON begins with: then it is the name of the blob that holds it,
//! or JSON in which some payloads are `{"$blob": name}`. What came from the world in that form is put into a blob itself,
//! however small, so nobody can name a blob by writing so.

use std::io::Read;

use cauce_model::Payloads;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Error;
use crate::blobs::{BlobId, Blobs};
use crate::sqlite::{Bytes, corrupt, from_json, to_json};

/// Payloads of more bytes are blobs.
pub(crate) const LARGE: usize = 256 * 1024;
/// Payloads of more bytes are blobs once their run is over.
pub(crate) const LARGE_WHEN_OVER: usize = 64 * 1024;

/// What a column begins with that is the name of a blob.
const ELSEWHERE: u8 = 1;
/// What a column begins with in which some payloads are names of blobs.
const IN_PART: u8 = 2;
/// The one field of a payload that is elsewhere.
const NAME: &str = "$blob";

/// A column for one payload, or for a noun that is moved as a whole.
pub(crate) async fn whole(blobs: &dyn Blobs, column: &mut Bytes) -> Result<(), Error> {
    if column.len() > LARGE {
        let id = Box::pin(keep(blobs, column)).await?;
        *column = [&[ELSEWHERE], id.to_string().as_bytes()].concat();
    }
    Ok(())
}

/// A column for a noun: payloads of more than `most` bytes go. The caller has seen that the column is longer than that.
pub(crate) async fn parts<T>(blobs: &dyn Blobs, column: &mut Bytes, most: usize) -> Result<(), Error>
where
    T: Payloads + Serialize + DeserializeOwned + Send,
{
    let mut noun: T = from_json(column, "what is to be written")?;
    let mut moved = false;
    for payload in noun.payloads() {
        let bytes = to_json(payload);
        if bytes.len() > most || name_in(payload).is_some() {
            *payload = json!({ NAME: keep(blobs, &bytes).await?.to_string() });
            moved = true;
        }
    }
    if moved {
        *column = [&[IN_PART], to_json(&noun).as_slice()].concat();
    }
    Ok(())
}

/// What such a column says.
pub(crate) async fn read<T: DeserializeOwned>(
    blobs: &dyn Blobs,
    column: &[u8],
    what: &str,
) -> Result<T, Error> {
    match column.split_first() {
        Some((&ELSEWHERE, name)) => {
            let name = std::str::from_utf8(name).map_err(|error| corrupt(what, error))?;
            fetch(blobs, name, what).await
        }
        _ => from_json(column, what),
    }
}

/// What a column for a noun says, with every payload.
pub(crate) async fn read_parts<T>(blobs: &dyn Blobs, column: &[u8], what: &str) -> Result<T, Error>
where
    T: Payloads + DeserializeOwned + Send,
{
    let mut noun: T = peek(column, what)?;
    if column.first() == Some(&IN_PART) {
        for payload in noun.payloads() {
            if let Some(name) = name_in(payload) {
                *payload = fetch(blobs, name, what).await?;
            }
        }
    }
    Ok(noun)
}

/// What a column for a noun says, without the payloads that are elsewhere.
pub(crate) fn peek<T: DeserializeOwned>(column: &[u8], what: &str) -> Result<T, Error> {
    from_json(column.strip_prefix(&[IN_PART]).unwrap_or(column), what)
}

fn name_in(payload: &Value) -> Option<&str> {
    let fields = payload.as_object().filter(|fields| fields.len() == 1)?;
    fields.get(NAME)?.as_str()
}

async fn keep(blobs: &dyn Blobs, bytes: &[u8]) -> Result<BlobId, Error> {
    let mut draft = blobs.begin().await?;
    draft.write(bytes).await?;
    Ok(draft.keep().await?.id)
}

async fn fetch<T: DeserializeOwned>(blobs: &dyn Blobs, name: &str, what: &str) -> Result<T, Error> {
    let id: BlobId = name.parse().map_err(|error| corrupt(what, error))?;
    let content = blobs.open(id).await?;
    let mut content = content.ok_or_else(|| corrupt(what, format!("the blob {id} is not there any more")))?;
    let read = move || {
        let mut bytes = Bytes::new();
        content.read_to_end(&mut bytes).map(|_| bytes)
    };
    let bytes = tokio::task::spawn_blocking(read).await.map_err(|_| Error::Closed)?;
    let bytes =
        bytes.map_err(|source| Error::Unavailable { doing: "read a blob", source: Box::new(source) })?;
    from_json(&bytes, what)
}
