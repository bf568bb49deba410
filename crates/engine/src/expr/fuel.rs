//! How much work and text one evaluation may cost.

use std::ops::Range;

use super::error::{EvalError, EvalKind};

/// Work for one field.
const WORK: u64 = 50_000;
/// The most text or items one value may hold, in bytes.
const OUTPUT: usize = 1024 * 1024;
/// How many bytes cost as much as one step of work.
const BYTES_A_STEP: usize = 64;

/// What is left to spend.
#[derive(Clone, Debug)]
pub struct Fuel {
    left: u64,
}

impl Default for Fuel {
    fn default() -> Self {
        Self { left: WORK }
    }
}

impl Fuel {
    /// Pays for one step and for `bytes` of output.
    pub(super) fn spend(&mut self, bytes: usize, span: &Range<usize>) -> Result<(), EvalError> {
        if bytes > OUTPUT {
            let message = format!("the value would have {bytes} bytes, {OUTPUT} is the most");
            return Err(EvalError::new(EvalKind::Limit, message, span.clone()));
        }
        let cost = 1 + u64::try_from(bytes / BYTES_A_STEP).unwrap_or(u64::MAX);
        match self.left.checked_sub(cost) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(EvalError::new(EvalKind::Limit, "the expression is too much work", span.clone())
                .hint("do it in several steps")),
        }
    }
}
