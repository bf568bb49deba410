//! Gates as the server has them: what an event asks, and the loop of a node that fires those that are due.

use cauce_engine::expr::Expr;
use cauce_engine::plan::PlanTrigger;
use cauce_engine::{Plan, TriggerScope, limit_key};
use cauce_journal::Journal;
use cauce_journal::events::{Accepted, NewRun};
use cauce_journal::gates::{Concurrency, Due, Fire, Hold, Limits, Reentry, Throttle};
use cauce_journal::runs::OpenRun;
use cauce_model::{Event, RunId, RunStart, SessionId};
use serde_json::{Value, json};

use super::flows::flow;
use super::world::{Inside, World};

/// How many gates fire in one look.
const MOST: u32 = 16;

/// What an event has to pass, as the server evaluates it; nothing where its flow asks for nothing.
pub(crate) fn limits(event: &Event) -> Option<Limits> {
    let plan = &flow(&event.workflow).plan;
    let trigger = plan.trigger(&event.trigger)?;
    let key = |key: &Option<Expr>| key_of(key.as_ref(), event);
    let hold = match (&trigger.batch, &trigger.debounce) {
        (Some(batch), _) => Some(Hold::Batch { key: key(&batch.key), size: batch.size, wait: batch.wait }),
        (None, Some(debounce)) => {
            Some(Hold::Debounce { key: key(&debounce.key), quiet: debounce.quiet, max: debounce.max })
        }
        (None, None) => None,
    };
    // The run of a batch is asked when it fires.
    let of_run = if trigger.batch.is_some() { Limits::default() } else { of_run(plan, trigger, event) };
    let limits = Limits { hold, ..of_run };
    (limits != Limits::default()).then_some(limits)
}

/// What a run has to pass besides what keeps its events.
fn of_run(plan: &Plan, trigger: &PlanTrigger, event: &Event) -> Limits {
    let key = |key: Option<&Expr>| key_of(key, event);
    let concurrency = plan.concurrency.as_ref().map(|asked| {
        let (limit, overflow) = (asked.limit, asked.overflow);
        Concurrency { key: key(asked.key.as_ref()), limit, overflow }
    });
    let throttle = trigger.throttle.as_ref();
    Limits {
        reentry: plan
            .reentry
            .as_ref()
            .map(|asked| Reentry { key: key(Some(&asked.key)), after: asked.after }),
        throttle: throttle.map(|asked| Throttle {
            key: key(asked.key.as_ref()),
            limit: asked.limit,
            per: asked.per,
        }),
        hold: None,
        concurrency,
    }
}

fn key_of(key: Option<&Expr>, event: &Event) -> String {
    let scope = TriggerScope { data: &event.data, received_at: event.received_at };
    limit_key(key, &scope).expect("the flows of the simulator have keys")
}

/// The run that an event starts.
pub(crate) fn new_run(id: RunId, event: &Event, owned: bool) -> NewRun {
    let start = RunStart {
        id,
        workflow: event.workflow.clone(),
        version: 1,
        trigger: event.trigger.clone(),
        event: event.id,
        accepted_at: event.received_at,
        data: event.data.clone(),
        inputs: Value::Null,
        replay_of: None,
        parent: None,
    };
    NewRun { start, keys: Vec::new(), steps_total: 1, owned, entries: Vec::new(), parked: None }
}

impl Inside {
    /// What a node makes of a gate that is due.
    fn firing(&mut self, session: SessionId, due: Due, mut events: Vec<Event>) -> Option<(Fire, bool)> {
        let now = self.now();
        let last = events.last().cloned()?;
        let data = if due.batch {
            let count = events.len();
            let all: Vec<std::sync::Arc<Value>> = events.into_iter().map(|event| event.data).collect();
            json!({ "events": all, "count": count }).into()
        } else {
            events.pop()?.data
        };
        let event = Event { received_at: now, data, ..last };
        let plan = &flow(&due.workflow).plan;
        let limits = of_run(plan, plan.trigger(&due.trigger)?, &event);
        let owned = self.dice.chance(850);
        let run = new_run(RunId::from_uuid(self.dice.id(now)), &event, owned);
        let hinted = !self.dice.chance(self.weather.hint_lost);
        Some((Fire { session, due, now, run: Some(run), limits }, hinted))
    }
}

/// The loop of a node: fires the gates that are due.
pub(crate) async fn fire_due(world: World, journal: Journal, session: SessionId) {
    let now = world.time();
    for due in journal.gates.due(now, MOST).await.unwrap_or_default() {
        let Ok(events) = journal.gates.events(&due).await else { continue };
        let firing = world.lock().firing(session, due, events);
        let Some((fire, hinted)) = firing else { continue };
        let new = fire.run.clone();
        let fired = journal.gates.fire(fire).await;
        if let (Ok(Some(Accepted::Run { rev })), Some(new)) = (fired, new)
            && hinted
            && new.owned
        {
            journal.hints.hand_over(OpenRun::accepted(new, rev));
        }
    }
}
