//! Chance with a seed, so that a run can be thrown again.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Where chance comes from: splitmix64.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice of their own for a part of the test, so that one part's throws do not move another's.
    pub(crate) fn new(seed: u64, part: u64) -> Self {
        let mut dice = Self(seed ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.throw();
        dice
    }

    pub(crate) fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number from `from` up to and without `to`.
    pub(crate) fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.throw() % (to - from)
    }

    /// True in `percent` of a hundred throws.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.throw() % 100 < percent
    }
}

/// A number that whoever runs the test may set.
pub(crate) fn setting(variable: &str, usual: u64) -> u64 {
    match std::env::var_os(variable) {
        None => usual,
        Some(text) => text
            .to_str()
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| panic!("{variable} must be a whole number, not {}", text.to_string_lossy())),
    }
}

/// The seed of this run: `CAUCE_PROVE_SEED`, or one that nobody knows beforehand. It is printed.
#[expect(clippy::print_stdout, reason = "whoever wants to see it again needs it")]
pub(crate) fn seed() -> u64 {
    let fresh = RandomState::new().build_hasher().finish() >> 16;
    let seed = setting("CAUCE_PROVE_SEED", fresh);
    println!("seed {seed}: CAUCE_PROVE_SEED={seed} throws the same dice again");
    seed
}
