//! The registry: every kind of trigger by its name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::codes;
use crate::manual::Manual;
use crate::named::Named;
use crate::run_event::RunEvent;
use crate::schedule::ScheduleSource;
use crate::source::Source;
use crate::webhook::Webhook;

/// What stops a start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Two sources claim one name.
    #[error("two triggers are called `{name}`")]
    Doubled {
        /// The name.
        name: String,
    },
}

impl Error {
    /// Stable code with a page in `docs/errors/`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Doubled { .. } => codes::DOUBLED_SOURCE,
        }
    }
}

/// Every kind of trigger there is, sorted by name.
#[derive(Clone)]
pub struct Sources(BTreeMap<String, Arc<dyn Source>>);

impl Sources {
    /// The built-in ones.
    #[must_use]
    pub fn builtin() -> Self {
        Self::new(built_in()).expect("the built-in names differ, a test asks this function")
    }

    /// The registry of these sources; a doubled name is an error.
    pub fn new(sources: impl IntoIterator<Item = Arc<dyn Source>>) -> Result<Self, Error> {
        let mut by_name = BTreeMap::new();
        for source in sources {
            let name = source.spec().name.clone();
            if by_name.insert(name.clone(), source).is_some() {
                return Err(Error::Doubled { name });
            }
        }
        Ok(Self(by_name))
    }

    /// The source of that name, version included.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Source>> {
        self.0.get(name)
    }

    /// Every name, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Every source, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Source>> {
        self.0.values()
    }
}

/// The list, sorted by name.
fn built_in() -> Vec<Arc<dyn Source>> {
    vec![
        Arc::new(Named::default()),          // event@1
        Arc::new(Manual::default()),         // manual@1
        Arc::new(RunEvent::failed()),        // run.failed@1
        Arc::new(RunEvent::held()),          // run.held@1
        Arc::new(RunEvent::succeeded()),     // run.succeeded@1
        Arc::new(ScheduleSource::default()), // schedule@1
        Arc::new(Webhook::default()),        // webhook@1
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_is_sorted_and_without_doubles() {
        let listed: Vec<String> = built_in().iter().map(|source| source.spec().name.clone()).collect();
        let registered: Vec<String> = Sources::builtin().names().map(ToOwned::to_owned).collect();
        assert_eq!(listed, registered);
    }

    #[test]
    fn a_doubled_name_stops_the_start() {
        let twice: [Arc<dyn Source>; 2] = [Arc::new(Manual::default()), Arc::new(Manual::default())];
        let error = Sources::new(twice).err().expect("a doubled name");
        assert_eq!(error.to_string(), "two triggers are called `manual@1`");
        assert_eq!(error.code(), "T018");
    }

    #[test]
    fn the_example_of_every_source_passes_its_own_check() {
        for source in Sources::builtin().iter() {
            let spec = source.spec();
            assert_eq!(source.check(&spec.example, "/with"), [], "{}", spec.name);
        }
    }
}
