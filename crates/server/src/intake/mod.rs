//! Events come in: from a hook, from a schedule, by name, by hand. All take the same way: the source reads them, the trigger's
//! expressions judge them, the journal keeps them, and only then is anybody answered.

pub mod events;
pub mod gates;
pub mod hand;
pub mod hooks;
pub mod schedules;

use std::sync::Arc;

use axum::http::StatusCode;
use cauce_engine::plan::{Plan, PlanTrigger};
use cauce_engine::{TriggerScope, admit};
use cauce_journal::events::{Accept, Accepted, NewRun};
use cauce_journal::gates::Limits;
use cauce_journal::runs::OpenRun;
use cauce_model::{Event, EventId, NamedEvent, RunId, RunStart, Time, identity};
use cauce_runner::begin;
use cauce_trigger::{Occurrence, Raw, Secrets};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::flows::Flow;
use crate::problem::Refusal;

/// What became of an event: the body of a 202.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Receipt {
    /// The event; a duplicate gets the first one's.
    pub event_id: String,
    /// Its run, where it has one.
    pub run_id: Option<String>,
    /// `run` or `queued` where it has a run; else what became of it.
    pub outcome: Outcome,
    /// Why it starts no run now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What became of an event, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It started a run.
    Run,
    /// It was accepted before.
    Duplicate,
    /// Its run waits in line: as many as may be open at once are open.
    Queued,
    /// The trigger's `when` was false.
    Filtered,
    /// It is kept until no other comes for a while; the last one starts a run.
    Debounced,
    /// It is kept until there are enough; together they start one run.
    Batched,
    /// As many runs as may start in a while have started.
    Throttled,
    /// Another run of its key is in its way.
    Dropped,
}

impl Receipt {
    fn new(outcome: Outcome, event: EventId, run: Option<RunId>) -> Self {
        Self { event_id: event.to_string(), run_id: run.map(|run| run.to_string()), outcome, reason: None }
    }
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Duplicate => "duplicate",
            Self::Queued => "queued",
            Self::Filtered => "filtered",
            Self::Debounced => "debounced",
            Self::Batched => "batched",
            Self::Throttled => "throttled",
            Self::Dropped => "dropped",
        }
    }
}

/// Variables as triggers ask for them.
struct Variables<'a>(&'a cauce_runner::Variables);

impl Secrets for Variables<'_> {
    fn env(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }
}

/// Finds a trigger of a workflow that is on.
///
/// # Errors
/// When there is none, or the workflow is off.
pub fn find(
    app: &App,
    workflow: &str,
    trigger: Option<&str>,
    source: &str,
) -> Result<(Arc<Flow>, String), Refusal> {
    let flow = app.flows.get(workflow).ok_or_else(|| {
        let known: Vec<String> = app.flows.all().iter().map(|flow| flow.id.clone()).collect();
        let refusal = Refusal::missing(format!("there is no workflow `{workflow}`"));
        match cauce_model::near::nearest(workflow, known.iter().map(String::as_str)) {
            Some(near) => refusal.hint(format!("did you mean `{near}`?")),
            None => refusal,
        }
    })?;
    let plan = flow
        .plan
        .as_ref()
        .ok_or_else(|| Refusal::conflict(format!("the workflow `{workflow}` does not compile here")))?;
    let mut fitting = plan.triggers.iter().filter(|known| known.source == source);
    let found = match trigger {
        Some(id) => plan.triggers.iter().find(|known| known.id == id && known.source == source),
        None => fitting.next(),
    };
    let Some(found) = found else {
        let what = trigger.unwrap_or(source);
        return Err(Refusal::missing(format!(
            "the workflow `{workflow}` has no trigger `{what}` of this kind"
        )));
    };
    let id = found.id.clone();
    if !flow.on {
        return Err(Refusal::new(StatusCode::CONFLICT, "S014", format!("the workflow `{workflow}` is off"))
            .hint("switch it on, then send it again: nothing was stored"));
    }
    Ok((flow, id))
}

/// Takes in what a trigger got: when this returns, it is on disk.
///
/// # Errors
/// When the source refuses it, an expression of the trigger fails over it, or it cannot be stored.
pub async fn take_in(
    app: &App,
    flow: &Flow,
    trigger: &str,
    raw: &Raw,
    slot: Option<Time>,
) -> Result<Receipt, Refusal> {
    bring_in(app, flow, trigger, Beside { raw, slot, inputs: Value::Null }).await
}

/// What a trigger got, and what goes with it.
struct Beside<'a> {
    raw: &'a Raw,
    /// For a schedule: its moment.
    slot: Option<Time>,
    /// What the run is handed over: by hand alone.
    inputs: Value,
}

async fn bring_in(app: &App, flow: &Flow, trigger: &str, got: Beside<'_>) -> Result<Receipt, Refusal> {
    let Beside { raw, slot, inputs } = got;
    let missing = || Refusal::missing(format!("the workflow `{}` has no trigger `{trigger}`", flow.id));
    let plan = flow.plan.as_ref().ok_or_else(missing)?;
    let trigger = plan.trigger(trigger).ok_or_else(missing)?;
    let source = app.sources.get(&trigger.source).ok_or_else(missing)?;
    let occurrences = source.accept(raw, &trigger.with, &Variables(&app.variables))?;
    let mut last = None;
    for occurrence in occurrences {
        let ids = new_ids(app, flow, &trigger.id, raw);
        let intake = Intake { app, flow, plan, trigger, inputs: inputs.clone() };
        last = Some(intake.keep(occurrence, slot, ids).await?);
    }
    last.ok_or_else(|| Refusal::broken("nothing in this request is an event"))
}

