//! The workflows that are simulated: one text a file, so that a new verb needs a new text and a line in the list.

use std::sync::{Arc, LazyLock};

use cauce_engine::{Plan, compile};
use cauce_journal::Journal;
use cauce_journal::flows::{Origin, Publish};
use cauce_model::{ActionSpec, Catalog, SourceKind, SourceSpec, SystemClock, Time};
use cauce_runner::Plans;
use futures_util::FutureExt;
use serde_json::json;

use super::network::specs;

/// The trigger of every flow.
const HOOK: &str = "hook@1";

/// A workflow with its plan.
pub(crate) struct Flow {
    pub(crate) id: &'static str,
    pub(crate) text: &'static str,
    /// How often it is chosen.
    pub(crate) weight: u64,
    pub(crate) plan: Arc<Plan>,
}

impl Flow {
    /// Whether its runs start when a gate fires.
    pub(crate) fn keeps_events(&self) -> bool {
        self.plan.triggers.iter().any(|trigger| trigger.batch.is_some() || trigger.debounce.is_some())
    }
}

/// Name, how often it is chosen, and text.
macro_rules! texts {
    ($($id:literal $weight:literal),+ $(,)?) => {
        [$(($id, $weight, include_str!(concat!("flows/", $id, ".yaml")))),+]
    };
}

/// Every flow, compiled once for all simulations.
pub(crate) static FLOWS: LazyLock<Vec<Flow>> = LazyLock::new(|| {
    let texts = texts![
        "ask" 2,
        "await" 4,
        "child" 0,
        "closing" 3,
        "each" 3,
        "fallback" 3,
        "fast" 2,
        "fork" 3,
        "gate" 3,
        "hold" 2,
        "letters" 4,
        "line" 5,
        "naps" 3,
        "newest" 1,
        "parent" 3,
        "patient" 1,
        "places" 1,
        "poll" 2,
        "pure" 1,
        "race" 2,
        "secret" 1,
        "shrug" 2,
        "sort" 3,
        "stopped" 2,
        "tick" 0,
        "told" 2,
        "turns" 1,
        // Chosen by `Setup::gated` and `Setup::any`; a weight here would change what every other seed does.
        "again" 0,
        "calm" 0,
        "few" 0,
        "later" 0,
        "sheaf" 0,
        "until" 0,
    ];
    texts.into_iter().map(|(id, weight, text)| Flow { id, text, weight, plan: plan(id, text) }).collect()
});

fn plan(id: &str, text: &str) -> Arc<Plan> {
    let loaded = cauce_model::load(&format!("{id}.yaml"), text.as_bytes());
    let workflow = loaded.workflow.unwrap_or_else(|| panic!("{id}: {:#?}", loaded.problems));
    let compiled = compile(&workflow, &Parts::default());
    Arc::new(compiled.plan.unwrap_or_else(|| panic!("{id}: {:#?}", compiled.problems)))
}

/// The flow of that name.
pub(crate) fn flow(id: &str) -> &'static Flow {
    FLOWS.iter().find(|flow| flow.id == id).unwrap_or_else(|| panic!("there is no flow `{id}`"))
}

/// What flows are made of.
pub(crate) struct Parts {
    actions: Vec<ActionSpec>,
    source: SourceSpec,
}

impl Default for Parts {
    fn default() -> Self {
        let source = SourceSpec {
            name: HOOK.to_owned(),
            summary: String::new(),
            kind: SourceKind::Webhook,
            input: json!({}),
            output: json!({}),
            example: json!({}),
        };
        Self { actions: specs(), source }
    }
}

impl Catalog for Parts {
    fn action(&self, name: &str) -> Option<&ActionSpec> {
        self.actions.iter().find(|action| action.name == name)
    }

    fn source(&self, name: &str) -> Option<&SourceSpec> {
        (name == HOOK).then_some(&self.source)
    }

    fn action_names(&self) -> Vec<&str> {
        self.actions.iter().map(|action| action.name.as_str()).collect()
    }

    fn source_names(&self) -> Vec<&str> {
        vec![HOOK]
    }
}

/// Plans for all nodes of all simulations. Some nodes read their own through the store instead.
pub(crate) static PLANS: LazyLock<Plans> = LazyLock::new(|| {
    let journal = Journal::memory(Arc::new(SystemClock));
    publish(&journal);
    Plans::new(journal, Arc::new(Parts::default()))
});

/// Publishes every flow as version 1.
pub(crate) fn publish(journal: &Journal) {
    for flow in FLOWS.iter() {
        let publish = Publish {
            id: flow.id.to_owned(),
            text: flow.text.as_bytes().to_vec(),
            origin: Origin::Server,
            author: "ana".to_owned(),
            at: Time::default(),
        };
        let version = journal.flows.publish(publish).now_or_never();
        assert!(matches!(version, Some(Ok(1))), "{version:?}");
    }
}
