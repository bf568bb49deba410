//! The port: what an action is, what it is called with, and the one door to the world that it gets.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cauce_model::{ActionSpec, Clock, Failure, NamedEvent, RunId, StepPath, Time};
use cauce_net::Http;
use cauce_verify::Resolve;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::blobs::Blobs;
use crate::mail::Mail;

/// Something a step can do. Implement it, describe it, add it to a [`crate::Registry`].
#[async_trait]
pub trait Action: Send + Sync {
    /// What it says of itself. Always the same.
    fn spec(&self) -> &ActionSpec;

    /// Does it. The output must satisfy `spec().output`.
    ///
    /// # Errors
    /// A [`Failure`] says what went wrong, whether to try again, and whether it may have happened.
    async fn run(&self, call: Call, cx: &Cx) -> Result<Value, Failure>;

    /// Where a call with this input goes, such as `api.example.com`: calls to one destination share a limit, a rate and a
    /// circuit breaker. `None`: nowhere outside.
    fn destination(&self, _input: &Value) -> Option<String> {
        None
    }

    /// The named events that a result stands for, kept in the same commit.
    fn events(&self, _told: &Told<'_>, _output: &Value) -> Vec<NamedEvent> {
        Vec::new()
    }
}

/// What an action is told when its result is kept.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The run it belongs to.
    pub run: RunId,
    /// The step it belongs to.
    pub step: &'a StepPath,
    /// When the run was accepted.
    pub accepted_at: Time,
    /// The input as people may see it: environment values by name.
    pub shown: &'a Value,
    /// The present.
    pub now: Time,
}

/// What an action is called with.
#[derive(Clone, Debug)]
pub struct Call {
    /// The run it belongs to.
    pub run: RunId,
    /// The step it belongs to.
    pub step: StepPath,
    /// The rendered input, environment values filled in. Never log it.
    pub input: Value,
    /// The same input as people may see it: environment values by name. What goes into a log comes from here.
    pub shown: Arc<Value>,
    /// The same on each attempt: send it wherever the other side can use it.
    pub idempotency_key: String,
    /// Counts from 1.
    pub attempt: u32,
    /// When the run was accepted. The same on each attempt, so it may go into what is sent.
    pub accepted_at: Time,
    /// How long this attempt may take.
    pub timeout: Duration,
}

impl Call {
    /// How long an action should let others take: a little less than [`Call::timeout`], so that it can still say itself
    /// how far it came, and whether anything was sent.
    #[must_use]
    pub fn within(&self) -> Duration {
        self.timeout.saturating_sub((self.timeout / 10).min(Duration::from_secs(1)))
    }
}

/// The one door out. What an action needs from the world it asks of this.
#[derive(Clone)]
pub struct Cx {
    /// HTTP through the address guard.
    pub http: Http,
    /// Mail through the relay.
    pub mail: Arc<dyn Mail>,
    /// DNS for mail domains.
    pub dns: Arc<dyn Resolve>,
    /// Files.
    pub blobs: Arc<dyn Blobs>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// What the address verifier is told.
    pub verify: Arc<VerifySetting>,
    /// Cancelled when the run is: stop soon.
    pub cancelled: CancellationToken,
}

/// How this installation verifies addresses.
#[derive(Clone, Debug, Default)]
pub struct VerifySetting {
    /// Domains that count as disposable besides the list.
    pub extra_disposable: Vec<String>,
}
