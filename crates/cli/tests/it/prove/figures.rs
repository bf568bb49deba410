//! What a trial found, as one line of a table: `make prove` gathers them.

use std::fmt::Display;

/// A line in the making.
pub(crate) struct Figures(String);

impl Figures {
    pub(crate) fn of(trial: &str) -> Self {
        Self(format!("| {trial} |"))
    }

    pub(crate) fn with(mut self, name: &str, value: impl Display) -> Self {
        let comma = if self.0.ends_with('|') { "" } else { "," };
        self.0.push_str(&format!("{comma} {name} {value}"));
        self
    }

    #[expect(clippy::print_stdout, reason = "a trial says what it found")]
    pub(crate) fn print(self) {
        println!("{} |", self.0);
    }
}

/// The value below which this many of a thousand lie; sorts them.
pub(crate) fn quantile<T: Ord + Copy>(values: &mut [T], of_a_thousand: usize) -> Option<T> {
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) * of_a_thousand / 1000).copied()
}
