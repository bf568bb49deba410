//! Items of a file of JSON Lines (<https://jsonlines.org>): a value a line; empty lines are passed by.

use std::io::{BufRead, BufReader, Read, SeekFrom};

use serde_json::Value;

use super::{Chunk, ItemError, LARGEST};
use cauce_journal::blobs::Content;

pub(super) fn chunk(mut content: Box<dyn Content>, after: u64, most: usize) -> Result<Chunk, ItemError> {
    content.seek(SeekFrom::Start(after))?;
    let mut reader = BufReader::new(content);
    let (mut items, mut after) = (Vec::new(), after);
    while items.len() < most {
        let Some(line) = next(&mut reader)? else { return Ok(Chunk { items, after, last: true }) };
        let begins_at = after;
        after += line.len() as u64;
        let text = line.trim_ascii();
        if !text.is_empty() {
            items.push(value(text, begins_at)?);
        }
    }
    let last = !rest_has_items(&mut reader)?;
    Ok(Chunk { items, after, last })
}

fn next(reader: &mut impl BufRead) -> Result<Option<Vec<u8>>, ItemError> {
    let mut line = Vec::new();
    let read = reader.take(LARGEST as u64 + 1).read_until(b'\n', &mut line)?;
    if read > LARGEST {
        return Err(ItemError::Broken(format!("a line has more than {LARGEST} bytes")));
    }
    Ok((read > 0).then_some(line))
}

fn value(text: &[u8], begins_at: u64) -> Result<Value, ItemError> {
    serde_json::from_slice(text).map_err(|error| {
        ItemError::Broken(format!("the line that begins at byte {begins_at} is no JSON: {error}"))
    })
}

fn rest_has_items(reader: &mut impl BufRead) -> Result<bool, ItemError> {
    while let Some(line) = next(reader)? {
        if !line.trim_ascii().is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
