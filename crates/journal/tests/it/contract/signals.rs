//! Signals: none is lost between somebody who sends and somebody who parks.

use std::time::Duration;

use cauce_journal::runs::{Found, Progressed, Rev, Signal, Then};
use cauce_model::{Resume, SessionId};

use crate::sample::{FIRST, accept, finish, run, step};
use crate::store::Store;

fn cancel() -> Signal {
    Signal::Cancel { by: "ana".to_owned() }
}

fn resume() -> Signal {
    Signal::Resume { choice: Resume::Again, by: "eva".to_owned(), path: None }
}

async fn a_signal_wakes_a_parked_run(store: Store) {
    let session = store.session(1).await;
    store.parked(session, 1, None).await;
    assert!(store.journal.runs.signal(run(1), cancel(), store.now()).await.unwrap());
    assert_eq!(store.journal.runs.next_due().await.unwrap(), Some(store.now()));
    let claimed = store.journal.runs.claim(session, &store.free().await).await.unwrap();
    assert_eq!((claimed[0].inbox, claimed[0].inbox_read), (1, 0));
    let inbox = store.journal.runs.inbox(run(1), 0).await.unwrap();
    assert_eq!(inbox.len(), 1);
    assert_eq!((inbox[0].number, inbox[0].at, &inbox[0].signal), (1, store.now(), &cancel()));
    assert!(store.journal.runs.signalled(session).await.unwrap().is_empty(), "the claim saw it");
}

async fn a_signal_to_a_run_that_is_over_or_unknown_is_refused(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    store.done(finish(session, 1, FIRST)).await;
    assert!(!store.journal.runs.signal(run(1), cancel(), store.now()).await.unwrap());
    assert!(!store.journal.runs.signal(run(2), cancel(), store.now()).await.unwrap());
    assert!(store.journal.runs.inbox(run(1), 0).await.unwrap().is_empty());
}

async fn an_owner_finds_its_signalled_runs(store: Store) {
    let session = store.session(1).await;
    for number in 1..=3 {
        store.accepted(accept(session, number)).await;
    }
    for number in [3, 1] {
        assert!(store.journal.runs.signal(run(number), cancel(), store.now()).await.unwrap());
    }
    assert_eq!(store.journal.runs.signalled(session).await.unwrap(), [run(1), run(3)]);
    assert!(store.free_ids().await.is_empty(), "they are still owned");
    let answer = store.journal.runs.progress(step(session, 1, FIRST, Then::Keep)).await.unwrap();
    assert_eq!(answer, Progressed::Done { rev: Rev(2), inbox: 1, children: Vec::new() });
    assert_eq!(store.journal.runs.signalled(session).await.unwrap(), [run(3)]);
}

async fn a_run_with_unread_signals_is_not_parked(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    store.journal.runs.signal(run(1), cancel(), store.now()).await.unwrap();
    let parking = step(session, 1, FIRST, Then::Park { wake_at: None });
    let answer = store.journal.runs.progress(parking).await.unwrap();
    assert_eq!(answer, Progressed::Stays { rev: Rev(2), inbox: 1, children: Vec::new() });
    assert_eq!(store.journal.runs.owned(session).await.unwrap().len(), 1);
    let mut parking = step(session, 1, Rev(2), Then::Park { wake_at: None });
    parking.inbox_read = 1;
    assert_eq!(store.done(parking).await, Rev(3));
    let Some(Found::Open(open)) = store.journal.runs.get(run(1)).await.unwrap() else {
        panic!("no open run")
    };
    assert_eq!((open.inbox, open.inbox_read), (1, 1));
    assert!(store.journal.runs.owned(session).await.unwrap().is_empty());
}

async fn signals_are_numbered_and_read_from_any_place(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    for signal in [cancel(), resume(), cancel()] {
        store.journal.runs.signal(run(1), signal, store.now()).await.unwrap();
    }
    let after = store.journal.runs.inbox(run(1), 1).await.unwrap();
    assert_eq!(after.iter().map(|sent| sent.number).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(after[0].signal, resume());
    assert!(store.journal.runs.inbox(run(1), 3).await.unwrap().is_empty());
}

async fn a_signal_while_the_owner_parks_is_never_lost(store: Store) {
    let session = store.session(1).await;
    for number in 1..=100 {
        store.accepted(accept(session, number)).await;
        let runs = &store.journal.runs;
        let parking = step(session, number, FIRST, Then::Park { wake_at: None });
        let (sent, parked) =
            tokio::join!(runs.signal(run(number), cancel(), store.now()), runs.progress(parking));
        assert!(sent.unwrap());
        match parked.unwrap() {
            Progressed::Stays { inbox, .. } => assert_eq!(inbox, 1),
            Progressed::Done { inbox, .. } => {
                assert_eq!(inbox, 0);
                assert!(store.free_ids().await.contains(&run(number)), "parked first, then woken");
                take(&store, session).await;
            }
            Progressed::Stale => panic!("nobody else wrote"),
        }
    }
}

async fn take(store: &Store, session: SessionId) {
    store.journal.runs.claim(session, &store.free().await).await.unwrap();
}

async fn a_signal_to_a_run_of_a_dead_owner_is_kept_for_the_next(store: Store) {
    let (dead, next) = (store.session(1).await, store.session(2).await);
    store.accepted(accept(dead, 1)).await;
    store.journal.sessions.bury(dead).await.unwrap();
    store.clock.forward(Duration::from_secs(1));
    assert!(store.journal.runs.signal(run(1), cancel(), store.now()).await.unwrap());
    let claimed = store.journal.runs.claim(next, &store.free().await).await.unwrap();
    assert_eq!((claimed[0].inbox, claimed[0].crashes), (1, 1));
}

crate::for_both! {
    a_signal_wakes_a_parked_run,
    a_signal_to_a_run_that_is_over_or_unknown_is_refused,
    an_owner_finds_its_signalled_runs,
    a_run_with_unread_signals_is_not_parked,
    signals_are_numbered_and_read_from_any_place,
    a_signal_while_the_owner_parks_is_never_lost,
    a_signal_to_a_run_of_a_dead_owner_is_kept_for_the_next,
}
