//! The loop of a node: take over accepted runs, claim free ones, pass signals on, say that it is alive.

use std::sync::Arc;
use std::time::Duration;

use cauce_journal::Error;
use cauce_journal::runs::{Candidate, OpenRun};
use cauce_model::SessionId;
use tokio_util::sync::CancellationToken;

use crate::load;
use crate::node::{Node, Parts};

/// How many free runs are claimed in one commit.
const MOST_CLAIMED: u32 = 256;
/// How many are claimed although there is no room.
const FEWEST_CLAIMED: usize = 16;
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
        let seats = Arc::downgrade(&node);
        node.parts.journal.hints.set_room(Arc::new(move |workflow: &str| {
            seats.upgrade().is_some_and(|node| node.seats.has_room(workflow))
        }));
        let taker = runner.clone();
        node.tasks.spawn(async move {
            loop {
                // In order, here and below: the end first, so that nothing starves it, and what is ready is taken in the
                // same order each time.
                tokio::select! {
                    biased;
                    () = taker.node.stopping.cancelled() => return,
                    Some(run) = accepted.recv() => taker.take_over(run),
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
        self.node.seats.count()
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
        let (mut round, mut looked) = (0_u32, None);
        while self.is_working() {
            let found = self.claim_free().await;
            // What is due may call for looks in quick succession; these two are for once in a while.
            let now = self.node.parts.clock.now();
            let again = |at| now < at || now.since(at) >= setting.look_every / 2;
            if looked.is_none_or(again) {
                looked = Some(now);
                if round.is_multiple_of(LOST_AND_FOUND) {
                    self.claim_own().await;
                }
                self.pass_signals().await;
                round = round.wrapping_add(1);
            }
            self.node.show_figures();
            if found == usize::try_from(MOST_CLAIMED).unwrap_or(usize::MAX) {
                continue;
            }
            let span = self.until_due().await.min(setting.look_every).max(BREATH);
            tokio::select! {
                biased;
                () = self.node.stopping.cancelled() => {}
                () = self.node.fenced.cancelled() => {}
                () = self.node.due.notified() => self.node.parts.pause.pause(BREATH).await,
                () = self.node.parts.pause.pause(span) => {}
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
        // However full it is, a few come in each time: candidates take turns by workflow, so a quiet one is among them.
        let room = self.node.seats.free().max(FEWEST_CLAIMED);
        u32::try_from(room).unwrap_or(u32::MAX).min(MOST_CLAIMED)
    }

    /// Whether so many runs are in memory that not even a few more are claimed.
    fn is_overfull(&self) -> bool {
        self.node.seats.count() >= self.node.parts.setting.most_runs.saturating_mul(2)
    }

    /// Claims runs that nobody owns and that are due. Returns how many were found.
    async fn claim_free(&self) -> usize {
        let (journal, now) = (&self.node.parts.journal, self.node.parts.clock.now());
        if self.is_overfull() {
            return 0;
        }
        let room = self.room();
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
                owned.retain(|candidate| !self.node.seats.has(candidate.run));
                owned.truncate(usize::try_from(self.room()).unwrap_or(usize::MAX));
                // Before the claim: its answer may come later than the hand-over.
                owned.iter().for_each(|candidate| self.node.find(candidate.run));
                self.claim(&owned).await;
            }
            Err(error) => self.note(&error, "own runs could not be read"),
        }
    }

    async fn claim(&self, candidates: &[Candidate]) {
        if candidates.is_empty() {
            return;
        }
        match self.node.parts.journal.runs.claim(self.node.session, candidates).await {
            Ok(runs) => runs.into_iter().for_each(|run| self.take(run)),
            Err(error) => self.note(&error, "free runs could not be claimed"),
        }
    }

    async fn pass_signals(&self) {
        match self.node.parts.journal.runs.signalled(self.node.session).await {
            Ok(runs) => runs.into_iter().for_each(|run| self.node.seats.ring(run)),
            Err(error) => self.note(&error, "signals could not be read"),
        }
    }

    fn note(&self, error: &Error, what: &'static str) {
        if matches!(error, Error::Fenced) {
            self.node.fenced.cancel();
        }
        tracing::warn!(error = error as &dyn std::error::Error, "{what}");
    }

    /// Drives a run that was handed over, where there is room; else the next look finds it.
    fn take_over(&self, run: OpenRun) {
        if !self.node.has_found(run.start.id) && self.node.seats.has_room(&run.start.workflow) {
            self.take(run);
        }
    }

    /// Drives a run that this session owns; one that is in memory already is left.
    fn take(&self, run: OpenRun) {
        if !self.is_working() {
            return;
        }
        let Some(bell) = self.node.seats.enter(run.start.id, &run.start.workflow) else { return };
        let node = Arc::clone(&self.node);
        self.node.tasks.spawn(async move { load::drive(node, run, bell).await });
    }

    async fn beat(self) {
        while self.is_working() {
            if let Err(error) = self.node.parts.journal.sessions.beat(self.node.session).await {
                self.note(&error, "the heartbeat could not be written");
            }
            tokio::select! {
                biased;
                () = self.node.stopping.cancelled() => {}
                () = self.node.fenced.cancelled() => {}
                () = self.node.parts.pause.pause(self.node.parts.setting.beat_every) => {}
            }
        }
    }
}
