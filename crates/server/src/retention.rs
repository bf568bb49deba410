//! Forgetting what is old: at the start and once an hour, a few rows at a time, so that events and runs get their turn in
//! between.

use std::time::Duration;

use cauce_journal::retention::{Part, Place};
use cauce_journal::{Error, Journal};
use cauce_model::Time;
use cauce_runner::Pause;

use crate::app::App;

/// How often to look for what is old.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// What one commit may forget.
const PART: u32 = 256;
/// How long others have the writer to themselves between two parts.
const BREATH: Duration = Duration::from_millis(10);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Named events are kept at least as long as a run may take that waits for one, and blobs at least as much longer than
/// what may name them.
const LEAST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Days of which something was.
    pub days: u64,
    /// Runs that were over.
    pub runs: u64,
    /// Events.
    pub events: u64,
    /// Named events.
    pub named: u64,
    /// Blobs.
    pub blobs: u64,
    /// Gates that limited nothing, sign-ins that had ended, dead sessions.
    pub rest: u64,
}

/// Forgets until the process ends.
pub async fn watch(app: App) {
    loop {
        let began = app.clock.now();
        let forgotten = forget(&app.journal, app.pause.as_ref(), app.setting.keep_days, began).await;
        tell(forgotten, app.clock.now().since(began));
        tokio::select! {
            () = app.pause.pause(EVERY) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

fn tell(forgotten: Result<Forgotten, Error>, took: Duration) {
    match forgotten {
        Ok(gone) if gone != Forgotten::default() => {
            let Forgotten { days, runs, events, named, blobs, rest } = gone;
            tracing::info!(days, runs, events, named, blobs, rest, took_ms = %took.as_millis(), "what was old is forgotten");
        }
        Ok(_) => {}
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "what is old could not be forgotten; trying again in an hour"
            );
        }
    }
}

/// Forgets what is older than so many whole days, counted from midnight UTC; with 0, only what nobody can miss.
///
/// # Errors
/// When the journal cannot do it now. What was forgotten until then stays so.
pub async fn forget(
    journal: &Journal,
    pause: &dyn Pause,
    keep_days: u32,
    now: Time,
) -> Result<Forgotten, Error> {
    let mut gone = Forgotten::default();
    let midnight = Time::from_micros(0).after(whole_days(now));
    let dead = back(midnight, LEAST);
    while let rest @ 1.. = journal.retention.forget_rest(dead, now, PART).await? {
        gone.rest += rest;
        pause.pause(BREATH).await;
    }
    if keep_days == 0 {
        return Ok(gone);
    }
    let keep = DAY * keep_days;
    let before = back(midnight, keep);
    let oldest = journal.retention.oldest().await?;
    forget_runs(journal, pause, before, &mut gone).await?;
    while let named @ 1.. = journal.waits.forget_before(back(midnight, keep.max(LEAST)), PART).await? {
        gone.named += named;
        pause.pause(BREATH).await;
    }
    if gone.runs + gone.events + gone.named > 0 {
        let span = oldest.map_or(Duration::ZERO, |oldest| before.since(oldest));
        gone.days = span.as_secs().div_ceil(DAY.as_secs());
    }
    gone.blobs = forget_blobs(journal, pause, before, keep.max(LEAST)).await?;
    Ok(gone)
}

/// Forgets runs, and then the events that nothing needs any more.
async fn forget_runs(
    journal: &Journal,
    pause: &dyn Pause,
    before: Time,
    gone: &mut Forgotten,
) -> Result<(), Error> {
    let mut from = Some(Place::default());
    while let Some(place) = from {
        let Part { gone: runs, next } = journal.retention.forget_runs(before, place, PART).await?;
        (gone.runs, from) = (gone.runs + runs, next);
        pause.pause(BREATH).await;
    }
    from = Some(Place::default());
    while let Some(place) = from {
        let Part { gone: events, next } = journal.retention.forget_events(before, place, PART).await?;
        (gone.events, from) = (gone.events + events, next);
        pause.pause(BREATH).await;
    }
    Ok(())
}

/// Forgets blobs that nothing which is kept can name. A blob is written before what names it, and what is handed on from
/// run to run is named by runs that began while the one before was kept: hence the margin.
async fn forget_blobs(
    journal: &Journal,
    pause: &dyn Pause,
    before: Time,
    margin: Duration,
) -> Result<u64, Error> {
    let oldest = journal.retention.oldest().await?.map_or(before, |oldest| oldest.min(before));
    let mut gone = 0;
    loop {
        let part = journal.blobs.forget_before(back(oldest, margin), PART as usize).await?;
        if part == 0 {
            return Ok(gone);
        }
        gone += part as u64;
        pause.pause(BREATH).await;
    }
}

/// The whole days since 1970.
fn whole_days(now: Time) -> Duration {
    let seconds = u64::try_from(now.micros() / 1_000_000).unwrap_or(0);
    Duration::from_secs(seconds - seconds % DAY.as_secs())
}

fn back(time: Time, span: Duration) -> Time {
    Time::from_micros(time.micros().saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use async_trait::async_trait;
    use cauce_journal::events::Accept;
    use cauce_model::{Clock, Event, EventId, NamedEvent, SessionId, derived};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const NOON: i64 = 20_000 * 24 * 60 * 60 * 1_000_000 + 12 * 60 * 60 * 1_000_000;

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Time {
            Time::from_micros(NOON)
        }
    }

    /// Counts how often it was asked to wait, and does not.
    #[derive(Default)]
    struct Count(AtomicU64);

    #[async_trait]
    impl Pause for Count {
        async fn pause(&self, _span: Duration) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn days_ago(days: u32) -> Time {
        back(Noon.now(), DAY * days)
    }

    /// Events of each of the last 40 days at noon, 20 a day, and one named event a day.
    async fn forty_days() -> Journal {
        let journal = Journal::memory(Arc::new(Noon));
        let session = SessionId::from_uuid(Uuid::from_u128(1));
        journal.sessions.open(session).await.unwrap();
        for day in 0..40 {
            let at = days_ago(day);
            let id = |name: &str| EventId::from_uuid(derived(at, Uuid::nil(), name));
            for number in 0..20 {
                let (workflow, trigger) = ("welcome".to_owned(), "hook".to_owned());
                let (id, data) = (id(&number.to_string()), Arc::new(json!(1)));
                let event = Event { id, workflow, trigger, received_at: at, dedupe_key: None, data };
                let accept = Accept { session, event, run: None, slot: None, gates: None };
                journal.events.accept(accept).await.unwrap();
            }
            let name = "order.paid".to_owned();
            let named = NamedEvent { id: id("named"), name, key: None, data: json!(1), at, from: None };
            let named_id = named.id;
            journal.waits.publish(session, named).await.unwrap();
            journal.waits.looked(named_id).await.unwrap();
        }
        journal
    }

    #[tokio::test]
    async fn whole_days_go_in_small_parts_and_named_events_stay_30_days() {
        let (journal, pause) = (forty_days().await, Count::default());
        let gone = forget(&journal, &pause, 7, Noon.now()).await.unwrap();
        let expected = Forgotten { days: 32, events: 32 * 20, named: 9, ..Forgotten::default() };
        assert_eq!(gone, expected, "noon of the seventh day before stays, and of the thirtieth");
        assert!(pause.0.load(Ordering::Relaxed) >= 4, "others get their turn in between");
        assert_eq!(forget(&journal, &pause, 7, Noon.now()).await.unwrap(), Forgotten::default());
    }

    #[tokio::test]
    async fn nothing_goes_where_everything_is_kept() {
        let (journal, pause) = (forty_days().await, Count::default());
        assert_eq!(forget(&journal, &pause, 0, Noon.now()).await.unwrap(), Forgotten::default());
        assert_eq!(journal.retention.oldest().await.unwrap(), Some(days_ago(39)));
    }

    #[tokio::test]
    async fn a_blob_outlives_what_may_name_it() {
        let journal = Journal::memory(Arc::new(Noon));
        let mut draft = journal.blobs.begin().await.unwrap();
        draft.write(b"abc").await.unwrap();
        let blob = draft.keep().await.unwrap();
        let pause = Count::default();
        let later = |days: u32| Noon.now().after(DAY * days);
        assert_eq!(forget(&journal, &pause, 1, later(31)).await.unwrap().blobs, 0);
        assert!(journal.blobs.open(blob.id).await.unwrap().is_some());
        assert_eq!(forget(&journal, &pause, 1, later(32)).await.unwrap().blobs, 1);
    }
}
