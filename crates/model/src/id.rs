//! Ids: UUID version 7 behind one type for each noun, and the port they come through.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Time;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id made of these bits.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID, for storage.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0.as_hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A run of a workflow.
    RunId,
    /// An event that a trigger took in.
    EventId,
    /// A node's session: new at each start of the process and after each lost lease.
    SessionId,
}

/// Where new ids come from. Version 7: ordered by time, so inserts go to the end of an index.
pub trait Ids: Send + Sync {
    /// A new id for the moment `now`.
    fn next(&self, now: Time) -> Uuid;
}

/// Ids from the machine's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn next(&self, now: Time) -> Uuid {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        let nanos = u32::try_from(now.micros().rem_euclid(1000) * 1000).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix_time(
            millis / 1000,
            u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000 + nanos,
            0,
            0,
        ))
    }
}

/// An id that is the same each time it is made of the same things (version 8): ordered by `at` like those from
/// [`Ids`], its other bits the hash of `name` in `space`.
#[must_use]
pub fn derived(at: Time, space: Uuid, name: &str) -> Uuid {
    let mut bytes = *Uuid::new_v5(&space, name.as_bytes()).as_bytes();
    let millis = u64::try_from(at.millis()).unwrap_or(0).to_be_bytes();
    bytes[..6].copy_from_slice(&millis[2..]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    Uuid::from_bytes(bytes)
}

/// What no id of this moment or a later one is below: ids are ordered by time, to the millisecond.
#[must_use]
pub fn earliest_id(at: Time) -> Uuid {
    let millis = u64::try_from(at.millis()).unwrap_or(0);
    Uuid::from_u128(u128::from(millis) << 80)
}

/// The moment for which an id was made, to the millisecond.
#[must_use]
pub fn moment_of(id: Uuid) -> Time {
    let millis = i64::try_from(id.as_u128() >> 80).unwrap_or(i64::MAX);
    Time::from_micros(millis.saturating_mul(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_are_equal_for_equal_things_and_ordered_by_time() {
        let at = |millis: i64| Time::from_micros(1_700_000_000_000_000 + millis * 1000);
        let space = Uuid::from_u128(1);
        assert_eq!(derived(at(0), space, "a"), derived(at(0), space, "a"));
        assert_ne!(derived(at(0), space, "a"), derived(at(0), space, "b"));
        assert_ne!(derived(at(0), space, "a"), derived(at(0), Uuid::from_u128(2), "a"));
        assert!(derived(at(0), space, "z") < derived(at(1), space, "a"));
        assert!(SystemIds.next(at(0)) < derived(at(1), space, "a"));
        assert_eq!(derived(at(0), space, "a").get_version_num(), 8);
    }

    #[test]
    fn ids_of_later_moments_sort_later() {
        let early = SystemIds.next(Time::from_micros(1_700_000_000_000_000));
        let late = SystemIds.next(Time::from_micros(1_700_000_000_001_000));
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
    }

    #[test]
    fn an_id_says_its_moment_and_stands_behind_its_bound() {
        let at = |micros: i64| Time::from_micros(1_700_000_000_123_000 + micros);
        let id = SystemIds.next(at(456));
        assert_eq!(moment_of(id), at(0));
        assert!(earliest_id(at(456)) <= id && id < earliest_id(at(1000)));
        assert!(earliest_id(at(0)) <= derived(at(999), Uuid::from_u128(1), "a"));
        assert_eq!(earliest_id(Time::from_micros(-1)), Uuid::nil());
    }

    #[test]
    fn an_id_is_read_back_from_its_text() {
        let id = RunId::from_uuid(SystemIds.next(Time::from_micros(1)));
        assert_eq!(id.to_string().parse::<RunId>().unwrap(), id);
        assert!("not an id".parse::<RunId>().is_err());
    }
}
