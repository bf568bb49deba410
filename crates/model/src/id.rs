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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_later_moments_sort_later() {
        let early = SystemIds.next(Time::from_micros(1_700_000_000_000_000));
        let late = SystemIds.next(Time::from_micros(1_700_000_000_001_000));
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
    }

    #[test]
    fn an_id_is_read_back_from_its_text() {
        let id = RunId::from_uuid(SystemIds.next(Time::from_micros(1)));
        assert_eq!(id.to_string().parse::<RunId>().unwrap(), id);
        assert!("not an id".parse::<RunId>().is_err());
    }
}
