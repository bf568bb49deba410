//! The actions there are: one sorted list; a doubled name stops the start.

use std::collections::BTreeMap;
use std::sync::Arc;

use cauce_model::ActionSpec;

use crate::Action;

/// Two actions with one name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("two actions are called `{name}`")]
pub struct DoubledName {
    /// The name.
    pub name: String,
}

/// The actions there are.
#[derive(Clone, Default)]
pub struct Registry {
    actions: BTreeMap<String, Arc<dyn Action>>,
}

impl Registry {
    /// The built-in actions.
    #[must_use]
    pub fn builtin() -> Self {
        let mut registry = Self::default();
        for action in crate::builtin::all() {
            registry.actions.insert(action.spec().name.clone(), action);
        }
        registry
    }

    /// The same registry with one more action.
    ///
    /// # Errors
    /// When the name is taken.
    pub fn with(mut self, action: Arc<dyn Action>) -> Result<Self, DoubledName> {
        let name = action.spec().name.clone();
        if self.actions.contains_key(&name) {
            return Err(DoubledName { name });
        }
        self.actions.insert(name, action);
        Ok(self)
    }

    /// The action of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Action>> {
        self.actions.get(name)
    }

    /// Every description, by name.
    pub fn specs(&self) -> impl Iterator<Item = &ActionSpec> {
        self.actions.values().map(|action| action.spec())
    }
}
