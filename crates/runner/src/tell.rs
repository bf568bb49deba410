//! What becomes of runs, told. To the workflow's owner: what failed and what is held. As named events, `run.failed`,
//! `run.held`, `run.succeeded`: only when some workflow listens, and never by a run that such an event began, since it would
//! begin itself again.

use cauce_journal::notices::{Kind, Notice};
use cauce_journal::runs::Found;
use cauce_model::{EventId, NamedEvent, RunId, RunStatus, StepPath, derived};
use serde_json::json;

use crate::live::Live;
use crate::node::Node;

impl Node {
    /// Adds what is to be told of a run that is over to its last write.
    pub(crate) async fn tell_of_end(&self, live: &mut Live) {
        let name = match live.state.run_status() {
            RunStatus::Succeeded => "run.succeeded",
            RunStatus::Failed => {
                if !self.caller_tells(live).await {
                    live.notice(self.failed(live));
                }
                "run.failed"
            }
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
        let Some(path) = live.newly_held() else { return false };
        live.notice(self.held(live, &path));
        self.tell_of(live, "run.held");
        true
    }

    fn failed(&self, live: &Live) -> Notice {
        let (workflow, now) = (&live.state.start.workflow, self.now());
        let end = live.state.end.as_ref();
        let Some(error) = end.and_then(|end| end.error.as_ref()) else {
            // A `stop` with `outcome: failed`: its reason says why.
            let message = end.and_then(|end| end.reason.clone()).unwrap_or_default();
            return Notice { message, ..Notice::of(workflow, Kind::Failed, &StepPath::run(), None, now) };
        };
        Notice::of(workflow, Kind::Failed, &error.step, Some(&error.error), now)
    }

    fn held(&self, live: &Live, path: &StepPath) -> Notice {
        let step = live.state.step(path);
        let error = step.and_then(|step| step.error.as_ref());
        let notice = Notice::of(&live.state.start.workflow, Kind::Held, path, error, self.now());
        Notice { hold_reason: step.and_then(|step| step.hold_reason), ..notice }
    }

    /// Whether the failure of a run is its caller's to tell: the step that called it waits, so it fails too or knows what to
    /// do about it, and both workflows have one owner.
    async fn caller_tells(&self, live: &Live) -> bool {
        let Some(parent) = live.state.start.parent.as_ref().filter(|parent| parent.waits) else {
            return false;
        };
        self.owner_of(parent.run).await.is_some_and(|owner| owner == live.plan.owner)
    }

    /// Who owns the workflow of an open run. None where that cannot be found out.
    async fn owner_of(&self, run: RunId) -> Option<Option<String>> {
        let Ok(Some(Found::Open(run))) = self.parts.journal.runs.get(run).await else { return None };
        let plan = self.parts.plans.get(&run.start.workflow, run.start.version).await.ok()?;
        Some(plan.owner.clone())
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
