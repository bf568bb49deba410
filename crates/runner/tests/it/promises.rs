//! Whatever fails, and whenever: what is promised holds.

use crate::sim::seeds::{self, asked};
use crate::sim::seen::Seen;
use crate::sim::setup::Setup;
use crate::sim::simulation::simulate_traced;

/// Seeds of the short form.
const SHORT: u64 = 2000;

#[test]
fn two_thousand_seeds_break_no_promise() {
    if let Some(seed) = asked("CAUCE_PROVE_SEED") {
        let told = seeds::tell(Setup::any(seed));
        assert!(simulate_traced(Setup::any(seed)).broken.is_none(), "{told}");
        return;
    }
    let count = asked("CAUCE_PROVE_SEEDS").unwrap_or(SHORT);
    let first = u64::from(std::process::id()) << 20;
    println!("{count} seeds from {first}");
    let report = seeds::run(first, count, Setup::any);
    println!("{:#?}", report.seen);
    if let Some((seed, _)) = report.broken {
        panic!("CAUCE_PROVE_SEED={seed}\n{}", seeds::tell(Setup::any(seed)));
    }
    assert_much_was_seen(&report.seen, count);
}

/// A simulation that does nothing breaks nothing either.
fn assert_much_was_seen(seen: &Seen, seeds: u64) {
    let enough = [seen.acknowledged, seen.succeeded, seen.commits / 5, seen.arrivals / 2];
    assert!(enough.iter().all(|number| *number >= seeds), "{seeds} seeds saw too little: {seen:#?}");
    // Fewer seeds than the short form need not meet everything.
    let never: Vec<&str> = seen
        .all()
        .into_iter()
        .filter(|(_, number)| seeds >= SHORT && *number < 10)
        .map(|(name, _)| name)
        .collect();
    assert!(never.is_empty(), "{seeds} seeds hardly ever saw {never:?}: {seen:#?}");
}

#[test]
fn one_seed_twice_is_the_same_simulation() {
    for seed in 1..40 {
        let (first, second) = (simulate_traced(Setup::any(seed)), simulate_traced(Setup::any(seed)));
        let differs = first.trace.lines().iter().zip(second.trace.lines()).find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(first.trace.fold, second.trace.fold, "seed {seed}");
    }
}
