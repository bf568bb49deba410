//! All parts into one stream, in the order of the items. A part is open only while its results have their turn, so there are
//! never more open than passes ran at once, however many parts there are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::Cursor;

use cauce_journal::Error;
use cauce_journal::blobs::{BlobId, Content};

use super::part::Part;
use crate::items::ItemError;

/// About how many bytes are handed on together.
const PIECE: usize = 64 * 1024;

/// How a blob is opened.
type Open<'a> = &'a dyn Fn(BlobId) -> Result<Option<Box<dyn Content>>, Error>;
/// A part that is open or could be.
type Opened = Part<Box<dyn Content>>;

/// Hands on the results of so many passes, until nobody takes them.
pub(super) fn merge(
    open: Open<'_>,
    last: Vec<u8>,
    passes: u64,
    mut hand_on: impl FnMut(Vec<u8>) -> bool,
) -> Result<(), ItemError> {
    let last = Part::open(Box::new(Cursor::new(last)) as Box<dyn Content>)?;
    // The first index of each part that has not begun, the smallest at the end.
    let mut waiting = chain(open, last.before)?;
    waiting.sort_unstable_by(|left, right| right.cmp(left));
    let mut begun = vec![last];
    let mut turns: BinaryHeap<Reverse<(u64, usize)>> =
        begun.iter().filter_map(|part| part.next).map(|next| Reverse((next, 0))).collect();
    let mut piece = Vec::with_capacity(2 * PIECE);
    for index in 0..passes {
        while let Some((_, id)) = waiting.pop_if(|(first, _)| *first <= index) {
            let part = part(open, id)?;
            let place = begun.iter().position(|part| part.next.is_none()).unwrap_or(begun.len());
            turns.extend(part.next.map(|next| Reverse((next, place))));
            if place < begun.len() { begun[place] = part } else { begun.push(part) }
        }
        match turns.peek_mut() {
            Some(mut turn) if turn.0.0 == index => {
                let part = &mut begun[turn.0.1];
                piece.append(&mut part.line);
                part.forward()?;
                match part.next {
                    Some(next) => turn.0.0 = next,
                    None => drop(std::collections::binary_heap::PeekMut::pop(turn)),
                }
            }
            _ => piece.extend_from_slice(b"null\n"),
        }
        if piece.len() >= PIECE && !hand_on(std::mem::replace(&mut piece, Vec::with_capacity(2 * PIECE))) {
            return Ok(());
        }
    }
    hand_on(piece);
    Ok(())
}

/// Every part, each with its first index.
fn chain(open: Open<'_>, last: Option<BlobId>) -> Result<Vec<(u64, BlobId)>, ItemError> {
    let (mut found, mut next) = (Vec::new(), last);
    while let Some(id) = next {
        let part = part(open, id)?;
        found.extend(part.next.map(|first| (first, id)));
        next = part.before;
    }
    Ok(found)
}

fn part(open: Open<'_>, id: BlobId) -> Result<Opened, ItemError> {
    let content =
        open(id)?.ok_or_else(|| ItemError::Broken("a part of them is not there any more".to_owned()))?;
    Part::open(content)
}