/// What an event and its run are called. Those that a named event begins are called the same each time, so that beginning
/// them twice begins them once.
fn new_ids(app: &App, flow: &Flow, trigger: &str, raw: &Raw) -> (EventId, RunId) {
    match raw {
        Raw::Named(event) => NamedEvent::started(event, &flow.id, trigger),
        Raw::Http { .. } | Raw::Slot { .. } | Raw::Manual { .. } => {
            let now = app.clock.now();
            (EventId::from_uuid(app.ids.next(now)), RunId::from_uuid(app.ids.next(now)))
        }
    }
}

/// Where an event comes in.
struct Intake<'a> {
    app: &'a App,
    flow: &'a Flow,
    plan: &'a Plan,
    trigger: &'a PlanTrigger,
    /// What its run is handed over: by hand alone.
    inputs: Value,
}

impl Intake<'_> {
    async fn keep(
        &self,
        occurrence: Occurrence,
        slot: Option<Time>,
        (event_id, run_id): (EventId, RunId),
    ) -> Result<Receipt, Refusal> {
        let (app, trigger) = (self.app, self.trigger);
        let now = app.clock.now();
        let scope = TriggerScope { data: &occurrence.data, received_at: now };
        let admission = admit(trigger, &scope).map_err(|error| unprocessable(&trigger.id, &error))?;
        let gates = if admission.starts {
            gates::limits(self.plan, trigger, &scope).map_err(|error| unprocessable(&trigger.id, &error))?
        } else {
            None
        };
        let event = Event {
            id: event_id,
            workflow: self.flow.id.clone(),
            trigger: trigger.id.clone(),
            received_at: now,
            dedupe_key: admission.dedupe_key.or(occurrence.dedupe_key),
            data: occurrence.data.into(),
        };
        let none = Limits::default();
        let run = admission.starts.then(|| self.new_run(&event, run_id, gates.as_ref().unwrap_or(&none)));
        // Behind a gate it may have to stand in line first, and its wait begins after that.
        let run = if gates.is_none() { run.map(|new| begin(self.plan, new, now)) } else { run };
        let new = run.clone();
        let event_id = event.id;
        let accept = Accept { session: app.session, event, run, slot, gates };
        let accepted = app.journal.events.accept(accept).await?;
        let receipt = match accepted {
            Accepted::Duplicate { event, run } => Receipt::new(Outcome::Duplicate, event, run),
            Accepted::Kept => {
                let reason = Some("the trigger's `when` is false for it".to_owned());
                Receipt { reason, ..Receipt::new(Outcome::Filtered, event_id, None) }
            }
            Accepted::Run { rev } => {
                let run = new.as_ref().map(|new| new.start.id);
                if let Some(new) = new.filter(|new| new.owned) {
                    app.journal.hints.hand_over(OpenRun::accepted(new, rev));
                }
                Receipt::new(Outcome::Run, event_id, run)
            }
            Accepted::Queued
            | Accepted::Dropped { .. }
            | Accepted::Throttled { .. }
            | Accepted::Debounced { .. }
            | Accepted::Batched { .. } => self.gated(accepted, event_id, run_id).await,
        };
        metrics::counter!("cauce_events_accepted_total", "outcome" => receipt.outcome.word()).increment(1);
        Ok(receipt)
    }

    /// What to say of an event that a gate did not simply let through. A batch that is full fires at once.
    async fn gated(&self, accepted: Accepted, event: EventId, run: RunId) -> Receipt {
        if matches!(accepted, Accepted::Batched { due, .. } if due <= self.app.clock.now()) {
            Box::pin(gates::fire_due(self.app)).await;
        }
        let (outcome, reason) =
            gates::told(accepted).map_or((Outcome::Run, None), |(outcome, reason)| (outcome, Some(reason)));
        let run = (outcome == Outcome::Queued).then_some(run);
        Receipt { reason, ..Receipt::new(outcome, event, run) }
    }

    /// What the run can be found by; the addresses that it is handed over as well.
    fn keys(&self, event: &Event, limits: &Limits) -> Vec<String> {
        let mut keys = gates::keys(self.plan, event, limits);
        keys.extend(
            identity::addresses_in(&self.inputs).iter().map(|address| address.to_string().to_lowercase()),
        );
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn new_run(&self, event: &Event, id: RunId, limits: &Limits) -> NewRun {
        NewRun {
            start: RunStart {
                id,
                workflow: self.flow.id.clone(),
                version: self.flow.version,
                trigger: event.trigger.clone(),
                event: event.id,
                accepted_at: event.received_at,
                data: event.data.clone(),
                inputs: self.inputs.clone(),
                replay_of: None,
                parent: None,
            },
            keys: self.keys(event, limits),
            steps_total: u32::try_from(self.plan.steps.len()).unwrap_or(u32::MAX),
            owned: self.app.setting.works && self.app.journal.hints.has_room(&self.flow.id),
            entries: Vec::new(),
            parked: None,
        }
    }
}

/// What a run can be found by: addresses in what its trigger saw, and the dedupe key.
#[must_use]
pub fn keys_of(event: &Event) -> Vec<String> {
    let mut keys: Vec<String> = identity::addresses_in(&event.data).iter().map(ToString::to_string).collect();
    keys.extend(event.dedupe_key.clone());
    keys.dedup();
    keys
}

fn unprocessable(trigger: &str, error: &cauce_engine::expr::EvalError) -> Refusal {
    let detail = format!("the trigger `{trigger}` cannot judge this event: {}", error.message);
    let refusal = Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), detail);
    match &error.hint {
        Some(hint) => refusal.hint(hint.clone()),
        None => refusal,
    }
}
