//! The simulator finds bugs: with one planted into the store, a seed breaks a promise; without it, the same seed does not.

use crate::sim::promise::{Broken, Promise};
use crate::sim::sabotage::Sabotage;
use crate::sim::seeds;
use crate::sim::setup::Setup;
use crate::sim::simulation::simulate;

/// Within how many seeds a planted bug has to be found.
const WITHIN: u64 = 2000;

fn found(sabotage: Sabotage, setup: fn(u64) -> Setup) -> (u64, Broken) {
    let planted = |seed| Setup { sabotage, ..setup(seed) };
    let report = seeds::run(1, WITHIN, planted);
    let Some((seed, outcome)) = report.broken else {
        panic!("{sabotage:?} was not found within {WITHIN} seeds");
    };
    let broken = outcome.broken.expect("a promise was broken");
    let healthy = simulate(setup(seed));
    assert!(healthy.broken.is_none(), "seed {seed} without the bug: {:?}", healthy.broken);
    (seed, broken)
}

#[test]
fn a_store_that_lets_the_dead_write_is_found_out() {
    let (seed, broken) = found(Sabotage::Fence, Setup::of);
    println!("found by seed {seed}: {broken}");
    assert_eq!(broken.promise, Promise::NoStaleWrite);
}

#[test]
fn a_store_that_does_not_compare_revisions_is_found_out() {
    let (seed, broken) = found(Sabotage::Rev, Setup::of);
    println!("found by seed {seed}: {broken}");
    // What was written twice shows in many ways.
    let shown = [Promise::ReadsBack, Promise::TimersHold, Promise::QuietLog];
    assert!(shown.contains(&broken.promise), "{broken}");
}

#[test]
fn a_store_without_the_look_behind_the_wait_is_found_out() {
    let (seed, broken) = found(Sabotage::SecondLook, Setup::of);
    println!("found by seed {seed}: {broken}");
    assert_eq!(broken.promise, Promise::SignalsKept);
}

#[test]
fn a_store_whose_gates_fire_before_they_are_due_is_found_out() {
    let (seed, broken) = found(Sabotage::Gates, Setup::any);
    println!("found by seed {seed}: {broken}");
    assert_eq!(broken.promise, Promise::GatesKept);
}
