//! What becomes of runs, told as named events: `run.failed`, `run.held`, `run.succeeded`. Only when some workflow listens,
//! and never by a run that such an event began: it would begin itself again.

use cauce_model::{EventId, NamedEvent, RunStatus, StepPath, derived};
use serde_json::json;

use crate::live::Live;
use crate::node::Node;

impl Node {
    /// Adds what is to be told of a run that is over to its last write.
    pub(crate) fn tell_of_end(&self, live: &mut Live) {
        let name = match live.state.run_status() {
            RunStatus::Succeeded => "run.succeeded",
            RunStatus::Failed => "run.failed",
            RunStatus::Queued
            | RunStatus::Running
            | RunStatus::Waiting
            | RunStatus::Held
            | RunStatus::Cancelled => return,
        };
        self.tell_of(live, name);
    }

    /// Adds what is to be told of a run that is held now and was not before. Whether there is anything.
    pub(crate) fn tell_of_hold(&self, live: &mut Live) -> bool {
        let held: Option<StepPath> = live.newly_held();
        if held.is_some() {
            self.tell_of(live, "run.held");
        }
        held.is_some()
    }

    fn tell_of(&self, live: &mut Live, name: &str) {
        let start = &live.state.start;
        let by_such =
            live.plan.trigger(&start.trigger).is_some_and(|trigger| trigger.source.starts_with("run."));
        if by_such || !self.parts.journal.hints.is_listened(name) {
            return;
        }
        let now = self.now();
        let brief = live.brief();
        let data = json!({
            "run_id": live.id, "workflow": start.workflow, "status": brief.status, "reason": brief.reason,
            "error": brief.error, "hold_reason": brief.hold_reason, "at": now,
        });
        let id = derived(now, live.id.uuid(), &format!("{name}/{}", live.rev().0));
        let event = NamedEvent {
            id: EventId::from_uuid(id),
            name: name.to_owned(),
            key: None,
            data,
            at: now,
            from: Some(live.id),
        };
        live.tell(vec![event]);
    }
}
