//! Named events: each begins the flows that listen to it, then looks for the runs that wait for it.
//!
//! An event says of itself whether that is done. One that is not is free work: after a crash it is found again, and
//! because what an event begins is called the same each time, nothing begins twice.

use std::time::Duration;

use cauce_engine::plan::PlanTrigger;
use cauce_journal::{Change, Error};
use cauce_model::NamedEvent;
use cauce_trigger::{Raw, listens_to};
use tokio::sync::broadcast::error::RecvError;

use super::take_in;
use crate::app::App;
use crate::flows::Flow;

/// How often to look for events that nobody told of.
const EVERY: Duration = Duration::from_secs(1);
/// How many are taken up at once.
const MOST: u32 = 256;

/// Takes up named events until the process ends.
pub async fn watch(app: App) {
    let mut changes = app.journal.hints.changes();
    while !app.stopping.is_cancelled() {
        match app.journal.waits.unlooked(MOST).await {
            Ok(events) => {
                let full = u32::try_from(events.len()).unwrap_or(u32::MAX) == MOST;
                let mut all_done = true;
                for event in &events {
                    all_done &= take_up(&app, event).await;
                }
                if full && all_done {
                    continue;
                }
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "named events could not be read");
            }
        }
        let hint = async {
            loop {
                match changes.recv().await {
                    Ok(Change::Event(_)) | Err(RecvError::Lagged(_) | RecvError::Closed) => return,
                    Ok(_) => {}
                }
            }
        };
        tokio::select! {
            () = hint => {}
            () = app.pause.pause(EVERY) => {}
            () = app.stopping.cancelled() => {}
        }
    }
}

/// Begins what listens, wakes who waits, and says that it is done. `false`: it is to be taken up again.
async fn take_up(app: &App, event: &NamedEvent) -> bool {
    for flow in app.flows.all().iter().filter(|flow| flow.on) {
        let Some(plan) = &flow.plan else { continue };
        for trigger in plan.triggers.iter().filter(|trigger| listens(trigger, event)) {
            if !begin(app, flow, &trigger.id, event).await {
                return false;
            }
        }
    }
    match look(app, event).await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(event.id = %event.id, error = &error as &dyn std::error::Error, "an event could not be passed on; trying again");
            false
        }
    }
}

fn listens(trigger: &PlanTrigger, event: &NamedEvent) -> bool {
    listens_to(&trigger.source, &trigger.with) == Some(&event.name)
}

/// Begins a flow by an event. `false`: not now, but later.
async fn begin(app: &App, flow: &Flow, trigger: &str, event: &NamedEvent) -> bool {
    let raw = Raw::Named(Box::new(event.clone()));
    match take_in(app, flow, trigger, &raw, None).await {
        Ok(receipt) => {
            tracing::debug!(workflow = %flow.id, event.name, run.id = ?receipt.run_id, "a named event began a run");
            true
        }
        Err(refusal) if refusal.is_for_later() => false,
        // A `match` that cannot judge it: so it is no event for this flow, and it will never be one.
        Err(refusal) => {
            tracing::warn!(workflow = %flow.id, trigger, event.id = %event.id, ?refusal, "a named event begins no run here");
            true
        }
    }
}

async fn look(app: &App, event: &NamedEvent) -> Result<(), Error> {
    app.journal.waits.look(app.session, event.id, app.clock.now()).await?;
    app.journal.waits.looked(event.id).await
}
