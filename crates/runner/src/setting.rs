//! What a runner is told: limits and rhythms.

use std::str::FromStr;
use std::time::Duration;

/// Limits and rhythms of one node.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Effects under way at once.
    pub most_effects: usize,
    /// Effects under way at once to one destination.
    pub most_to_one: usize,
    /// How often something may be sent to a destination; the first that covers it counts.
    pub rates: Vec<Rate>,
    /// Runs in memory at once; more stay in the journal until there is room.
    pub most_runs: usize,
    /// How long entries may wait to be written while nobody watches.
    pub flush_after: Duration,
    /// How often to look for work that nobody told of.
    pub look_every: Duration,
    /// How long effects may go on after a run was cancelled.
    pub cancel_grace: Duration,
    /// How often to say that this node is alive.
    pub beat_every: Duration,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            most_effects: 256,
            most_to_one: 64,
            rates: Vec::new(),
            most_runs: 10_000,
            flush_after: Duration::from_millis(200),
            look_every: Duration::from_secs(1),
            cancel_grace: Duration::from_secs(10),
            beat_every: Duration::from_secs(5),
        }
    }
}

/// How often something may be sent to a destination, such as `api.example.com=10/s` or `smtp=300/m`. Each node keeps
/// its own count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    destination: String,
    interval: Duration,
}

/// A rate that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a rate: write a destination and how often, such as `api.example.com=10/s` or `smtp=300/m`"
)]
pub struct NotARate(String);

impl Rate {
    pub(crate) fn covers(&self, destination: &str) -> bool {
        self.destination == destination
    }

    /// The time between two.
    pub(crate) const fn interval(&self) -> Duration {
        self.interval
    }
}

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let wrong = || NotARate(text.to_owned());
        let (destination, often) = text.rsplit_once('=').ok_or_else(wrong)?;
        let (count, unit) = often.split_once('/').ok_or_else(wrong)?;
        let span = match unit {
            "s" => Duration::from_secs(1),
            "m" => Duration::from_secs(60),
            "h" => Duration::from_secs(3600),
            _ => return Err(wrong()),
        };
        let count: u32 = count.parse().ok().filter(|count| *count > 0).ok_or_else(wrong)?;
        if destination.is_empty() {
            return Err(wrong());
        }
        Ok(Self { destination: destination.to_ascii_lowercase(), interval: span / count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_from_its_text() {
        let rate: Rate = "API.example.com=10/s".parse().unwrap();
        assert!(rate.covers("api.example.com") && !rate.covers("example.com"));
        assert_eq!(rate.interval(), Duration::from_millis(100));
        assert_eq!("smtp=300/m".parse::<Rate>().unwrap().interval(), Duration::from_millis(200));
    }

    #[test]
    fn what_is_no_rate_is_refused_with_an_example() {
        for text in ["", "x", "x=1", "x=0/s", "x=-1/s", "=1/s", "x=1/d", "x=1.5/s"] {
            let error = text.parse::<Rate>().unwrap_err().to_string();
            assert!(error.contains("10/s"), "{error}");
        }
    }
}
