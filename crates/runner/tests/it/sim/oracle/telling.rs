//! What people are told goes with what it tells of.

use cauce_journal::notices::Kind;
use cauce_journal::runs::{Progress, Then};
use cauce_model::{RunStatus, What};

use super::super::promise::Promise;

/// What a write that counted should have told, and did not; or the other way round.
pub(super) fn check(write: &Progress) -> Option<(Promise, String)> {
    let told = write.notice.as_ref().map(|notice| notice.kind);
    let holds = write.entries.iter().any(|entry| matches!(entry.what, What::Held { .. }));
    let wanted = match &write.then {
        Then::Finish(record) => match record.status {
            // The failure of a called run may be its caller's to tell.
            RunStatus::Failed if record.start.parent.as_ref().is_some_and(|parent| parent.waits) => told,
            RunStatus::Failed => Some(Kind::Failed),
            _ => None,
        },
        Then::Keep | Then::Park { .. } if write.compact => told,
        Then::Keep | Then::Park { .. } if holds && write.brief.status == RunStatus::Held => Some(Kind::Held),
        Then::Keep | Then::Park { .. } if holds => told,
        // Set aside: its version does not compile, or it kills who works on it.
        Then::Park { wake_at: None } if is_set_aside(write) => Some(Kind::Held),
        Then::Keep | Then::Park { .. } => None,
    };
    (told != wanted)
        .then(|| (Promise::OwnersTold, format!("told {told:?} instead of {wanted:?} by {:?}", write.then)))
}

fn is_set_aside(write: &Progress) -> bool {
    let brief = &write.brief;
    brief.status == RunStatus::Held
        && brief.error.as_ref().is_some_and(|error| error.step.as_str().is_empty())
}
