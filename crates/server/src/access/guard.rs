//! Who tried to sign in too often.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cauce_model::Time;

/// Failures allowed in a window.
const MOST: u32 = 5;
/// The window.
const WINDOW: Duration = Duration::from_secs(60);
/// Accounts remembered; beyond that the oldest are forgotten.
const MOST_KEPT: usize = 10_000;

/// Counts failed sign-ins by account.
#[derive(Clone, Default)]
pub struct SignInGuard {
    failures: Arc<Mutex<HashMap<String, (Time, u32)>>>,
}

impl SignInGuard {
    fn failures(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Time, u32)>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds to wait, when this account failed too often.
    #[must_use]
    pub fn wait(&self, account: &str, now: Time) -> Option<u64> {
        let failures = self.failures();
        let (since, count) = failures.get(account)?;
        let left = WINDOW.saturating_sub(now.since(*since));
        (*count >= MOST && !left.is_zero()).then(|| left.as_secs().max(1))
    }

    /// Notes a failure.
    pub fn failed(&self, account: &str, now: Time) {
        let mut failures = self.failures();
        if failures.len() >= MOST_KEPT {
            failures.retain(|_, (since, _)| now.since(*since) < WINDOW);
        }
        let (since, count) = failures.entry(account.to_owned()).or_insert((now, 0));
        if now.since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count += 1;
    }

    /// Forgets the failures of an account that got in.
    pub fn succeeded(&self, account: &str) {
        self.failures().remove(account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_try_within_a_minute_waits_and_the_next_minute_does_not() {
        let guard = SignInGuard::default();
        let start = Time::from_micros(1_000_000_000);
        for _ in 0..MOST {
            assert_eq!(guard.wait("ada@example.com", start), None);
            guard.failed("ada@example.com", start);
        }
        assert_eq!(guard.wait("ada@example.com", start.after(Duration::from_secs(20))), Some(40));
        assert_eq!(guard.wait("bob@example.com", start), None);
        assert_eq!(guard.wait("ada@example.com", start.after(WINDOW)), None);
    }
}
