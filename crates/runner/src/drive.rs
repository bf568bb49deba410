//! One run in memory: decide, write, act, and again.

use std::sync::Arc;

use cauce_engine::{StepCall, decide, outcome};
use cauce_journal::Error;
use cauce_model::workflow::EffectMode;
use cauce_model::{Entry, Failure, StepPath, Time, What};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::effect;
use crate::live::{Live, Written};
use crate::node::Node;

/// How long to wait before a write that could not be made is tried again.
const WRITE_AGAIN: std::time::Duration = std::time::Duration::from_millis(500);

/// What an effect brought back.
type Landed = (StepCall, Result<Value, Failure>);

/// What the next round of a run does.
enum Next {
    /// Decide again.
    Again,
    /// It is over, parked, or lost.
    Leave,
}

pub(crate) struct Drive {
    node: Arc<Node>,
    live: Live,
    bell: Arc<Notify>,
    flights: JoinSet<Landed>,
    cancelled: CancellationToken,
}

impl Drive {
    pub(crate) fn new(node: Arc<Node>, live: Live, bell: Arc<Notify>) -> Self {
        Self { node, live, bell, flights: JoinSet::new(), cancelled: CancellationToken::new() }
    }

    /// Drives the run until it is over, parked or lost.
    pub(crate) async fn run(mut self) {
        while let Next::Again = self.round().await {}
        self.flights.abort_all();
        self.node.leave(self.live.id);
        self.node.due.notify_one();
    }

    fn now(&self) -> Time {
        self.node.parts.clock.now()
    }

    async fn round(&mut self) -> Next {
        if self.node.fenced.is_cancelled() {
            return Next::Leave;
        }
        if self.live.has_signals() {
            self.read_signals().await;
        }
        let decision = decide(&self.live.plan, &self.live.state, self.now());
        self.live.add_all(decision.record);
        if decision.finish {
            return self.end().await;
        }
        if self.node.stopping.is_cancelled() && self.flights.is_empty() {
            return self.park(Some(self.now())).await;
        }
        if !decision.start.is_empty() && !self.node.stopping.is_cancelled() {
            return self.start(decision.start).await;
        }
        if self.flights.is_empty() {
            return self.park(decision.wake_at).await;
        }
        self.wait().await;
        Next::Again
    }

    async fn read_signals(&mut self) {
        let now = self.now();
        let read = self.live.read_signals(&self.node.parts.journal, now).await;
        if let Err(error) = read {
            tracing::warn!(run.id = %self.live.id, %error, "signals could not be read; trying again");
            self.node.parts.pause.pause(WRITE_AGAIN).await;
        }
        if self.live.state.cancel_asked.is_some() && !self.cancelled.is_cancelled() {
            self.cancelled.cancel();
        }
    }

    /// Starts attempts: first everything they rest on is written, and for `effect: once` the intent.
    async fn start(&mut self, calls: Vec<StepCall>) -> Next {
        let now = self.now();
        for call in &calls {
            let (attempt, input) = (call.attempt, call.request.value.clone());
            self.live.add(Entry { at: now, path: call.path.clone(), what: What::Started { attempt, input } });
            if call.effect == EffectMode::Once {
                self.live.add(Entry { at: now, path: call.path.clone(), what: What::Intended { attempt } });
            }
        }
        if self.live.must_write_first() || self.is_watched() {
            match self.write().await {
                Written::Done | Written::Stays => {}
                Written::Lost => return Next::Leave,
            }
        }
        for call in calls {
            let node = Arc::clone(&self.node);
            let (run, accepted_at) = (self.live.id, self.live.state.start.accepted_at);
            let cancelled = self.cancelled.clone();
            self.flights.spawn(async move {
                let answer = effect::attempt(&node, run, accepted_at, &call, cancelled).await;
                (call, answer)
            });
        }
        Next::Again
    }

    fn is_watched(&self) -> bool {
        self.node.parts.journal.hints.is_watched(self.live.id)
    }

