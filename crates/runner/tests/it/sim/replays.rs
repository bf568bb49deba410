//! Runs that are over are done again, as the server does it: a new run of the same version, perhaps from one of its steps.

use cauce_journal::Journal;
use cauce_journal::events::{Accept, Accepted, NewRun};
use cauce_journal::runs::OpenRun;
use cauce_model::{Event, EventId, RunId, RunRecord, RunStart, SessionId};

use super::flows::flow;
use super::world::Inside;

impl Inside {
    /// What a node's intake makes of the wish to do some run again; nothing where none is over.
    pub(crate) fn replay(&mut self, session: SessionId) -> Option<Accept> {
        let mut over: Vec<RunRecord> = self.oracle.over().cloned().collect();
        if over.is_empty() {
            return None;
        }
        let old = over.swap_remove(self.dice.index(over.len()));
        let plan = &flow(&old.start.workflow).plan;
        let now = self.now();
        let step = plan.steps[self.dice.index(plan.steps.len())].path.to_string();
        // A step that it cannot be done again from is refused; then everything is done again.
        let from = self.dice.chance(700).then(|| cauce_engine::replay(plan, &old, &step, now).ok()).flatten();
        let event = Event {
            id: EventId::from_uuid(self.dice.id(now)),
            workflow: old.start.workflow.clone(),
            trigger: old.start.trigger.clone(),
            received_at: now,
            dedupe_key: None,
            data: old.start.data.clone(),
        };
        let start = RunStart {
            id: RunId::from_uuid(self.dice.id(now)),
            event: event.id,
            accepted_at: now,
            replay_of: Some(old.start.id),
            parent: None,
            ..old.start
        };
        let entries = from.unwrap_or_default();
        let owned = self.dice.chance(850);
        let run = NewRun { start, keys: Vec::new(), steps_total: 1, owned, entries, parked: None };
        Some(Accept { session, event, run: Some(run), slot: None, gates: None })
    }
}

/// Keeps it, and hands it over.
pub(crate) async fn begin(journal: Journal, accept: Accept) {
    let new = accept.run.clone();
    if let (Ok(Accepted::Run { rev }), Some(new)) = (journal.events.accept(accept).await, new)
        && new.owned
    {
        journal.hints.hand_over(OpenRun::accepted(new, rev));
    }
}
