//! A part: its first line names the part before, each further one is a result behind its index.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use cauce_journal::blobs::BlobId;
use serde_json::Value;

use crate::items::ItemError;

/// The first word of a part.
const BEFORE: &str = "before ";

/// The bytes of a part.
pub(super) fn bytes(before: Option<&str>, results: &[(u64, Arc<Value>)]) -> Vec<u8> {
    let mut text = format!("{BEFORE}{}\n", before.unwrap_or_default());
    for (index, result) in results {
        text.push_str(&format!("{index} {result}\n"));
    }
    text.into_bytes()
}

/// A part that is read line by line.
pub(super) struct Part<R> {
    lines: BufReader<R>,
    /// The part before it.
    pub(super) before: Option<BlobId>,
    /// The index of the result that comes next; none at the end.
    pub(super) next: Option<u64>,
    /// That result, with the end of its line.
    pub(super) line: Vec<u8>,
}

impl<R: Read> Part<R> {
    pub(super) fn open(content: R) -> Result<Self, ItemError> {
        let mut lines = BufReader::new(content);
        let mut head = String::new();
        lines.read_line(&mut head)?;
        let before = head.trim_end().strip_prefix(BEFORE.trim_end()).ok_or_else(broken)?.trim_start();
        let before = if before.is_empty() { None } else { Some(before.parse().map_err(|_| broken())?) };
        let mut part = Self { lines, before, next: None, line: Vec::new() };
        part.forward()?;
        Ok(part)
    }

    /// Goes to the next result.
    pub(super) fn forward(&mut self) -> Result<(), ItemError> {
        let mut index = Vec::new();
        self.lines.read_until(b' ', &mut index)?;
        self.line.clear();
        self.lines.read_until(b'\n', &mut self.line)?;
        self.next = match std::str::from_utf8(&index).map_err(|_| broken())?.trim_end() {
            "" => None,
            index => Some(index.parse().map_err(|_| broken())?),
        };
        Ok(())
    }
}

fn broken() -> ItemError {
    ItemError::Broken("a part of them is not what was written".to_owned())
}
