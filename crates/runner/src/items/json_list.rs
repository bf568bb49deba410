//! Items of a file that is one list in JSON (RFC 8259): read one by one, never the whole.

use std::io::{BufReader, Bytes, Read, SeekFrom};

use serde_json::Value;

use super::{Chunk, ItemError, LARGEST};
use cauce_journal::blobs::Content;

pub(super) fn chunk(mut content: Box<dyn Content>, after: u64, most: usize) -> Result<Chunk, ItemError> {
    content.seek(SeekFrom::Start(after))?;
    let mut scan = Scan { bytes: BufReader::new(content).bytes(), at: after, back: None };
    if after == 0 && scan.next_visible()? != Some(b'[') {
        return Err(ItemError::Broken("the file is no list: a JSON file begins with `[`".to_owned()));
    }
    let mut items = Vec::new();
    let mut end = scan.at;
    while let Some(item) = scan.item()? {
        items.push(item);
        end = scan.at;
        if items.len() == most {
            let last = scan.item()?.is_none();
            return Ok(Chunk { items, after: end, last });
        }
    }
    Ok(Chunk { items, after: end, last: true })
}

struct Scan<R> {
    bytes: Bytes<R>,
    /// The position behind the last byte taken.
    at: u64,
    /// A byte that was looked at and not taken.
    back: Option<u8>,
}

impl<R: Read> Scan<R> {
    fn next(&mut self) -> Result<Option<u8>, ItemError> {
        let byte = match self.back.take() {
            Some(byte) => Some(byte),
            None => self.bytes.next().transpose()?,
        };
        self.at += u64::from(byte.is_some());
        Ok(byte)
    }

    fn put_back(&mut self, byte: u8) {
        self.back = Some(byte);
        self.at -= 1;
    }

    fn next_visible(&mut self) -> Result<Option<u8>, ItemError> {
        loop {
            match self.next()? {
                Some(b' ' | b'\t' | b'\n' | b'\r' | 0xEF | 0xBB | 0xBF) => {}
                other => return Ok(other),
            }
        }
    }

    /// The next item; none at the end of the list.
    fn item(&mut self) -> Result<Option<Value>, ItemError> {
        let first = match self.next_visible()? {
            Some(b',') => self.next_visible()?,
            other => other,
        };
        let Some(first) = first else { return Err(broken_off()) };
        if first == b']' {
            return Ok(None);
        }
        self.put_back(first);
        let begins_at = self.at;
        let text = self.text_of_item()?;
        serde_json::from_slice(&text).map(Some).map_err(|error| {
            ItemError::Broken(format!("the item that begins at byte {begins_at} is no JSON: {error}"))
        })
    }

    /// The bytes up to the comma or the bracket that ends the item.
    fn text_of_item(&mut self) -> Result<Vec<u8>, ItemError> {
        let (mut text, mut depth, mut in_text, mut escaped) = (Vec::new(), 0_u32, false, false);
        loop {
            let Some(byte) = self.next()? else { return Err(broken_off()) };
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_text => escaped = true,
                b'"' => in_text = !in_text,
                _ if in_text => {}
                b'[' | b'{' => depth += 1,
                b',' | b']' | b'}' if depth == 0 => {
                    self.put_back(byte);
                    return Ok(text);
                }
                b']' | b'}' => depth -= 1,
                _ => {}
            }
            text.push(byte);
            if text.len() > LARGEST {
                return Err(ItemError::Broken(format!("an item has more than {LARGEST} bytes")));
            }
        }
    }
}

fn broken_off() -> ItemError {
    ItemError::Broken("the file breaks off in the middle of its list".to_owned())
}
