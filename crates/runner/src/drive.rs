//! One run in memory: decide, write, act, and again.

use std::sync::Arc;
use std::time::Duration;

use cauce_engine::state::Detail;
use cauce_engine::{ChildCall, Decision, StepCall, decide, outcome};
use cauce_journal::Error;
use cauce_journal::runs::Signal;
use cauce_model::workflow::EffectMode;
use cauce_model::{Entry, Failure, StepPath, Time, What};
use tokio::sync::Notify;

use crate::children;
use crate::effect::{self, Landing, Owner};
use crate::flights::{Flights, Landed};
use crate::items;
use crate::live::{Live, Written};
use crate::node::Node;
use crate::results;

/// How long to wait before a write that could not be made is tried again.
const WRITE_AGAIN: Duration = Duration::from_millis(500);

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
    owner: Owner,
    bell: Arc<Notify>,
    flights: Flights,
    /// Whether a decision was made: signals of a recovered run may need the items that it takes up.
    decided: bool,
    /// It waits for a moment: the next due one may have moved.
    parked: bool,
}

impl Drive {
    pub(crate) fn new(node: Arc<Node>, live: Live, bell: Arc<Notify>) -> Self {
        let start = &live.state.start;
        let owner = Owner {
            run: live.id,
            workflow: Arc::from(start.workflow.as_str()),
            accepted_at: start.accepted_at,
        };
        Self { node, live, owner, bell, flights: Flights::default(), decided: false, parked: false }
    }

    /// Drives the run until it is over, parked or lost.
    pub(crate) async fn run(mut self) {
        while let Next::Again = self.round().await {}
        self.flights.drop_all();
        self.node.seats.leave(self.live.id);
        if self.parked {
            self.node.due.notify_one();
        }
    }

    fn now(&self) -> Time {
        self.node.now()
    }

    async fn round(&mut self) -> Next {
        if self.node.fenced.is_cancelled() {
            return Next::Leave;
        }
        if self.decided && self.live.has_signals() {
            // What was sent comes before what would be next: a cancelled run starts nothing, and neither does one that has
            // no place at its gate.
            if let Err(error) = self.read_signals().await {
                return if self.give_up(error).await { Next::Leave } else { Next::Again };
            }
        }
        let is_first = !self.decided;
        if is_first && self.live.has_unlooked() {
            // Each load looks again, before time ends a wait whose event is there.
            if let Next::Leave = self.look().await {
                return Next::Leave;
            }
            if self.live.has_unlooked() {
                return Next::Again;
            }
        }
        // Signals are read behind the first decision, which takes up what they may need. Time stands still until then.
        let now = if is_first && self.live.has_signals() { self.live.stood_at } else { self.now() };
        let decision = decide(&self.live.plan, &self.live.state, now);
        self.decided = true;
        self.cut(&decision.cancel).await;
        self.live.add_all(decision.record);
        if decision.finish {
            return self.end().await;
        }
        if is_first && self.live.has_signals() {
            return Next::Again;
        }
        self.go_on(Decision { record: Vec::new(), cancel: Vec::new(), ..decision }).await
    }

    /// What a decision asks for, one thing a round.
    async fn go_on(&mut self, decision: Decision) -> Next {
        let stopping = self.node.stopping.is_cancelled();
        if stopping && self.flights.is_empty() {
            return self.park(Some(self.now())).await;
        }
        if !stopping && !decision.fetch.is_empty() {
            return self.fetch(decision.fetch).await;
        }
        if !stopping && !decision.collect.is_empty() {
            return self.collect(decision.collect).await;
        }
        if !stopping && !decision.call.is_empty() {
            return self.call(decision.call).await;
        }
        if !stopping && !decision.start.is_empty() {
            return self.start(decision.start).await;
        }
        if self.live.has_unlooked() {
            return self.look().await;
        }
        if self.flights.is_empty() {
            return self.park(decision.wake_at).await;
        }
        self.wait(decision.wake_at).await
    }

    async fn read_signals(&mut self) -> Result<(), Error> {
        let now = self.now();
        self.live.read_signals(&self.node.parts.journal, now).await
    }

