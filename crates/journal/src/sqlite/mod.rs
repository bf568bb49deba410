//! The journal on SQLite: one file, one connection that writes, a few that read. Each noun's part stands in its folder.
//!
//! - [`open`]: the folder, its lock, the schema, and how to close it all.
//! - [`writer`]: the task through which every write goes, many in one commit.
//! - [`batch`]: one transaction, and what happens when it fails.
//! - [`packed`]: many rows as two parameters; [`pile`]: several such statements in one trip.

mod batch;
mod checkpoint;
mod fault;
#[cfg(test)]
mod forgetting;
mod open;
mod packed;
mod pile;
mod row;
#[cfg(test)]
mod tests;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use cauce_model::Clock;
use sqlx::SqlitePool;

pub(crate) use batch::{Alive, Care, Halt, Pending, Write};
pub use open::{Closer, Opening};
pub(crate) use packed::Packed;
pub(crate) use pile::Pile;
pub(crate) use row::{
    Bytes, Raw, corrupt, from_json, id_from, id_of, status_number, time_from, to_json, undecodable,
};
pub(crate) use writer::Writer;

use crate::blobs::Blobs;
use crate::{Error, Hints};

/// The file in the data folder.
pub(crate) const FILE: &str = "cauce.db";

/// The workspace `main`, the only one so far.
pub(crate) const MAIN: i64 = 1;

/// What all nouns share.
pub(crate) struct Sqlite {
    pub(crate) readers: SqlitePool,
    pub(crate) writer: Writer,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hints: Hints,
    pub(crate) blobs: Arc<dyn Blobs>,
    pub(crate) folder: PathBuf,
    /// The newest session of earlier processes; nothing where another process may be alive beside this one.
    pub(crate) earlier: Option<i64>,
}

/// A read that failed, told by what the caller should do.
pub(crate) fn unreadable(doing: &'static str) -> impl Fn(sqlx::Error) -> Error {
    move |source| match source {
        sqlx::Error::PoolClosed => Error::Closed,
        source => Error::Unavailable { doing, source: Box::new(source) },
    }
}
