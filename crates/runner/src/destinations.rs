//! What a node knows of the places its effects go to, shared by all its runs: a circuit breaker and a rate limit each.
//!
//! A breaker opens after [`FAILURES`] transient failures in a row: for a while nobody is sent there, then one probe goes,
//! and its answer decides. What would have been sent meanwhile is *postponed*: it costs no attempt, so an outage of an
//! hour does not use up the retries of every run that came along. Limits are per node: with several nodes a destination
//! sees their sum.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cauce_model::{Failure, Happened, RetryAdvice, Time};

use crate::setting::Rate;

/// Transient failures in a row that open a breaker.
const FAILURES: u32 = 5;
/// How long an open breaker stays shut the first time; doubled each time the probe fails.
const FIRST_REST: Duration = Duration::from_secs(5);
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_secs(60);
/// A turn under a rate limit that is further away than this is postponed instead of waited for in memory.
pub(crate) const LONGEST_TURN: Duration = Duration::from_secs(5);
/// How many destinations are kept; those at rest and in order are forgotten first.
const MOST_KEPT: usize = 4096;

/// The destinations of one node.
pub(crate) struct Destinations {
    rates: Vec<Rate>,
    known: Mutex<HashMap<Arc<str>, Health>>,
}

#[derive(Default)]
struct Health {
    failures: u32,
    /// How often it opened since it last worked.
    opened: u32,
    open_until: Option<Time>,
    /// Since when a probe is under way; a probe that never reports stops counting after the longest rest.
    probing: Option<Time>,
    /// When the next one may go, under a rate limit.
    next_turn: Time,
}

/// Whether an effect may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Now.
    Go,
    /// After this long.
    Wait(Duration),
    /// Not before this moment: do something else meanwhile.
    Later(Time, Why),
}

/// Why an effect may not go now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The breaker is open.
    Failing,
    /// The rate limit is used up for a while.
    Paced,
}

impl Destinations {
    pub(crate) fn new(rates: Vec<Rate>) -> Self {
        Self { rates, known: Mutex::default() }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<Arc<str>, Health>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks whether something may be sent there now.
    pub(crate) fn admit(&self, destination: &str, now: Time) -> Admission {
        let rate = self.rates.iter().find(|rate| rate.covers(destination));
        let mut known = self.known();
        let Some(health) = known.get_mut(destination) else {
            if let Some(rate) = rate {
                let next_turn = now.after(rate.interval());
                known.insert(Arc::from(destination), Health { next_turn, ..Health::default() });
            }
            return Admission::Go;
        };
        if let Some(until) = health.open_until {
            if now < until {
                return Admission::Later(until, Why::Failing);
            }
            match health.probing {
                Some(since) if now.since(since) < LONGEST_REST => {
                    return Admission::Later(now.after(FIRST_REST), Why::Failing);
                }
                Some(_) | None => health.probing = Some(now),
            }
        }
        let Some(rate) = rate else { return Admission::Go };
        let turn = health.next_turn.max(now);
        let wait = turn.since(now);
        if wait > LONGEST_TURN {
            health.probing = None;
            return Admission::Later(turn, Why::Paced);
        }
        health.next_turn = turn.after(rate.interval());
        if wait.is_zero() { Admission::Go } else { Admission::Wait(wait) }
    }

    /// Tells how something that was sent there went.
    pub(crate) fn report<T>(&self, destination: &str, answer: &Result<T, Failure>, now: Time) {
        let mut known = self.known();
        match verdict(answer) {
            Verdict::Works => {
                if let Some(health) = known.get_mut(destination) {
                    let next_turn = health.next_turn;
                    *health = Health { next_turn, ..Health::default() };
                }
            }
            Verdict::SaysNothing => {
                if let Some(health) = known.get_mut(destination) {
                    health.probing = None;
                }
            }
            Verdict::Fails(asked) => {
                if known.len() >= MOST_KEPT && !known.contains_key(destination) {
                    known.retain(|_, health| health.failures > 0 || health.next_turn > now);
                }
                known.entry(Arc::from(destination)).or_default().fail(asked, now);
            }
        }
    }

    /// Destinations to which nothing is sent at `now`.
    pub(crate) fn closed(&self, now: Time) -> usize {
        self.known().values().filter(|health| health.open_until.is_some_and(|until| until > now)).count()
    }
}

impl Health {
    fn fail(&mut self, asked: Option<Duration>, now: Time) {
        self.failures = self.failures.saturating_add(1);
        let probe_failed = self.open_until.is_some_and(|until| now >= until);
        if self.failures < FAILURES && !probe_failed {
            return;
        }
        if self.open_until.is_some_and(|until| now < until) {
            // Sent before it opened.
            return;
        }
        let doubled = FIRST_REST.saturating_mul(1 << self.opened.min(8));
        let rest = doubled.max(asked.unwrap_or_default()).min(LONGEST_REST);
        self.opened = self.opened.saturating_add(1);
        self.open_until = Some(now.after(rest));
        self.probing = None;
    }
}

/// What an answer says of the place it came from.
enum Verdict {
    Works,
    /// It fails, and perhaps said for how long.
    Fails(Option<Duration>),
    /// It says nothing: the step's own fault, or nothing was sent.
    SaysNothing,
}

fn verdict<T>(answer: &Result<T, Failure>) -> Verdict {
    let Err(failure) = answer else { return Verdict::Works };
    match failure.retry {
        RetryAdvice::Backoff => Verdict::Fails(None),
        RetryAdvice::After(asked) => Verdict::Fails(Some(asked)),
        // A refusal is an answer.
        RetryAdvice::Never | RetryAdvice::NeedsLogin if failure.error.status.is_some() => Verdict::Works,
        RetryAdvice::Never | RetryAdvice::NeedsLogin if failure.happened == Happened::InDoubt => {
            Verdict::Fails(None)
        }
        RetryAdvice::Never | RetryAdvice::NeedsLogin | RetryAdvice::Compliance => Verdict::SaysNothing,
    }
}

#[cfg(test)]
mod tests;
