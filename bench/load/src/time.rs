//! The clock, and waiting.

use std::thread;
use std::time::{Duration, Instant};

/// The present.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a measurement is about the real clock")]
pub fn now() -> Instant {
    Instant::now()
}

/// Waits.
#[expect(clippy::disallowed_methods, reason = "between two looks from outside there is nothing to await")]
pub fn pause(span: Duration) {
    thread::sleep(span);
}
