//! Nouns to test with.

use cauce_journal::events::{Accept, Accepted, NewRun};
use cauce_journal::runs::{Brief, Candidate, Progress, Progressed, Rev, Then, WaitChange};
use cauce_model::{
    Entry, Event, EventId, NamedEvent, RunId, RunRecord, RunStart, RunStatus, SessionId, StepPath, Time,
    What, canonical,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::Store;

pub(crate) fn run(number: u128) -> RunId {
    RunId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn event_id(number: u128) -> EventId {
    EventId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn start(number: u128, data: Value) -> RunStart {
    RunStart {
        id: run(number),
        workflow: "welcome".to_owned(),
        version: 1,
        trigger: "hook".to_owned(),
        event: event_id(number),
        accepted_at: Time::from_micros(1_700_000_000_000_000),
        data: data.into(),
        inputs: Value::Null,
        replay_of: None,
        parent: None,
    }
}

/// An event and its run, both with this number, owned by the session.
pub(crate) fn accept(session: SessionId, number: u128) -> Accept {
    let start = start(number, json!({"body": {"n": number.to_string()}}));
    let event = Event {
        id: start.event,
        workflow: start.workflow.clone(),
        trigger: start.trigger.clone(),
        received_at: start.accepted_at,
        dedupe_key: None,
        data: start.data.clone(),
    };
    let run = NewRun::new(start, 3);
    Accept { session, event, run: Some(run), slot: None, gates: None }
}

/// The same for another workflow.
pub(crate) fn accept_for(session: SessionId, number: u128, workflow: &str) -> Accept {
    let mut accept = accept(session, number);
    workflow.clone_into(&mut accept.event.workflow);
    if let Some(run) = &mut accept.run {
        workflow.clone_into(&mut run.start.workflow);
    }
    accept
}

/// The same, free instead of owned.
pub(crate) fn accept_free(session: SessionId, number: u128) -> Accept {
    let mut accept = accept(session, number);
    if let Some(run) = &mut accept.run {
        run.owned = false;
    }
    accept
}

/// The same with a dedupe key.
pub(crate) fn accept_keyed(session: SessionId, number: u128, key: &str) -> Accept {
    let mut accept = accept(session, number);
    accept.event.dedupe_key = Some(key.to_owned());
    accept
}

pub(crate) fn brief(status: RunStatus, steps_done: u32) -> Brief {
    Brief { status, hold_reason: None, reason: None, error: None, steps_done, steps_total: 3 }
}

pub(crate) fn entry(path: &str, output: Value) -> Entry {
    Entry {
        at: Time::from_micros(1_700_000_000_000_001),
        path: StepPath::from(path),
        what: What::Succeeded { output: output.into() },
    }
}

/// A named event with this number, of this moment.
pub(crate) fn named(number: u128, name: &str, data: Value) -> NamedEvent {
    NamedEvent {
        id: event_id(number),
        name: name.to_owned(),
        key: None,
        data,
        at: Time::from_micros(1_700_000_000_000_000),
        from: None,
    }
}

/// A wait for an `order.paid` with this value at this place.
pub(crate) fn opens(path: &str, field: &str, key: &Value) -> WaitChange {
    WaitChange::Open {
        path: StepPath::from(path),
        event: "order.paid".to_owned(),
        field: field.to_owned(),
        key: canonical(key),
        since: Time::from_micros(1_700_000_000_000_000),
    }
}

/// A write that says nothing but what becomes of the run.
pub(crate) fn step(session: SessionId, number: u128, rev: Rev, then: Then) -> Progress {
    let status = match &then {
        Then::Keep => RunStatus::Running,
        Then::Park { .. } => RunStatus::Waiting,
        Then::Finish(record) => record.status,
    };
    Progress::new(session, run(number), rev, brief(status, 1), then)
}

pub(crate) fn record(number: u128, status: RunStatus) -> Box<RunRecord> {
    Box::new(RunRecord {
        start: start(number, json!({"body": {"n": number.to_string()}})),
        status,
        hold_reason: None,
        reason: None,
        error: None,
        outputs: None,
        finished_at: Some(Time::from_micros(1_700_000_000_500_000)),
        steps: Vec::new(),
    })
}

pub(crate) fn finish(session: SessionId, number: u128, rev: Rev) -> Progress {
    step(session, number, rev, Then::Finish(record(number, RunStatus::Succeeded)))
}

pub(crate) const FIRST: Rev = Rev(1);

impl Store {
    /// Accepts, and expects a run.
    pub(crate) async fn accepted(&self, accept: Accept) -> Rev {
        match self.journal.events.accept(accept).await.unwrap() {
            Accepted::Run { rev } => rev,
            other => panic!("a run was expected, not {other:?}"),
        }
    }

    /// Writes, and expects that it counted.
    pub(crate) async fn done(&self, progress: Progress) -> Rev {
        match self.journal.runs.progress(progress).await.unwrap() {
            Progressed::Done { rev, .. } => rev,
            other => panic!("the write should have counted: {other:?}"),
        }
    }

    /// The runs somebody may claim now.
    pub(crate) async fn free(&self) -> Vec<Candidate> {
        self.journal.runs.candidates(self.now(), 100).await.unwrap()
    }

    /// Their ids.
    pub(crate) async fn free_ids(&self) -> Vec<RunId> {
        self.free().await.into_iter().map(|candidate| candidate.run).collect()
    }

    /// Accepts and parks a run until `wake_at`.
    pub(crate) async fn parked(&self, session: SessionId, number: u128, wake_at: Option<Time>) -> Rev {
        let rev = self.accepted(accept(session, number)).await;
        self.done(step(session, number, rev, Then::Park { wake_at })).await
    }
}
