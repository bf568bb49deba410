//! Finding runs: by time and by the step at which they stopped, together with all the rest.

use cauce_journal::runs::{Filter, Then};
use cauce_model::{RunError, RunId, RunStatus, StepError, StepPath, Time, earliest_id};

use crate::sample::{FIRST, accept_for, brief, record, step};
use crate::store::Store;

fn at(second: i64) -> Time {
    Time::from_micros(1_700_000_000_000_000 + second * 1_000_000)
}

/// The run of that second.
fn number(second: i64) -> u128 {
    earliest_id(at(second)).as_u128() + 1
}

fn runs(seconds: impl IntoIterator<Item = i64>) -> Vec<RunId> {
    seconds.into_iter().map(|second| RunId::from_uuid(uuid::Uuid::from_u128(number(second)))).collect()
}

/// One run a second for 40 seconds: even ones of another workflow than odd ones; of each four one is held at `send`, one
/// failed at a pass of `send`, one failed at `other`, one went well.
async fn forty(store: &Store) {
    let session = store.session(1).await;
    for second in 0..40 {
        let workflow = if second % 8 < 4 { "first" } else { "second" };
        let number = number(second);
        let mut given = accept_for(session, number, workflow);
        given.run.as_mut().unwrap().keys = vec![format!("k{}", second % 3)];
        store.accepted(given).await;
        let (status, path) = match second % 4 {
            0 => (RunStatus::Held, "gate/then/send"),
            1 => (RunStatus::Failed, "each[3]/send"),
            2 => (RunStatus::Failed, "other"),
            _ => (RunStatus::Succeeded, ""),
        };
        let mut over = record(number, status);
        workflow.clone_into(&mut over.start.workflow);
        let then = if status == RunStatus::Held { Then::Park { wake_at: None } } else { Then::Finish(over) };
        let mut write = step(session, number, FIRST, then);
        write.brief = brief(status, 1);
        let error =
            StepError { code: "A012".to_owned(), message: "no".to_owned(), hint: None, status: Some(503) };
        write.brief.error = (!path.is_empty()).then(|| RunError { error, step: StepPath::from(path) });
        store.done(write).await;
    }
}

/// The runs of a filter, in pages of three.
async fn found(store: &Store, filter: &Filter) -> Vec<RunId> {
    let mut filter = filter.clone();
    let mut all = Vec::new();
    loop {
        let page = store.journal.runs.list(&filter, 3).await.unwrap();
        let Some(last) = page.last() else { return all };
        filter.before = Some(last.id);
        all.extend(page.into_iter().map(|summary| summary.id));
    }
}

async fn a_list_of_a_time_has_what_was_accepted_in_it(store: Store) {
    forty(&store).await;
    let of = |since, until| Filter { since, until, ..Filter::default() };
    assert_eq!(found(&store, &of(Some(at(10)), Some(at(20)))).await, runs((10..20).rev()));
    assert_eq!(found(&store, &of(Some(at(36)), None)).await, runs((36..40).rev()));
    assert_eq!(found(&store, &of(None, Some(at(3)))).await, runs([2, 1, 0]));
    assert_eq!(found(&store, &of(Some(at(20)), Some(at(20)))).await, runs([]));
    assert_eq!(found(&store, &of(Some(at(30)), Some(at(20)))).await, runs([]));
}

async fn a_list_of_a_step_has_the_runs_that_stopped_there(store: Store) {
    forty(&store).await;
    let of = |workflow: &str, step: &str| Filter {
        workflow: Some(workflow.to_owned()),
        step: Some(step.to_owned()),
        ..Filter::default()
    };
    let first = |rest: &'static [i64]| (0..40).rev().filter(|s| s % 8 < 4 && rest.contains(&(s % 4)));
    assert_eq!(found(&store, &of("first", "send")).await, runs(first(&[0, 1])));
    assert_eq!(found(&store, &of("first", "other")).await, runs(first(&[2])));
    assert_eq!(found(&store, &of("first", "gate")).await, runs([]));
    assert_eq!(found(&store, &of("third", "send")).await, runs([]));
    let everywhere = Filter { workflow: None, ..of("", "other") };
    assert_eq!(found(&store, &everywhere).await, runs((0..40).rev().filter(|s| s % 4 == 2)));
}

async fn every_filter_goes_with_every_other(store: Store) {
    forty(&store).await;
    for bits in 0..64_u32 {
        let has = |bit: u32| bits & (1 << bit) != 0;
        let filter = Filter {
            workflow: has(0).then(|| "second".to_owned()),
            statuses: if has(1) { vec![RunStatus::Failed, RunStatus::Held] } else { Vec::new() },
            key: has(2).then(|| "k1".to_owned()),
            since: has(3).then(|| at(5)),
            until: has(4).then(|| at(33)),
            step: has(5).then(|| "send".to_owned()),
            before: None,
        };
        let fits = |second: &i64| {
            (!has(0) || second % 8 >= 4)
                && (!has(1) || second % 4 != 3)
                && (!has(2) || second % 3 == 1)
                && (!has(3) || *second >= 5)
                && (!has(4) || *second < 33)
                && (!has(5) || second % 4 < 2)
        };
        assert_eq!(found(&store, &filter).await, runs((0..40).rev().filter(fits)), "{filter:?}");
    }
}

crate::for_both! {
    a_list_of_a_time_has_what_was_accepted_in_it,
    a_list_of_a_step_has_the_runs_that_stopped_there,
    every_filter_goes_with_every_other,
}
