//! Sessions: alive until buried, and dead for good.

use std::time::Duration;

use cauce_journal::Error;
use cauce_model::SessionId;
use uuid::Uuid;

use crate::store::Store;

async fn a_new_session_is_seen_at_once(store: Store) {
    let session = store.session(1).await;
    let seen = store.journal.sessions.all().await.unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].session, seen[0].seen_at, seen[0].dead), (session, store.now(), false));
}

async fn a_heartbeat_moves_the_moment_it_was_seen(store: Store) {
    let session = store.session(1).await;
    store.clock.forward(Duration::from_secs(5));
    store.journal.sessions.beat(session).await.unwrap();
    assert_eq!(store.journal.sessions.all().await.unwrap()[0].seen_at, store.now());
}

async fn a_buried_session_stays_dead(store: Store) {
    let session = store.session(1).await;
    store.journal.sessions.bury(session).await.unwrap();
    assert!(matches!(store.journal.sessions.beat(session).await, Err(Error::Fenced)));
    assert!(store.journal.sessions.all().await.unwrap()[0].dead);
    assert!(matches!(store.journal.sessions.open(session).await, Err(Error::Exists { .. })));
}

async fn an_unknown_session_has_no_heartbeat(store: Store) {
    let session = SessionId::from_uuid(Uuid::from_u128(9));
    assert!(matches!(store.journal.sessions.beat(session).await, Err(Error::Fenced)));
    store.journal.sessions.bury(session).await.unwrap();
    assert!(store.journal.sessions.all().await.unwrap().is_empty());
}

async fn sessions_of_one_process_live_side_by_side(store: Store) {
    let first = store.session(1).await;
    let second = store.session(2).await;
    store.journal.sessions.beat(first).await.unwrap();
    store.journal.sessions.beat(second).await.unwrap();
    assert!(store.journal.sessions.all().await.unwrap().iter().all(|seen| !seen.dead));
}

crate::for_both! {
    a_new_session_is_seen_at_once,
    a_heartbeat_moves_the_moment_it_was_seen,
    a_buried_session_stays_dead,
    an_unknown_session_has_no_heartbeat,
    sessions_of_one_process_live_side_by_side,
}
