//! Lists: open and over in one order, each run once, page after page.

use cauce_journal::runs::{Filter, Summary, Then};
use cauce_model::{HoldReason, RunId, RunStatus, SessionId, Time};

use crate::sample::{FIRST, accept, accept_for, brief, finish, record, run, step};
use crate::store::Store;

/// Runs 1 to 30; of each ten one is held, some are over, of which some badly.
async fn thirty(store: &Store) -> SessionId {
    let session = store.session(1).await;
    for number in 1..=30 {
        let workflow = if number % 2 == 0 { "even" } else { "odd" };
        let mut given = accept_for(session, number, workflow);
        given.run.as_mut().unwrap().keys = vec![format!("{}@example.com", number % 5)];
        store.accepted(given).await;
        let status = match number % 10 {
            1..=4 => RunStatus::Succeeded,
            5 => RunStatus::Failed,
            6 => RunStatus::Held,
            _ => continue,
        };
        let mut write = if status == RunStatus::Held {
            step(session, number, FIRST, Then::Park { wake_at: None })
        } else {
            let mut record = record(number, status);
            workflow.clone_into(&mut record.start.workflow);
            step(session, number, FIRST, Then::Finish(record))
        };
        write.brief = brief(status, 2);
        write.brief.hold_reason = (status == RunStatus::Held).then_some(HoldReason::Asked);
        store.done(write).await;
    }
    session
}

async fn ids(store: &Store, filter: &Filter, limit: u32) -> Vec<RunId> {
    store.journal.runs.list(filter, limit).await.unwrap().into_iter().map(|summary| summary.id).collect()
}

fn runs(numbers: impl IntoIterator<Item = u128>) -> Vec<RunId> {
    numbers.into_iter().map(run).collect()
}

async fn pages_over_open_and_history_have_no_doubles_and_no_gaps(store: Store) {
    thirty(&store).await;
    for page in [1, 4, 7, 30] {
        let mut filter = Filter::default();
        let mut all = Vec::new();
        loop {
            let ids = ids(&store, &filter, page).await;
            let Some(last) = ids.last() else { break };
            filter.before = Some(*last);
            all.extend(ids);
        }
        assert_eq!(all, runs((1..=30).rev()), "pages of {page}");
    }
}

async fn a_line_says_what_a_list_shows(store: Store) {
    thirty(&store).await;
    let list = store.journal.runs.list(&Filter::default(), 100).await.unwrap();
    let line = |number: u128| list.iter().find(|summary| summary.id == run(number)).unwrap().clone();
    let accepted = Time::from_micros(1_700_000_000_000_000);
    let expected = Summary {
        id: run(5),
        workflow: "odd".to_owned(),
        version: 1,
        trigger: "hook".to_owned(),
        started_at: accepted,
        finished_at: Some(Time::from_micros(1_700_000_000_500_000)),
        brief: brief(RunStatus::Failed, 2),
    };
    assert_eq!(line(5), expected);
    assert_eq!((line(6).brief.status, line(6).brief.hold_reason), (RunStatus::Held, Some(HoldReason::Asked)));
    assert_eq!((line(7).brief, line(7).finished_at), (brief(RunStatus::Running, 0), None));
}

async fn a_list_of_one_workflow_has_its_runs_alone(store: Store) {
    thirty(&store).await;
    let filter = Filter { workflow: Some("even".to_owned()), ..Filter::default() };
    assert_eq!(ids(&store, &filter, 100).await, runs((1..=30).rev().filter(|number| number % 2 == 0)));
    assert_eq!(ids(&store, &filter, 3).await, runs([30, 28, 26]));
}

async fn a_list_of_statuses_has_those_alone(store: Store) {
    thirty(&store).await;
    let of = |statuses: &[RunStatus]| Filter { statuses: statuses.to_vec(), ..Filter::default() };
    assert_eq!(ids(&store, &of(&[RunStatus::Held]), 100).await, runs([26, 16, 6]));
    assert_eq!(ids(&store, &of(&[RunStatus::Failed]), 100).await, runs([25, 15, 5]));
    assert_eq!(ids(&store, &of(&[RunStatus::Failed, RunStatus::Held]), 4).await, runs([26, 25, 16, 15]));
    assert_eq!(ids(&store, &of(&[RunStatus::Succeeded]), 3).await, runs([24, 23, 22]));
    assert_eq!(ids(&store, &of(&[RunStatus::Cancelled]), 3).await, runs([]));
}

async fn a_list_by_key_finds_open_runs_and_history(store: Store) {
    thirty(&store).await;
    let mut filter = Filter { key: Some("3@example.com".to_owned()), ..Filter::default() };
    assert_eq!(ids(&store, &filter, 100).await, runs([28, 23, 18, 13, 8, 3]));
    filter.before = Some(run(23));
    assert_eq!(ids(&store, &filter, 2).await, runs([18, 13]));
    filter.workflow = Some("odd".to_owned());
    filter.statuses = vec![RunStatus::Succeeded];
    assert_eq!(ids(&store, &filter, 9).await, runs([13, 3]));
    filter.key = Some("3".to_owned());
    assert_eq!(ids(&store, &filter, 9).await, runs([]));
}

async fn open_runs_are_counted_for_each_workflow(store: Store) {
    thirty(&store).await;
    let counts = store.journal.runs.open_counts().await.unwrap();
    assert_eq!(counts, [("even".to_owned(), 9), ("odd".to_owned(), 6)]);
}

async fn a_list_while_runs_finish_has_each_run_once(store: Store) {
    let session = store.session(1).await;
    for number in 1..=200 {
        store.accepted(accept(session, number)).await;
    }
    let finishing = tokio::spawn({
        let runs = store.journal.runs.clone();
        async move {
            for number in 1..=200 {
                runs.progress(finish(session, number, FIRST)).await.unwrap();
            }
        }
    });
    while !finishing.is_finished() {
        assert_eq!(ids(&store, &Filter::default(), 500).await, runs((1..=200).rev()));
    }
    finishing.await.unwrap();
    assert_eq!(ids(&store, &Filter::default(), 500).await.len(), 200);
}

crate::for_both! {
    pages_over_open_and_history_have_no_doubles_and_no_gaps,
    a_line_says_what_a_list_shows,
    a_list_of_one_workflow_has_its_runs_alone,
    a_list_of_statuses_has_those_alone,
    a_list_by_key_finds_open_runs_and_history,
    open_runs_are_counted_for_each_workflow,
    a_list_while_runs_finish_has_each_run_once,
}
