//! What happened in a simulation, line by line: kept for a seed that is looked at, folded into one number for all others.

use std::time::Duration;

use cauce_model::Time;

/// The lines so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    kept: Option<Vec<String>>,
    /// A number over what happened when.
    pub(crate) fold: u64,
}

impl Trace {
    /// Keeps its lines.
    pub(crate) const fn full() -> Self {
        Self { kept: Some(Vec::new()), fold: 0 }
    }

    /// Folds in that something happened.
    pub(crate) fn fold(&mut self, at: Time, number: u64) {
        let bits = at.micros().unsigned_abs() ^ number.rotate_left(40);
        self.fold = (self.fold.rotate_left(5) ^ bits).wrapping_mul(0x0100_0000_01b3);
    }

    pub(crate) fn note(&mut self, age: Duration, line: impl FnOnce() -> String) {
        if let Some(kept) = &mut self.kept {
            kept.push(format!("{:>12.6} {}", age.as_secs_f64(), line()));
        }
    }

    pub(crate) fn lines(&self) -> &[String] {
        self.kept.as_deref().unwrap_or_default()
    }
}
