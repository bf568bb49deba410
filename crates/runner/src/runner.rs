//! The loop of a node: take over accepted runs, claim free ones, pass signals on, say that it is alive.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use cauce_engine::State;
use cauce_journal::Error;
use cauce_journal::runs::{Candidate, OpenRun, Progress, Signal, Then};
use cauce_model::{HoldReason, RunError, RunRecord, RunStatus, SessionId, StepError, StepPath};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::drive::Drive;
use crate::live::Live;
use crate::node::{Node, Parts};
use crate::plans::PlanError;

/// How many free runs are claimed in one commit.
const MOST_CLAIMED: u32 = 256;
/// How often a node looks for runs that it owns and does not hold.
const LOST_AND_FOUND: u32 = 5;
/// The shortest wait between two looks for due runs.
const BREATH: Duration = Duration::from_millis(5);

/// A running node. Dropping it stops nothing; call [`Runner::stop`].
#[derive(Clone)]
pub struct Runner {
    node: Arc<Node>,
}

impl Runner {
    /// Starts a node's loops under a session that is open.
    #[must_use]
    pub fn start(parts: Parts, session: SessionId) -> Self {
        let node = Arc::new(Node::new(parts, session));
        let runner = Self { node: Arc::clone(&node) };
        let mut accepted = node.parts.journal.hints.handed_over();
        let taker = runner.clone();
        node.tasks.spawn(async move {
            loop {
                tokio::select! {
                    Some(run) = accepted.recv() => taker.take_over(run),
                    () = taker.node.stopping.cancelled() => return,
                    else => return,
                }
            }
        });
        node.tasks.spawn(runner.clone().look());
        node.tasks.spawn(runner.clone().beat());
        runner
    }

    /// Resolves when this session was declared dead: everything in hand is dropped.
    pub async fn fenced(&self) {
        self.node.fenced.cancelled().await;
    }

    /// Whether the node is at work: neither stopping nor fenced.
    #[must_use]
    pub fn is_working(&self) -> bool {
        !self.node.stopping.is_cancelled() && !self.node.fenced.is_cancelled()
    }

    /// How many runs are in memory.
    #[must_use]
    pub fn runs_in_memory(&self) -> usize {
        self.node.count()
    }

    /// Rings when the node should stop: nothing new starts, effects under way end, every run is given back.
    pub async fn stop(&self) {
        self.node.stopping.cancel();
        self.node.due.notify_waiters();
        self.node.tasks.close();
        self.node.tasks.wait().await;
        if let Err(error) = self.node.parts.journal.runs.release(self.node.session).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "runs could not be given back; recovery will find them"
            );
        }
    }

    /// A token that is cancelled when the node stops.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.node.stopping.clone()
    }

    async fn look(self) {
        let setting = self.node.parts.setting.clone();
        let mut round = 0_u32;
        while self.is_working() {
            let found = self.claim_free().await;
            if round.is_multiple_of(LOST_AND_FOUND) {
                self.claim_own().await;
            }
            self.pass_signals().await;
            round = round.wrapping_add(1);
            if found == usize::try_from(MOST_CLAIMED).unwrap_or(usize::MAX) {
                continue;
            }
            let span = self.until_due().await.min(setting.look_every).max(BREATH);
            tokio::select! {
                () = self.node.parts.pause.pause(span) => {}
                () = self.node.stopping.cancelled() => {}
                () = self.node.fenced.cancelled() => {}
                () = self.node.due.notified() => self.node.parts.pause.pause(BREATH).await,
            }
        }
    }

    async fn until_due(&self) -> Duration {
        let now = self.node.parts.clock.now();
        match self.node.parts.journal.runs.next_due().await {
            Ok(Some(due)) => due.since(now),
            Ok(None) | Err(_) => Duration::MAX,
        }
    }

    fn room(&self) -> u32 {
        let room = self.node.parts.setting.most_runs.saturating_sub(self.node.count());
        u32::try_from(room).unwrap_or(u32::MAX).min(MOST_CLAIMED)
    }

    /// Claims runs that nobody owns and that are due. Returns how many were found.
    async fn claim_free(&self) -> usize {
        let (journal, now) = (&self.node.parts.journal, self.node.parts.clock.now());
        let room = self.room();
        if room == 0 {
            return 0;
        }
        match journal.runs.candidates(now, room).await {
            Ok(candidates) => {
                self.claim(&candidates).await;
                candidates.len()
            }
            Err(error) => {
                self.note(&error, "free runs could not be read");
                0
            }
        }
    }

    /// Claims again what this session owns and does not hold: an acceptance whose hand-over was lost.
    async fn claim_own(&self) {
        match self.node.parts.journal.runs.owned(self.node.session).await {
            Ok(mut owned) => {
                owned.retain(|candidate| !self.node.is_live(candidate.run));
                owned.truncate(usize::try_from(self.room()).unwrap_or(usize::MAX));
                self.claim_back(&owned).await;
            }
            Err(error) => self.note(&error, "own runs could not be read"),
        }
    }

    /// Takes the places of these runs in memory first, so that no hand-over gets in between and drives a revision that
    /// this claim makes stale.
    async fn claim_back(&self, owned: &[Candidate]) {
        let hand_overs = &self.node.hand_overs;
        let mut places = HashMap::new();
        for run in owned.iter().map(|candidate| candidate.run) {
            hand_overs.overtake(run);
            match self.node.enter(run) {
                Some(bell) => _ = places.insert(run, bell),
                None => _ = hand_overs.comes(run),
            }
        }
        let wanted: Vec<Candidate> =
            owned.iter().filter(|candidate| places.contains_key(&candidate.run)).copied().collect();
        if wanted.is_empty() {
            return;
        }
        match self.node.parts.journal.runs.claim(self.node.session, &wanted).await {
            Ok(runs) => {
                for run in runs {
                    if let Some(bell) = places.remove(&run.start.id) {
                        self.drive(run, bell);
                    }
                }
                // The rest went on since it was read, so its hand-over has come.
                places.keys().for_each(|run| _ = hand_overs.comes(*run));
            }
            Err(error) => self.note(&error, "own runs could not be claimed"),
        }
        places.into_keys().for_each(|run| self.node.leave(run));
    }

    async fn claim(&self, candidates: &[Candidate]) {
        if candidates.is_empty() {
            return;
        }
        match self.node.parts.journal.runs.claim(self.node.session, candidates).await {
            Ok(runs) => runs.into_iter().for_each(|run| _ = self.take(run)),
            Err(error) => self.note(&error, "free runs could not be claimed"),
        }
    }

    async fn pass_signals(&self) {
        match self.node.parts.journal.runs.signalled(self.node.session).await {
            Ok(runs) => runs.into_iter().for_each(|run| self.node.ring(run)),
            Err(error) => self.note(&error, "signals could not be read"),
        }
    }

    fn note(&self, error: &Error, what: &'static str) {
        if matches!(error, Error::Fenced) {
            self.node.fenced.cancel();
        }
        tracing::warn!(error = error as &dyn std::error::Error, "{what}");
    }

    /// Drives a run that was just accepted.
    fn take_over(&self, run: OpenRun) {
        let (hand_overs, id) = (&self.node.hand_overs, run.start.id);
        if hand_overs.comes(id) && !self.take(run) {
            hand_overs.refuse(id);
        }
    }

    /// Drives a run that this session owns. One that is in memory already, or for which there is no room (`false`), is
    /// left: the next look finds it.
    fn take(&self, run: OpenRun) -> bool {
        if self.node.count() >= self.node.parts.setting.most_runs || !self.is_working() {
            return false;
        }
        if let Some(bell) = self.node.enter(run.start.id) {
            self.drive(run, bell);
        }
        true
    }

    /// Drives a run whose place in memory is taken.
    fn drive(&self, run: OpenRun, bell: Arc<Notify>) {
        let node = Arc::clone(&self.node);
        let id = run.start.id;
        self.node.tasks.spawn(async move {
            match recover(&node, &run).await {
                Ok(live) => Drive::new(node, live, bell).run().await,
                Err(obstacle) => {
                    let aside = match obstacle {
                        Obstacle::Broken(error) => set_aside(&node, &run, error).await,
                        Obstacle::Journal(error) => Err(error),
                    };
                    if let Err(error) = aside {
                        tracing::warn!(run.id = %id, error = &error as &dyn std::error::Error, "a run could not be loaded; trying again");
                    }
                    node.leave(id);
                }
            }
        });
    }

    async fn beat(self) {
        while self.is_working() {
            if let Err(error) = self.node.parts.journal.sessions.beat(self.node.session).await {
                self.note(&error, "the heartbeat could not be written");
            }
            tokio::select! {
                () = self.node.parts.pause.pause(self.node.parts.setting.beat_every) => {}
                () = self.node.stopping.cancelled() => {}
                () = self.node.fenced.cancelled() => {}
            }
        }
    }
}

