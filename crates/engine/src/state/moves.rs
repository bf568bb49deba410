//! The legal moves of a step: one table, drawn in `docs/state-machine.md`.

use std::fmt;

use cauce_model::{Resume, StepPath, StepStatus, What};

/// The kind of an entry, as far as the table cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// [`What::Started`].
    Started,
    /// [`What::Intended`].
    Intended,
    /// [`What::Succeeded`].
    Succeeded,
    /// [`What::AttemptFailed`].
    AttemptFailed,
    /// [`What::Failed`].
    Failed,
    /// [`What::Skipped`].
    Skipped,
    /// [`What::Entered`].
    Entered,
    /// [`What::Fetched`].
    Fetched,
    /// [`What::PassDone`].
    PassDone,
    /// [`What::Collected`].
    Collected,
    /// [`What::BranchDone`].
    BranchDone,
    /// [`What::Waited`].
    Waited,
    /// [`What::Woke`].
    Woke,
    /// [`What::Listened`].
    Listened,
    /// [`What::Matched`].
    Matched,
    /// [`What::Asked`].
    Asked,
    /// [`What::Decided`].
    Decided,
    /// [`What::Called`] by a step that waits for the end.
    CalledToWait,
    /// [`What::Called`] by a step that goes on.
    CalledOnly,
    /// [`What::Returned`].
    Returned,
    /// [`What::Postponed`].
    Postponed,
    /// [`What::Held`].
    Held,
    /// [`What::Resumed`] with [`Resume::Again`].
    ResumedAgain,
    /// [`What::Resumed`] with [`Resume::Happened`].
    ResumedHappened,
    /// [`What::Resumed`] with [`Resume::Skip`].
    ResumedSkip,
    /// [`What::Ending`]; of the run.
    Ending,
    /// [`What::Compacted`]; of the run.
    Compacted,
    /// [`What::CancelAsked`]; of the run.
    CancelAsked,
    /// [`What::Finished`]; of the run.
    Finished,
}

/// Every kind that happens to a step.
pub const KINDS: [Kind; 25] = [
    Kind::Started,
    Kind::Intended,
    Kind::Succeeded,
    Kind::AttemptFailed,
    Kind::Failed,
    Kind::Skipped,
    Kind::Entered,
    Kind::Fetched,
    Kind::PassDone,
    Kind::Collected,
    Kind::BranchDone,
    Kind::Waited,
    Kind::Woke,
    Kind::Listened,
    Kind::Matched,
    Kind::Asked,
    Kind::Decided,
    Kind::CalledToWait,
    Kind::CalledOnly,
    Kind::Returned,
    Kind::Postponed,
    Kind::Held,
    Kind::ResumedAgain,
    Kind::ResumedHappened,
    Kind::ResumedSkip,
];

impl Kind {
    /// The kind of `what`.
    #[must_use]
    pub const fn of(what: &What) -> Self {
        match what {
            What::Started { .. } => Self::Started,
            What::Intended { .. } => Self::Intended,
            What::Succeeded { .. } => Self::Succeeded,
            What::AttemptFailed { .. } => Self::AttemptFailed,
            What::Failed { .. } => Self::Failed,
            What::Skipped => Self::Skipped,
            What::Entered { .. } => Self::Entered,
            What::Fetched { .. } => Self::Fetched,
            What::PassDone { .. } => Self::PassDone,
            What::Collected { .. } => Self::Collected,
            What::BranchDone { .. } => Self::BranchDone,
            What::Waited { .. } => Self::Waited,
            What::Woke => Self::Woke,
            What::Listened { .. } => Self::Listened,
            What::Matched { .. } => Self::Matched,
            What::Asked { .. } => Self::Asked,
            What::Decided { .. } => Self::Decided,
            What::Called { waits: true, .. } => Self::CalledToWait,
            What::Called { waits: false, .. } => Self::CalledOnly,
            What::Returned { .. } => Self::Returned,
            What::Postponed { .. } => Self::Postponed,
            What::Held { .. } => Self::Held,
            What::Resumed { choice: Resume::Again, .. } => Self::ResumedAgain,
            What::Resumed { choice: Resume::Happened, .. } => Self::ResumedHappened,
            What::Resumed { choice: Resume::Skip, .. } => Self::ResumedSkip,
            What::Ending { .. } => Self::Ending,
            What::Compacted { .. } => Self::Compacted,
            What::CancelAsked { .. } => Self::CancelAsked,
            What::Finished { .. } => Self::Finished,
        }
    }

    /// Whether it happens to the run and not to a step.
    #[must_use]
    pub const fn is_of_run(self) -> bool {
        matches!(self, Self::Ending | Self::Compacted | Self::CancelAsked | Self::Finished)
    }
}

/// Where a step stands after an entry of this kind; nothing where the entry cannot follow.
///
/// A `Woke` ends a wait and makes a retry due. An entry `Started` may be lost in a crash, so what ends an attempt may
/// also follow `Pending` and `Retrying`. Whatever is not over is `Skipped` when the part it stands in is cancelled.
#[must_use]
pub const fn legal(from: StepStatus, kind: Kind) -> Option<StepStatus> {
    use StepStatus as S;
    Some(match (from, kind) {
        (S::Pending | S::Running | S::Retrying, Kind::Started | Kind::Intended) => S::Running,
        (S::Pending | S::Retrying, Kind::Entered | Kind::CalledOnly) => S::Running,
        (S::Running, Kind::Fetched | Kind::PassDone | Kind::Collected | Kind::BranchDone) => S::Running,
        (S::Pending | S::Running | S::Waiting | S::Retrying | S::Held, Kind::Skipped) => S::Skipped,
        (S::Pending | S::Retrying, Kind::Listened | Kind::Asked | Kind::CalledToWait) => S::Waiting,
        (S::Pending | S::Running | S::Retrying, Kind::Waited) => S::Waiting,
        (S::Waiting, Kind::Woke | Kind::Matched | Kind::Decided | Kind::Returned) => S::Running,
        (S::Pending | S::Running | S::Retrying, Kind::Postponed) => S::Retrying,
        (S::Retrying, Kind::Woke) => S::Retrying,
        (S::Pending | S::Running | S::Retrying, Kind::Succeeded) => S::Succeeded,
        (S::Pending | S::Running | S::Retrying, Kind::AttemptFailed) => S::Retrying,
        (S::Pending | S::Running | S::Retrying, Kind::Failed) => S::Failed,
        (S::Pending | S::Running | S::Retrying, Kind::Held) => S::Held,
        (S::Held, Kind::ResumedAgain) => S::Retrying,
        (S::Held, Kind::ResumedHappened) => S::Succeeded,
        (S::Held, Kind::ResumedSkip) => S::Skipped,
        _ => return None,
    })
}

/// An entry that cannot follow what happened so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IllegalMove {
    /// The step.
    pub path: StepPath,
    /// Where it stands.
    pub from: StepStatus,
    /// What was to be added.
    pub kind: Kind,
    /// Whether the run is over.
    pub over: bool,
}

impl fmt::Display for IllegalMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == Kind::Compacted {
            return f.write_str("the state that stands for the earlier entries cannot be read");
        }
        if self.over {
            return write!(f, "`{:?}` at `{}` after the end of the run", self.kind, self.path);
        }
        write!(f, "`{:?}` cannot follow `{:?}` at `{}`", self.kind, self.from, self.path)
    }
}

impl std::error::Error for IllegalMove {}
