//! Many simulations, on every core; and what a failing one says.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use cauce_model::RunId;

use super::seen::Seen;
use super::setup::Setup;
use super::simulation::{Outcome, simulate, simulate_traced};

/// How many lines of the trace a failure shows.
const TAIL: usize = 40;
/// How much of each line.
const WIDTH: usize = 400;

/// The number in an environment variable. The one place that reads the environment:
/// `CAUCE_PROVE_SEEDS` is how many seeds, `CAUCE_PROVE_SEED` the only one.
#[expect(clippy::disallowed_methods, reason = "how long to test is the caller's choice")]
pub(crate) fn asked(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|error| panic!("{name}={text}: {error}")))
}

/// The first seed that broke a promise, and what all of them saw.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) broken: Option<(u64, Outcome)>,
    pub(crate) seen: Seen,
}

/// Simulates the setups of these seeds until one breaks a promise.
pub(crate) fn run(first: u64, count: u64, setup: impl Fn(u64) -> Setup + Sync) -> Report {
    let next = AtomicU64::new(first);
    let report = Mutex::new(Report::default());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first.saturating_add(count) {
                        return;
                    }
                    let outcome = simulate(setup(seed));
                    let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
                    report.seen.add(&outcome.seen);
                    if outcome.broken.is_some() {
                        let earlier = report.broken.as_ref().is_none_or(|(found, _)| seed < *found);
                        if earlier {
                            report.broken = Some((seed, outcome));
                        }
                        next.store(u64::MAX / 2, Ordering::Relaxed);
                        return;
                    }
                }
            });
        }
    });
    report.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What to tell of a setup that broke a promise: which one, and the end of the trace.
pub(crate) fn tell(setup: Setup) -> String {
    let name = format!("seed {}: {} nodes, {:?}", setup.seed, setup.nodes, setup.weather);
    let outcome = simulate_traced(setup);
    let lines = outcome.trace.lines();
    // The end of the trace, and before it what is about the run that the complaint names first.
    let how = outcome.broken.as_ref().map_or("", |broken| broken.how.as_str());
    let words = how.split(|letter: char| !letter.is_ascii_hexdigit() && letter != '-');
    let run = words.filter(|word| word.len() == 36).find(|word| word.parse::<RunId>().is_ok());
    let last = lines.len().saturating_sub(TAIL);
    let is_told = |(at, line): &(usize, &String)| *at >= last || run.is_some_and(|run| line.contains(run));
    let tail = lines.iter().enumerate().filter(is_told);
    let tail: Vec<String> = tail.map(|(_, line)| line.chars().take(WIDTH).collect()).collect();
    let tail = tail.join("\n");
    let broken =
        outcome.broken.map_or_else(|| "nothing broke this time".to_owned(), |broken| broken.to_string());
    format!("{name}\n{tail}\n{broken}")
}
