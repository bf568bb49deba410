//! Between columns and nouns.

use cauce_model::{RunStatus, Time};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::Error;

/// A blob.
pub(crate) type Bytes = Vec<u8>;

/// An id as it stands in a row.
pub(crate) type Raw = Vec<u8>;

/// A noun as JSON bytes.
pub(crate) fn to_json<T: Serialize>(noun: &T) -> Bytes {
    serde_json::to_vec(noun).expect("the nouns have text keys, so they have a JSON form")
}

/// A noun from JSON bytes. What was written was a value in memory, so its depth is no danger here.
pub(crate) fn from_json<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, Error> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    reader.disable_recursion_limit();
    T::deserialize(&mut reader).map_err(|source| corrupt(what, source))
}

/// A row that does not read back.
pub(crate) fn corrupt(what: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Corrupt { what: what.to_owned(), source: source.into() }
}

/// A row that does not read back, met inside a transaction.
pub(crate) fn undecodable(error: Error) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

/// An id as 16 bytes.
pub(crate) fn id_of(id: Uuid) -> Raw {
    id.as_bytes().to_vec()
}

/// An id from its 16 bytes.
pub(crate) fn id_from<T>(raw: &[u8], make: fn(Uuid) -> T) -> Result<T, Error> {
    Uuid::from_slice(raw).map(make).map_err(|source| corrupt("an id", source))
}

/// A moment from its column.
pub(crate) fn time_from(micros: Option<i64>) -> Option<Time> {
    micros.map(Time::from_micros)
}

/// A status as its column: its place in the order of a run's life.
pub(crate) fn status_number(status: RunStatus) -> i64 {
    RunStatus::ALL.iter().zip(0..).find(|(one, _)| **one == status).map_or(0, |(_, number)| number)
}
