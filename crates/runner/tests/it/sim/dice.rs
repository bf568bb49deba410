//! Chance from a seed: the same seed throws the same dice.

use std::time::Duration;

use cauce_model::Time;
use uuid::Uuid;

/// A stream of numbers (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// From 0 up to, not including, `end`.
    pub(crate) const fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// An index into something of this length.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap_or(1).max(1);
        usize::try_from(self.below(length)).unwrap_or_default()
    }

    /// True so many times in a thousand.
    pub(crate) const fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// Between two numbers of milliseconds.
    pub(crate) const fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_micros(from * 1000 + self.below((to - from) * 1000 + 1))
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    /// A new id for the moment `now`, in the order of time like those of the process.
    pub(crate) fn id(&mut self, now: Time) -> Uuid {
        let millis = u128::try_from(now.millis()).unwrap_or_default();
        let random = (u128::from(self.next()) << 64) | u128::from(self.next());
        let kept = (1_u128 << 76) - 1;
        Uuid::from_u128((millis << 80) | (7 << 76) | (random & kept & !(3 << 62)) | (2 << 62))
    }
}
