//! Workflows as triggers see them: compiled, on or off; read again whenever the journal's generation moved.

mod check;
mod folder;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};

use cauce_engine::Plan;
use cauce_journal::flows::Origin;
use cauce_journal::{Error, Journal};
use cauce_model::{Problem, Time};
use cauce_runner::Plans;
use cauce_trigger::listens_to;

pub use check::{Checked, check};
pub use folder::Folder;

/// A workflow with its newest version.
#[derive(Clone)]
pub struct Flow {
    /// Its id.
    pub id: String,
    /// Whether its triggers start runs.
    pub on: bool,
    /// The newest version.
    pub version: u32,
    /// That version, compiled; none when this binary cannot compile it.
    pub plan: Option<Arc<Plan>>,
    /// The newest version's text.
    pub text: Arc<[u8]>,
    /// Where it is edited.
    pub origin: Origin,
    /// When it last changed.
    pub updated_at: Time,
}

/// What is known of the workflows.
#[derive(Clone, Default)]
pub struct Flows {
    known: Arc<RwLock<Known>>,
}

#[derive(Default)]
struct Known {
    generation: Option<i64>,
    flows: BTreeMap<String, Arc<Flow>>,
    /// Problems of files that could not be published, by workflow id.
    problems: BTreeMap<String, Vec<Problem>>,
}

impl Flows {
    fn read(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The workflow of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<Flow>> {
        self.read().flows.get(id).cloned()
    }

    /// Every workflow, by id.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Flow>> {
        self.read().flows.values().cloned().collect()
    }

    /// The problems of this workflow's file, when it could not be published.
    #[must_use]
    pub fn problems(&self, id: &str) -> Vec<Problem> {
        self.read().problems.get(id).cloned().unwrap_or_default()
    }

    /// Ids of files that have problems and were never published.
    #[must_use]
    pub fn unpublished(&self) -> Vec<String> {
        let known = self.read();
        known.problems.keys().filter(|id| !known.flows.contains_key(*id)).cloned().collect()
    }

    /// Puts down the problems of a file; none clears them.
    pub fn set_problems(&self, id: &str, problems: Vec<Problem>) {
        let mut known = self.write();
        if problems.is_empty() {
            known.problems.remove(id);
        } else {
            known.problems.insert(id.to_owned(), problems);
        }
    }

    /// Reads the workflows again, if anything changed since the last time.
    ///
    /// # Errors
    /// When the journal cannot be read; what was known stays known.
    pub async fn refresh(&self, journal: &Journal, plans: &Plans) -> Result<(), Error> {
        let generation = journal.flows.generation().await?;
        if self.read().generation == Some(generation) {
            return Ok(());
        }
        let mut flows = BTreeMap::new();
        for flow in journal.flows.all().await? {
            let plan = match plans.get(&flow.id, flow.version).await {
                Ok(plan) => Some(plan),
                Err(error) => {
                    tracing::error!(workflow = %flow.id, %error, "a published workflow does not compile");
                    None
                }
            };
            let flow = Flow {
                id: flow.id,
                on: flow.on && !flow.retired,
                version: flow.version,
                plan,
                text: flow.text.into(),
                origin: flow.origin,
                updated_at: flow.updated_at,
            };
            flows.insert(flow.id.clone(), Arc::new(flow));
        }
        journal.hints.set_listened(listened(flows.values()));
        let mut known = self.write();
        known.flows = flows;
        known.generation = Some(generation);
        Ok(())
    }
}

/// The names of events that start some workflow that is on.
fn listened<'a>(flows: impl Iterator<Item = &'a Arc<Flow>>) -> BTreeSet<String> {
    let plans = flows.filter(|flow| flow.on).filter_map(|flow| flow.plan.as_ref());
    let triggers = plans.flat_map(|plan| &plan.triggers);
    triggers.filter_map(|trigger| listens_to(&trigger.source, &trigger.with)).map(ToOwned::to_owned).collect()
}
