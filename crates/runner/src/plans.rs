//! Compiled workflow versions: read from the journal once, kept while they are used.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cauce_engine::{Plan, compile};
use cauce_journal::Journal;
use cauce_model::Catalog;

/// How many versions are kept compiled.
const MOST_KEPT: usize = 256;

/// Why a version cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] cauce_journal::Error),
    /// The journal holds no such version.
    #[error("the workflow `{workflow}` has no version {version}")]
    Missing {
        /// The workflow.
        workflow: String,
        /// Its version.
        version: u32,
    },
    /// The version was published by a binary that knew more, or with actions that are gone.
    #[error("version {version} of `{workflow}` does not compile here: {problem}")]
    Broken {
        /// The workflow.
        workflow: String,
        /// Its version.
        version: u32,
        /// The first problem.
        problem: String,
    },
}

/// By workflow and version.
type Kept = HashMap<(String, u32), Arc<Plan>>;

/// Compiled versions.
#[derive(Clone)]
pub struct Plans {
    journal: Journal,
    catalog: Arc<dyn Catalog>,
    kept: Arc<Mutex<Kept>>,
}

impl Plans {
    /// None compiled yet.
    #[must_use]
    pub fn new(journal: Journal, catalog: Arc<dyn Catalog>) -> Self {
        Self { journal, catalog, kept: Arc::default() }
    }

    /// The components there are.
    #[must_use]
    pub fn catalog(&self) -> &Arc<dyn Catalog> {
        &self.catalog
    }

    /// A version, compiled.
    ///
    /// # Errors
    /// When the version cannot be read or does not compile.
    pub async fn get(&self, workflow: &str, version: u32) -> Result<Arc<Plan>, PlanError> {
        let key = (workflow.to_owned(), version);
        if let Some(plan) = self.kept().get(&key) {
            return Ok(Arc::clone(plan));
        }
        let text = self.journal.flows.text(workflow, version).await?;
        let text = text.ok_or_else(|| PlanError::Missing { workflow: workflow.to_owned(), version })?;
        let plan = Arc::new(self.compile(workflow, version, &text)?);
        let mut kept = self.kept();
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, plan| Arc::strong_count(plan) > 1);
        }
        kept.insert(key, Arc::clone(&plan));
        Ok(plan)
    }

    fn compile(&self, workflow: &str, version: u32, text: &[u8]) -> Result<Plan, PlanError> {
        let broken = |problem: String| PlanError::Broken { workflow: workflow.to_owned(), version, problem };
        let loaded = cauce_model::load(&format!("{workflow}.yaml"), text);
        let first = |problems: &[cauce_model::Problem]| {
            problems
                .iter()
                .find(|problem| problem.is_error())
                .map_or_else(String::new, |problem| problem.message.clone())
        };
        let Some(parsed) = loaded.workflow else { return Err(broken(first(&loaded.problems))) };
        let compiled = compile(&parsed, self.catalog.as_ref());
        compiled.plan.ok_or_else(|| broken(first(&compiled.problems)))
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