    /// Cuts off what the decision wants to end: attempts get some grace, called runs a signal.
    async fn cut(&mut self, paths: &[StepPath]) {
        for path in paths {
            let child = self.live.state.step(path).and_then(|step| match step.detail {
                Detail::Child { run, waits: true } => Some(run),
                _ => None,
            });
            let Some(child) = child else {
                self.flights.cut(path, self.now(), self.node.parts.setting.cancel_grace);
                continue;
            };
            let by = format!("run {}", self.live.id);
            if let Err(error) =
                self.node.parts.journal.runs.signal(child, Signal::Cancel { by }, self.now()).await
            {
                tracing::warn!(run.id = %child, %error, "a called run could not be cancelled");
            }
        }
    }

    /// Takes up the next items of files.
    async fn fetch(&mut self, fetches: Vec<cauce_engine::Fetch>) -> Next {
        for fetch in fetches {
            match items::fetch(&self.node.parts.journal, fetch, self.now()).await {
                Ok(entry) => self.live.add(entry),
                Err(error) => {
                    if self.give_up(error).await {
                        return Next::Leave;
                    }
                }
            }
        }
        Next::Again
    }

    /// Writes results of loops into blobs.
    async fn collect(&mut self, collects: Vec<cauce_engine::Collect>) -> Next {
        for collect in collects {
            match results::collect(&self.node.parts.journal, collect, self.now()).await {
                Ok(entry) => self.live.add(entry),
                Err(error) => {
                    if self.give_up(error).await {
                        return Next::Leave;
                    }
                }
            }
        }
        Next::Again
    }

    /// Begins runs of other workflows: they and the entries that tell of them are one commit.
    async fn call(&mut self, calls: Vec<ChildCall>) -> Next {
        for call in calls {
            let now = self.now();
            match children::ready(&self.node.parts.plans, self.live.id, call, now).await {
                Ok((entry, child)) => {
                    self.live.add(entry);
                    if let Some(child) = child {
                        self.live.add_child(child);
                    }
                }
                Err(error) => {
                    if self.give_up(error).await {
                        return Next::Leave;
                    }
                    return Next::Again;
                }
            }
        }
        match self.write().await {
            Written::Done | Written::Stays => Next::Again,
            Written::Lost => Next::Leave,
        }
    }

    /// Starts attempts: first everything they rest on is written, and for `effect: once` the intent.
    async fn start(&mut self, calls: Vec<StepCall>) -> Next {
        let now = self.now();
        let must_write = self.live.must_write_before(&calls);
        let mut intends = false;
        for call in &calls {
            let (attempt, input) = (call.attempt, call.request.value.clone());
            self.live.add(Entry { at: now, path: call.path.clone(), what: What::Started { attempt, input } });
            if call.effect == EffectMode::Once {
                intends = true;
                self.live.add(Entry { at: now, path: call.path.clone(), what: What::Intended { attempt } });
            }
        }
        if must_write || intends || self.live.has_much_pending() || self.is_watched() {
            match self.write().await {
                Written::Done | Written::Stays => {}
                Written::Lost => return Next::Leave,
            }
        }
        for call in calls {
            self.flights.start(&self.node, &self.owner, call);
        }
        Next::Again
    }

    fn is_watched(&self) -> bool {
        self.node.parts.journal.hints.is_watched(self.live.id)
    }

    /// The waiter's look for events that came before it: behind the write that opened the wait, and before it parks.
    async fn look(&mut self) -> Next {
        if self.live.has_pending() && self.write().await == Written::Lost {
            return Next::Leave;
        }
        match self.live.look(&self.node.parts.journal).await {
            Ok(()) => Next::Again,
            Err(error) => match self.give_up(error).await {
                true => Next::Leave,
                false => Next::Again,
            },
        }
    }

