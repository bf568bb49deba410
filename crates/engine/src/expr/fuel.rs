//! How much work and text one field may cost.

use std::ops::Range;

use super::error::{EvalError, EvalKind};

/// Work for one field.
const WORK: u64 = 50_000;
/// The most a value that is made may hold, in bytes.
const OUTPUT: usize = 1024 * 1024;
/// How many bytes made cost as much as one step of work.
const MADE_A_STEP: usize = 64;
/// How many bytes looked at cost as much as one step of work.
const READ_A_STEP: usize = 1024;

/// What is left to spend. One field gets one [`Fuel`], whatever number of expressions stand in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fuel {
    left: u64,
}

impl Default for Fuel {
    fn default() -> Self {
        Self::new(WORK)
    }
}

impl Fuel {
    /// So much work: one step is one node evaluated, 64 bytes made or 1,024 bytes looked at.
    #[must_use]
    pub const fn new(work: u64) -> Self {
        Self { left: work }
    }

    /// Steps that are left.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.left
    }

    /// Pays for one node.
    pub(super) fn step(&mut self, span: &Range<usize>) -> Result<(), EvalError> {
        self.pay(1, span)
    }

    /// Pays for looking at so many bytes that are there already.
    pub(super) fn read(&mut self, bytes: usize, span: &Range<usize>) -> Result<(), EvalError> {
        self.pay(bytes / READ_A_STEP, span)
    }

    /// Pays for a new value of so many bytes, before it is made.
    pub(super) fn make(&mut self, bytes: usize, span: &Range<usize>) -> Result<(), EvalError> {
        if bytes > OUTPUT {
            return Err(too_much_text(span));
        }
        self.pay(bytes / MADE_A_STEP, span)
    }

    fn pay(&mut self, steps: usize, span: &Range<usize>) -> Result<(), EvalError> {
        let left = u64::try_from(steps).ok().and_then(|steps| self.left.checked_sub(steps));
        // What could not be paid leaves nothing: nobody goes on after this error with cheaper work.
        self.left = left.unwrap_or(0);
        if left.is_some() {
            return Ok(());
        }
        Err(EvalError::new(EvalKind::Limit, "the expression is too much work", span.clone())
            .hint("compute parts of it in `set` steps before"))
    }
}

fn too_much_text(span: &Range<usize>) -> EvalError {
    let message = format!("the value would have more than {OUTPUT} bytes");
    EvalError::new(EvalKind::Limit, message, span.clone()).hint("pass large data on as it is, or as a file")
}

/// A place to write JSON to that ends where the largest value ends.
#[derive(Default)]
pub(super) struct Limited(Vec<u8>);

impl Limited {
    /// The JSON of a value, or nothing when it is too long.
    pub(super) fn json(value: &serde_json::Value, span: &Range<usize>) -> Result<String, EvalError> {
        let mut limited = Self::default();
        let written = serde_json::to_writer(&mut limited, value).ok();
        written.and_then(|()| String::from_utf8(limited.0).ok()).ok_or_else(|| too_much_text(span))
    }
}

impl std::io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > OUTPUT {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
