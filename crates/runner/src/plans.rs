//! Compiled workflow versions: read from the journal once, kept while they are used.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cauce_engine::{Plan, compile};
use cauce_journal::Journal;
use cauce_journal::flows::Flow;
use cauce_model::{Catalog, StepError};

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
    /// It is not to be run, for a reason that its caller shows.
    #[error("{}", .0.message)]
    Refused(StepError),
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

impl From<StepError> for PlanError {
    fn from(error: StepError) -> Self {
        Self::Refused(error)
    }
}

/// The newest version of a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    /// Its number.
    pub version: u32,
    /// Whether the workflow is on.
    pub on: bool,
}

/// The newest versions, as of a generation of the journal's workflows.
#[derive(Default)]
struct Newest {
    generation: Option<i64>,
    flows: HashMap<String, Current>,
}

/// By workflow and version.
type Kept = HashMap<(String, u32), Arc<Plan>>;

/// Compiled versions.
#[derive(Clone)]
pub struct Plans {
    journal: Journal,
    catalog: Arc<dyn Catalog>,
    kept: Arc<Mutex<Kept>>,
    newest: Arc<Mutex<Newest>>,
}

impl Plans {
    /// None compiled yet.
    #[must_use]
    pub fn new(journal: Journal, catalog: Arc<dyn Catalog>) -> Self {
        Self { journal, catalog, kept: Arc::default(), newest: Arc::default() }
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

    /// The newest version of a workflow; none where there is no such workflow.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn current(&self, workflow: &str) -> Result<Option<Current>, cauce_journal::Error> {
        let generation = self.journal.flows.generation().await?;
        if self.newest().generation != Some(generation) {
            let all = self.journal.flows.all().await?;
            let current = |flow: &Flow| Current { version: flow.version, on: flow.on && !flow.retired };
            let flows = all.iter().map(|flow| (flow.id.clone(), current(flow))).collect();
            *self.newest() = Newest { generation: Some(generation), flows };
        }
        Ok(self.newest().flows.get(workflow).copied())
    }

    fn newest(&self) -> std::sync::MutexGuard<'_, Newest> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
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