    /// Waits for an effect, a signal, a moment, or the time to write down what is not yet written.
    async fn wait(&mut self, wake_at: Option<Time>) -> Next {
        let now = self.now();
        let since = self.live.pending_since();
        let at_once = self.is_watched() || self.live.has_much_pending();
        let flush_after = if at_once { Duration::ZERO } else { self.node.parts.setting.flush_after };
        // From the oldest on: what lands meanwhile does not put it off.
        let flush = since.map(|since| since.after(flush_after).since(now));
        let pause = Arc::clone(&self.node.parts.pause);
        let grace = self.flights.next_grace().map(|until| until.since(now));
        let due = wake_at.map(|at| at.since(now));
        // The flush stands last, and cannot starve: what lands is written before the next attempt that rests on it.
        tokio::select! {
            biased;
            () = self.node.fenced.cancelled() => {}
            () = self.bell.notified() => self.live.knock(),
            landed = self.flights.land() => {
                if let Some(landed) = landed {
                    self.land(landed);
                }
            }
            () = pause.pause(grace.unwrap_or_default()), if grace.is_some() => self.give_up_flights(),
            // Something else of the run is due while an attempt is under way.
            () = pause.pause(due.unwrap_or_default()), if due.is_some() => {}
            () = pause.pause(flush.unwrap_or_default()), if flush.is_some() => {
                if self.write().await == Written::Lost {
                    return Next::Leave;
                }
            }
        }
        Next::Again
    }

    /// After their grace, attempts that were to come back are cut off; whether they happened is not known.
    fn give_up_flights(&mut self) {
        let now = self.now();
        for path in self.flights.give_up(now) {
            let attempt = self.live.state.step(&path).map_or(1, |step| step.attempts);
            let failure = Failure::permanent("R003", "it was cancelled while it was under way").in_doubt();
            self.live.add(Entry { at: now, path, what: What::Failed { attempt, error: failure.error } });
        }
    }

    fn land(&mut self, landed: Landed) {
        let now = self.now();
        let Landed { call, landing } = landed;
        let answer = match landing {
            Landing::Answered(answer) => answer,
            Landing::Postponed { until, why } => {
                metrics::counter!("cauce_attempts_postponed_total").increment(1);
                self.live.add(Entry { at: now, path: call.path, what: What::Postponed { until, why } });
                return;
            }
        };
        if answer.is_err() {
            metrics::counter!("cauce_attempts_failed_total", "action" => call.action.clone()).increment(1);
        }
        let variables = &self.node.parts.variables;
        let answer =
            answer.map(|value| variables.mask(value)).map_err(|failure| variables.mask_failure(failure));
        if let Ok(output) = &answer {
            self.live.tell(effect::told(&self.node, &self.owner, &call, output));
        }
        let entry = outcome(&self.live.plan, &self.live.state, &call, answer, now);
        self.live.add(entry);
    }

    /// Writes until it is written: what happened must not be forgotten because the disk is full for a while.
    async fn write(&mut self) -> Written {
        let fell = self.node.tell_of_hold(&mut self.live);
        loop {
            match self.live.write(&self.node.parts.journal, self.now()).await {
                Ok((written, children)) => {
                    for child in children {
                        self.node.parts.journal.hints.hand_over(child);
                    }
                    count_hold(fell && written != Written::Lost);
                    return written;
                }
                Err(error) => {
                    if self.give_up(error).await {
                        return Written::Lost;
                    }
                }
            }
        }
    }

    async fn park(&mut self, wake_at: Option<Time>) -> Next {
        let fell = self.node.tell_of_hold(&mut self.live);
        loop {
            match self.live.park(&self.node.parts.journal, wake_at, self.now()).await {
                Ok(Written::Stays) => {
                    count_hold(fell);
                    return Next::Again;
                }
                Ok(written @ (Written::Done | Written::Lost)) => {
                    count_hold(fell && written == Written::Done);
                    self.parked = wake_at.is_some();
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

    async fn end(&mut self) -> Next {
        self.node.tell_of_end(&mut self.live).await;
        loop {
            match self.live.finish(&self.node.parts.journal, self.now()).await {
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
                tracing::warn!(run.id = %self.live.id, error = &error as &dyn std::error::Error, "the journal could not be used; trying again");
                self.node.parts.pause.pause(WRITE_AGAIN).await;
                self.node.fenced.is_cancelled()
            }
        }
    }
}

fn count_hold(fell: bool) {
    if fell {
        metrics::counter!("cauce_runs_held_total").increment(1);
    }
}
