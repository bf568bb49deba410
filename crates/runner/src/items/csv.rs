//! Items of a CSV file (RFC 4180): its first row names the fields; comma, semicolon or tab between them.

use std::io::{Read, SeekFrom};

use csv::{ByteRecord, Position, Reader, ReaderBuilder};
use serde_json::{Map, Value};

use super::{Chunk, ItemError, LARGEST};
use cauce_journal::blobs::Content;

/// How much of the beginning is looked at for what stands between fields.
const SAMPLE: u64 = 64 * 1024;

pub(super) fn chunk(mut content: Box<dyn Content>, after: u64, most: usize) -> Result<Chunk, ItemError> {
    let delimiter = delimiter(&mut content)?;
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(content);
    let header = reader.byte_headers().map_err(|error| broken(&error))?.clone();
    let names: Vec<String> = header.iter().map(name).collect();
    if after > 0 {
        let mut position = Position::new();
        position.set_byte(after);
        reader.seek(position).map_err(|error| broken(&error))?;
    }
    let (mut items, mut last) = (Vec::new(), false);
    while items.len() < most && !last {
        match next(&mut reader, &names)? {
            Some(item) => items.push(item),
            None => last = true,
        }
    }
    let after = reader.position().byte();
    // The end is seen now rather than with a chunk of its own.
    last = last || next(&mut reader, &names)?.is_none();
    Ok(Chunk { items, after, last })
}

fn next(reader: &mut Reader<Box<dyn Content>>, names: &[String]) -> Result<Option<Value>, ItemError> {
    let mut record = ByteRecord::new();
    if !reader.read_byte_record(&mut record).map_err(|error| broken(&error))? {
        return Ok(None);
    }
    if record.as_slice().len() > LARGEST {
        return Err(ItemError::Broken(format!("a row has more than {LARGEST} bytes")));
    }
    let fields = names
        .iter()
        .zip(record.iter())
        .map(|(name, field)| (name.clone(), Value::String(String::from_utf8_lossy(field).into_owned())));
    Ok(Some(Value::Object(fields.collect::<Map<_, _>>())))
}

/// Spreadsheets begin a file with a byte order mark; it belongs to no name.
fn name(field: &[u8]) -> String {
    String::from_utf8_lossy(field).trim_start_matches('\u{feff}').trim().to_owned()
}

/// What stands most often in the first line, outside of quotes.
fn delimiter(content: &mut Box<dyn Content>) -> Result<u8, ItemError> {
    let mut sample = Vec::new();
    content.seek(SeekFrom::Start(0))?;
    content.by_ref().take(SAMPLE).read_to_end(&mut sample)?;
    content.seek(SeekFrom::Start(0))?;
    let mut quoted = false;
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    for byte in sample {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte) {
                    *count += 1;
                }
            }
        }
    }
    // Of equals the first: a comma.
    Ok(counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter))
}

fn broken(error: &csv::Error) -> ItemError {
    ItemError::Broken(format!("the file is no CSV: {error}"))
}