/// Why a run cannot be driven now.
enum Obstacle {
    /// The journal cannot be read: it passes, and the next look finds the run again.
    Journal(Error),
    /// Its version is gone or does not compile here.
    Broken(StepError),
}

/// Brings a run back to where it was.
async fn recover(node: &Arc<Node>, run: &OpenRun) -> Result<Live, Obstacle> {
    let broken = |code: &str, message: String| {
        Obstacle::Broken(StepError { code: code.to_owned(), message, hint: None, status: None })
    };
    let plan = match node.parts.plans.get(&run.start.workflow, run.start.version).await {
        Ok(plan) => plan,
        Err(PlanError::Journal(error)) => return Err(Obstacle::Journal(error)),
        Err(error) => return Err(broken("R007", error.to_string())),
    };
    let start = Arc::new(run.start.clone());
    let state = State::recover(start, &run.entries).map_err(|error| broken("R008", error.to_string()))?;
    Ok(Live::new(node.session, plan, run, state))
}

/// Holds a run that cannot be driven here, or ends it when somebody asked for that.
async fn set_aside(node: &Node, run: &OpenRun, error: StepError) -> Result<(), Error> {
    tracing::error!(run.id = %run.start.id, message = %error.message, "a run is held: it cannot be driven");
    let journal = &node.parts.journal;
    let signals = journal.runs.inbox(run.start.id, run.inbox_read).await?;
    let cancelled = signals.iter().any(|sent| matches!(sent.signal, Signal::Cancel { .. }));
    let error = RunError { error, step: StepPath::run() };
    let mut brief = run.brief.clone();
    brief.status = if cancelled { RunStatus::Cancelled } else { RunStatus::Held };
    brief.hold_reason = (!cancelled).then_some(HoldReason::Asked);
    brief.error = Some(error.clone());
    let then = if cancelled {
        Then::Finish(Box::new(RunRecord {
            start: run.start.clone(),
            status: RunStatus::Cancelled,
            hold_reason: None,
            reason: None,
            error: Some(error),
            outputs: None,
            finished_at: Some(node.parts.clock.now()),
            steps: Vec::new(),
        }))
    } else {
        Then::Park { wake_at: None }
    };
    let inbox_read = signals.last().map_or(run.inbox_read, |sent| sent.number);
    let (session, id, rev) = (node.session, run.start.id, run.rev);
    let progress = Progress { session, run: id, rev, entries: Vec::new(), brief, inbox_read, then };
    journal.runs.progress(progress).await.map(drop)
}