    /// Waits for an effect, a signal, or the time to write down what is not yet written.
    async fn wait(&mut self) {
        let flush = self.live.has_pending();
        let span =
            if self.is_watched() { std::time::Duration::ZERO } else { self.node.parts.setting.flush_after };
        let pause = Arc::clone(&self.node.parts.pause);
        let asked_to_end = self.cancelled.is_cancelled();
        let grace = self.node.parts.setting.cancel_grace;
        // The flush stands last, and cannot starve: what lands is written before the next attempt that rests on it.
        tokio::select! {
            biased;
            () = self.node.fenced.cancelled() => {}
            () = self.bell.notified() => self.live.knock(),
            landed = self.flights.join_next() => self.land(landed),
            () = pause.pause(span), if flush => {
                if self.write().await == Written::Lost {
                    self.flights.abort_all();
                }
            }
            () = pause.pause(grace), if asked_to_end && !flush => self.give_up_flights(),
        }
    }

    /// After the grace of a cancelled run its effects are cut off; whether they happened is not known.
    fn give_up_flights(&mut self) {
        self.flights.abort_all();
        let now = self.now();
        let flying: Vec<StepPath> = self
            .live
            .state
            .steps
            .iter()
            .filter(|(_, step)| step.flying)
            .map(|(path, _)| path.clone())
            .collect();
        for path in flying {
            let attempt = self.live.state.step(&path).map_or(1, |step| step.attempts);
            let failure =
                Failure::permanent("R003", "the run was cancelled while this was under way").in_doubt();
            self.live.add(Entry { at: now, path, what: What::Failed { attempt, error: failure.error } });
        }
    }

    fn land(&mut self, landed: Option<Result<Landed, tokio::task::JoinError>>) {
        let now = self.now();
        match landed {
            Some(Ok((call, answer))) => {
                if answer.is_err() {
                    metrics::counter!("cauce_attempts_failed_total", "action" => call.action.clone())
                        .increment(1);
                }
                let variables = &self.node.parts.variables;
                let answer = answer
                    .map(|value| variables.mask(value))
                    .map_err(|failure| variables.mask_failure(failure));
                let entry = outcome(&self.live.plan, &self.live.state, &call, answer, now);
                self.live.add(entry);
            }
            // Attempts catch their own panics; only an abort comes here, and who aborted has seen to the rest.
            Some(Err(error)) => tracing::debug!(run.id = %self.live.id, %error, "an attempt was cut off"),
            None => {}
        }
    }

    /// Writes until it is written: what happened must not be forgotten because the disk is full for a while.
    async fn write(&mut self) -> Written {
        loop {
            match self.live.write(&self.node.parts.journal).await {
                Ok(written) => return written,
                Err(error) => {
                    if self.give_up(error).await {
                        return Written::Lost;
                    }
                }
            }
        }
    }

    async fn park(&mut self, wake_at: Option<Time>) -> Next {
        loop {
            match self.live.park(&self.node.parts.journal, wake_at).await {
                Ok(Written::Stays) => return Next::Again,
                Ok(Written::Done | Written::Lost) => return Next::Leave,
                Err(error) => {
                    if self.give_up(error).await {
                        return Next::Leave;
                    }
                }
            }
        }
    }

    async fn end(&mut self) -> Next {
        loop {
            match self.live.finish(&self.node.parts.journal).await {
                Ok(Written::Lost) => return Next::Leave,
                Ok(Written::Done | Written::Stays) => {
                    let status = self.live.state.run_status().word();
                    metrics::counter!("cauce_runs_finished_total", "status" => status).increment(1);
                    return Next::Leave;
                }
                Err(error) => {
                    if self.give_up(error).await {
                        return Next::Leave;
                    }
                }
            }
        }
    }

    /// Whether a write that failed is not to be tried again; waits a little where it is.
    async fn give_up(&self, error: Error) -> bool {
        match error {
            Error::Fenced => {
                self.node.fenced.cancel();
                true
            }
            Error::Closed => true,
            Error::Unavailable { .. }
            | Error::Full
            | Error::Corrupt { .. }
            | Error::Locked { .. }
            | Error::Newer { .. }
            | Error::Exists { .. } => {
                tracing::warn!(run.id = %self.live.id, error = &error as &dyn std::error::Error, "could not write; trying again");
                self.node.parts.pause.pause(WRITE_AGAIN).await;
                self.node.fenced.is_cancelled()
            }
        }
    }
}
