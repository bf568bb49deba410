//! From a run's row to a run in memory: its version, its state, and whether it can be driven at all.

use std::sync::Arc;

use cauce_engine::State;
use cauce_journal::Error;
use cauce_journal::notices::{Kind, Notice};
use cauce_journal::runs::{OpenRun, Progress, Progressed, Signal, Then};
use cauce_model::{Entry, HoldReason, RunError, RunRecord, RunStatus, StepError, StepPath, What};
use tokio::sync::{Notify, OwnedSemaphorePermit};

use crate::drive::Drive;
use crate::live::Live;
use crate::node::Node;
use crate::plans::PlanError;

/// A run whose owners died so often since it last got anywhere may be what kills them.
const SUSPECT: u32 = 2;

/// Drives a run that this session owns and that has its place in memory.
pub(crate) async fn drive(node: Arc<Node>, mut run: OpenRun, bell: Arc<Notify>) {
    let id = run.start.id;
    let watched = match watch_out(&node, &mut run).await {
        Ok(watched) => watched,
        Err(obstacle) => return leave(&node, &run, obstacle).await,
    };
    match recover(&node, &run).await {
        Ok(live) => Drive::new(Arc::clone(&node), live, bell).run().await,
        Err(obstacle) => leave(&node, &run, obstacle).await,
    }
    tracing::trace!(run.id = %id, alone = watched.is_some(), "a run left memory");
}

async fn leave(node: &Node, run: &OpenRun, obstacle: Obstacle) {
    let id = run.start.id;
    let aside = match obstacle {
        Obstacle::Broken { reason, error } => set_aside(node, run, reason, error).await,
        Obstacle::Journal(error) => Err(error),
        Obstacle::Lost => Ok(()),
    };
    if let Err(error) = aside {
        tracing::warn!(run.id = %id, error = &error as &dyn std::error::Error, "a run could not be loaded; trying again");
    }
    node.seats.leave(id);
}

/// A run that may be what kills processes waits until no other such run is driven, and is marked on disk: if the process
/// dies now, it was this one. One that carries the mark of a process that died is not driven again.
async fn watch_out(node: &Node, run: &mut OpenRun) -> Result<Option<OwnedSemaphorePermit>, Obstacle> {
    if run.marked {
        let error = StepError {
            code: "R013".to_owned(),
            message: "the process died each time it worked on this run".to_owned(),
            hint: Some("look at the log from then, mend what it shows, and resume the run".to_owned()),
            status: None,
        };
        return Err(Obstacle::Broken { reason: HoldReason::Poison, error });
    }
    if run.crashes < SUSPECT {
        return Ok(None);
    }
    let suspects = Arc::clone(&node.suspects);
    let place = tokio::select! {
        biased;
        () = node.stopping.cancelled() => return Err(Obstacle::Lost),
        () = node.fenced.cancelled() => return Err(Obstacle::Lost),
        place = suspects.acquire_owned() => place.map_err(|_| Obstacle::Lost)?,
    };
    tracing::warn!(run.id = %run.start.id, crashes = run.crashes, "a run is driven alone: its owners died at it, or beside it");
    match node.parts.journal.runs.mark(node.session, run.start.id, run.rev).await {
        Ok(Progressed::Done { rev, inbox, .. } | Progressed::Stays { rev, inbox, .. }) => {
            run.rev = rev;
            run.inbox = inbox;
            Ok(Some(place))
        }
        Ok(Progressed::Stale) => Err(Obstacle::Lost),
        Err(error) => Err(Obstacle::Journal(error)),
    }
}

/// Why a run cannot be driven now.
enum Obstacle {
    /// The journal cannot be read: it passes, and the next look finds the run again.
    Journal(Error),
    /// Its version is gone or does not compile here, or it kills who works on it.
    Broken {
        /// Why it is held.
        reason: HoldReason,
        /// What people see.
        error: StepError,
    },
    /// It is somebody else's, or the node stops.
    Lost,
}

/// Brings a run back to where it was.
async fn recover(node: &Arc<Node>, run: &OpenRun) -> Result<Live, Obstacle> {
    let broken = |code: &str, message: String| {
        let error = StepError { code: code.to_owned(), message, hint: None, status: None };
        Obstacle::Broken { reason: HoldReason::Asked, error }
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
async fn set_aside(node: &Node, run: &OpenRun, reason: HoldReason, error: StepError) -> Result<(), Error> {
    tracing::error!(run.id = %run.start.id, message = %error.message, "a run is held: it cannot be driven");
    let journal = &node.parts.journal;
    let signals = journal.runs.inbox(run.start.id, run.inbox_read).await?;
    let cancelled = signals.iter().any(|sent| matches!(sent.signal, Signal::Cancel { .. }));
    let failure = RunError { error: error.clone(), step: StepPath::run() };
    let mut brief = run.brief.clone();
    brief.status = if cancelled { RunStatus::Cancelled } else { RunStatus::Held };
    brief.hold_reason = (!cancelled).then_some(reason);
    brief.error = Some(failure.clone());
    let then = if cancelled {
        Then::Finish(Box::new(cancelled_record(node, run, failure).await))
    } else {
        Then::Park { wake_at: None }
    };
    let inbox_read = signals.last().map_or(run.inbox_read, |sent| sent.number);
    // A run that ends because somebody asked is nothing to tell.
    let notice = (!cancelled).then(|| {
        let at = StepPath::run();
        let notice = Notice::of(&run.start.workflow, Kind::Held, &at, Some(&error), node.now());
        Notice { hold_reason: Some(reason), ..notice }
    });
    let progress =
        Progress { inbox_read, notice, ..Progress::new(node.session, run.start.id, run.rev, brief, then) };
    journal.runs.progress(progress).await.map(drop)
}

/// The history of a run that is cancelled instead of driven: with its steps, where its version can be read.
async fn cancelled_record(node: &Node, run: &OpenRun, error: RunError) -> RunRecord {
    let (now, status) = (node.now(), RunStatus::Cancelled);
    let plan = node.parts.plans.get(&run.start.workflow, run.start.version).await;
    let state = State::recover(Arc::new(run.start.clone()), &run.entries);
    let steps = match (plan, state) {
        (Ok(plan), Ok(mut state)) => {
            let what = What::Finished { status, reason: None, error: Some(error.clone()), outputs: None };
            let end = state.apply(&Entry { at: now, path: StepPath::run(), what });
            debug_assert!(end.is_ok(), "an open run can end: {end:?}");
            state.record(&plan).steps
        }
        _ => Vec::new(),
    };
    RunRecord {
        start: run.start.clone(),
        status,
        hold_reason: None,
        reason: None,
        error: Some(error),
        outputs: None,
        finished_at: Some(now),
        steps,
    }
}
