//! How transient failures are retried: when the next attempt is due, and when there is none.

use std::time::Duration;

use cauce_model::workflow::Retry;
use cauce_model::{RetryAdvice, RunId, StepPath};

/// The waits before the next attempts when nobody says otherwise.
const DEFAULT_WAITS: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(10),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
];

/// A `Retry-After` beyond this is not obeyed further.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 60 * 60);

/// How many more attempts there are, and how long to wait before each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max: u32,
    waits: Vec<Duration>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max: 5, waits: DEFAULT_WAITS.to_vec() }
    }
}

impl From<&Retry> for RetryPolicy {
    fn from(retry: &Retry) -> Self {
        match retry {
            Retry::Default => Self::default(),
            Retry::Never => Self { max: 0, waits: Vec::new() },
            Retry::Custom { max, backoff } => Self { max: *max, waits: backoff.clone() },
        }
    }
}

impl RetryPolicy {
    /// How long to wait after failure number `failures` (counts from 1); nothing when there is no further attempt.
    ///
    /// The wait varies by a fifth either way so that runs that failed together do not come back together. The variation
    /// comes from the run and the step: the same on recovery.
    #[must_use]
    pub fn wait(&self, failures: u32, advice: RetryAdvice, run: RunId, path: &StepPath) -> Option<Duration> {
        let asked = match advice {
            RetryAdvice::Backoff => Duration::ZERO,
            RetryAdvice::After(asked) => asked.min(LONGEST_ASKED),
            RetryAdvice::Never | RetryAdvice::NeedsLogin | RetryAdvice::Compliance => return None,
        };
        if failures > self.max {
            return None;
        }
        let index = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
        let wait = self.waits.get(index).or(self.waits.last())?;
        Some(vary(*wait, run, path, failures).max(asked))
    }
}

/// Between four and six fifths of `wait`, by the bits of the run, the step and the count.
fn vary(wait: Duration, run: RunId, path: &StepPath, failures: u32) -> Duration {
    let mut bits = run.uuid().as_u64_pair().1 ^ u64::from(failures).rotate_left(32);
    for byte in path.as_str().bytes() {
        bits = (bits ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // Mixed once more (splitmix64's finish) so that near runs spread over the whole range.
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let permille = 800 + (bits >> 33) % 401;
    let micros = u64::try_from(wait.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(micros / 1000 * permille)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn run(n: u128) -> RunId {
        RunId::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn the_default_gives_five_more_attempts_each_within_a_fifth() {
        let policy = RetryPolicy::default();
        let path = StepPath::from("crm");
        for (index, expected) in DEFAULT_WAITS.iter().enumerate() {
            let failures = u32::try_from(index).unwrap() + 1;
            for n in 0..200 {
                let wait = policy.wait(failures, RetryAdvice::Backoff, run(n), &path).unwrap();
                assert!(wait >= *expected * 4 / 5 && wait <= *expected * 6 / 5, "{wait:?} for {expected:?}");
            }
        }
        assert_eq!(policy.wait(6, RetryAdvice::Backoff, run(1), &path), None);
    }

    #[test]
    fn what_the_other_side_asks_for_is_obeyed_up_to_a_day() {
        let policy = RetryPolicy::default();
        let path = StepPath::from("crm");
        let hour = Duration::from_secs(3600);
        assert_eq!(policy.wait(1, RetryAdvice::After(hour), run(1), &path), Some(hour));
        assert_eq!(policy.wait(1, RetryAdvice::After(hour * 100), run(1), &path), Some(hour * 24));
    }

    #[test]
    fn runs_that_failed_together_spread_out() {
        let policy = RetryPolicy::default();
        let path = StepPath::from("crm");
        let mut waits: Vec<_> =
            (0..1000).map(|n| policy.wait(3, RetryAdvice::Backoff, run(n), &path).unwrap()).collect();
        waits.sort_unstable();
        waits.dedup();
        assert!(waits.len() > 300, "{} different waits", waits.len());
    }

    #[test]
    fn permanent_failures_have_no_next_attempt() {
        let path = StepPath::from("crm");
        for advice in [RetryAdvice::Never, RetryAdvice::NeedsLogin, RetryAdvice::Compliance] {
            assert_eq!(RetryPolicy::default().wait(1, advice, run(1), &path), None);
        }
        assert_eq!(RetryPolicy::from(&Retry::Never).wait(1, RetryAdvice::Backoff, run(1), &path), None);
    }
}
