//! Notices: owners are told of what failed and what is held, people are asked what `approve` asks.
//!
//! - [`Teller`]: who is told, when, and what becomes of a letter.
//! - [`compose`]: what a letter says: data in, text and HTML out. [`page`]: how both are written.
//! - [`words`]: in which words, English and Spanish. [`hook`]: the same for programs.
//!
//! The journal says what is to be told ([`cauce_journal::notices`]); nothing here is remembered but there.

mod compose;
mod hook;
mod page;
mod teller;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cauce_engine::state::Detail;
use cauce_journal::runs::Found;
use cauce_model::{RunId, StepPath, StepStatus};
use tokio_util::sync::CancellationToken;

use crate::api::runs;
use crate::app::App;
use crate::flows::Flows;

pub use hook::{Hook, Unheard};
pub use teller::{Teller, Telling};
pub use words::Language;

/// How often to look for what nobody told of.
const EVERY: Duration = Duration::from_secs(10);
/// The shortest time between two looks: what comes together is looked at together.
const BREATH: Duration = Duration::from_millis(300);

/// What the letters need to know of workflows and runs.
#[async_trait]
pub trait Known: Send + Sync {
    /// A workflow's name for people and its owner, as its newest version has them.
    fn flow(&self, workflow: &str) -> Option<(String, Option<String>)>;
    /// Whether this step of a run still waits for an answer. Where that cannot be found out, it does.
    async fn is_asked(&self, run: RunId, path: &StepPath) -> bool;
}

fn named(flows: &Flows, workflow: &str) -> Option<(String, Option<String>)> {
    let flow = flows.get(workflow)?;
    let plan = flow.plan.as_ref()?;
    Some((plan.name.clone(), plan.owner.clone()))
}

#[async_trait]
impl Known for App {
    fn flow(&self, workflow: &str) -> Option<(String, Option<String>)> {
        named(&self.flows, workflow)
    }

    async fn is_asked(&self, run: RunId, path: &StepPath) -> bool {
        let run = match self.journal.runs.get(run).await {
            Ok(Some(Found::Open(run))) => run,
            Ok(Some(Found::Over(_)) | None) => return false,
            Err(_) => return true,
        };
        let Ok((_, state)) = runs::fold(self, &run).await else { return true };
        state.step(path).is_some_and(|step| {
            step.status == StepStatus::Waiting && matches!(step.detail, Detail::Asking(_))
        })
    }
}

/// Tells people until the process ends.
pub async fn watch(teller: Teller, pause: Arc<dyn cauce_runner::Pause>, stopping: CancellationToken) {
    loop {
        let next = match teller.round().await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "notices could not be looked through; trying again"
                );
                None
            }
        };
        let span = next.map_or(EVERY, |next| next.since(teller.now())).clamp(BREATH, EVERY);
        tokio::select! {
            () = stopping.cancelled() => return,
            () = teller.rung() => tokio::select! {
                () = stopping.cancelled() => return,
                () = pause.pause(BREATH) => {}
            },
            () = pause.pause(span) => {}
        }
    }
}
