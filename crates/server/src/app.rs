//! What every request can reach.

use std::ops::Deref;
use std::sync::Arc;

use cauce_action::{Registry, VerifySetting};
use cauce_journal::Journal;
use cauce_model::{Clock, Ids, SessionId};
use cauce_runner::{Pause, Plans, Variables};
use cauce_trigger::Sources;
use cauce_verify::Resolve;
use tokio_util::sync::CancellationToken;

use crate::access::SignInGuard;
use crate::flows::Flows;

/// What every request can reach. Cheap to clone: each request does, several times.
#[derive(Clone)]
pub struct App(Arc<AppParts>);

impl App {
    /// Of these parts.
    #[must_use]
    pub fn new(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}

/// What the server is made of.
pub struct AppParts {
    /// Durable truth.
    pub journal: Journal,
    /// The session behind whose fence events are accepted.
    pub session: SessionId,
    /// Compiled versions.
    pub plans: Plans,
    /// Workflows as triggers see them.
    pub flows: Flows,
    /// The kinds of trigger there are.
    pub sources: Arc<Sources>,
    /// The actions there are.
    pub actions: Arc<Registry>,
    /// Workspace variables.
    pub variables: Variables,
    /// DNS for mail domains.
    pub dns: Arc<dyn Resolve>,
    /// What the address verifier is told.
    pub verify: Arc<VerifySetting>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// How to wait.
    pub pause: Arc<dyn Pause>,
    /// Who tried to sign in too often.
    pub sign_ins: SignInGuard,
    /// What operators set.
    pub setting: Arc<Setting>,
    /// Cancelled when the process is about to end: streams close, nothing new is taken in.
    pub stopping: CancellationToken,
}

/// What operators set.
#[derive(Clone, Debug)]
pub struct Setting {
    /// How people reach this server, such as `http://127.0.0.1:8710`.
    pub address: String,
    /// The largest body, in bytes.
    pub max_body: usize,
    /// The largest file that is taken, in bytes.
    pub max_file: u64,
    /// How many days runs that are over are kept; 0: for ever.
    pub keep_days: u32,
    /// Whether accepted runs belong to this node at once.
    pub works: bool,
    /// The demo's pages, when it runs.
    pub demo: Option<DemoPages>,
}

/// The demo's pages.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct DemoPages {
    /// The shop.
    pub shop: String,
    /// The CRM.
    pub crm: String,
    /// The mailbox.
    pub mailbox: String,
}

/// Everything that people and other programs can use in a flow, as one catalog.
pub struct Components {
    /// The actions.
    pub actions: Arc<Registry>,
    /// The triggers.
    pub sources: Arc<Sources>,
}

impl cauce_model::Catalog for Components {
    fn action(&self, name: &str) -> Option<&cauce_model::ActionSpec> {
        self.actions.get(name).map(|action| action.spec())
    }

    fn source(&self, name: &str) -> Option<&cauce_model::SourceSpec> {
        self.sources.get(name).map(|source| source.spec())
    }

    fn action_names(&self) -> Vec<&str> {
        self.actions.specs().map(|spec| spec.name.as_str()).collect()
    }

    fn source_names(&self) -> Vec<&str> {
        self.sources.names().collect()
    }
}
