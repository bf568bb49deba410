//! Workflows: every version as written, and a number that moves with each change.

use cauce_journal::Change;
use cauce_journal::flows::{Flow, Origin, Publish};
use cauce_model::Time;

use crate::store::Store;

fn publish(text: &str, at: i64) -> Publish {
    Publish {
        id: "welcome".to_owned(),
        text: text.as_bytes().to_vec(),
        origin: Origin::Folder,
        author: "ana@example.com".to_owned(),
        at: Time::from_micros(at),
    }
}

impl Store {
    async fn only_flow(&self) -> Flow {
        let mut flows = self.journal.flows.all().await.unwrap();
        assert_eq!(flows.len(), 1);
        flows.remove(0)
    }
}

async fn a_new_workflow_is_on_and_has_version_1(store: Store) {
    assert_eq!(store.journal.flows.publish(publish("a: \u{0}é", 1)).await.unwrap(), 1);
    let flow = store.only_flow().await;
    assert!(flow.on && !flow.retired);
    assert_eq!((flow.id.as_str(), flow.version, flow.origin), ("welcome", 1, Origin::Folder));
    assert_eq!((flow.text.as_slice(), flow.updated_at), ("a: \u{0}é".as_bytes(), Time::from_micros(1)));
}

async fn every_version_stays_as_it_was_written(store: Store) {
    let flows = &store.journal.flows;
    assert_eq!(flows.publish(publish("one", 1)).await.unwrap(), 1);
    assert_eq!(flows.publish(publish("two", 2)).await.unwrap(), 2);
    assert_eq!(flows.publish(publish("one", 3)).await.unwrap(), 3);
    assert_eq!(flows.text("welcome", 1).await.unwrap().unwrap(), b"one");
    assert_eq!(flows.text("welcome", 2).await.unwrap().unwrap(), b"two");
    assert_eq!(flows.text("welcome", 4).await.unwrap(), None);
    assert_eq!(flows.text("welcome", 0).await.unwrap(), None);
    assert_eq!(flows.text("other", 1).await.unwrap(), None);
    assert_eq!(store.only_flow().await.version, 3);
}

async fn publishing_the_same_text_changes_nothing(store: Store) {
    let flows = &store.journal.flows;
    flows.publish(publish("one", 1)).await.unwrap();
    let generation = flows.generation().await.unwrap();
    assert_eq!(flows.publish(publish("one", 9)).await.unwrap(), 1);
    assert_eq!(flows.generation().await.unwrap(), generation);
    assert_eq!(store.only_flow().await.updated_at, Time::from_micros(1));
}

async fn a_workflow_that_moves_to_the_server_keeps_its_version(store: Store) {
    let flows = &store.journal.flows;
    flows.publish(publish("one", 1)).await.unwrap();
    let moved = Publish { origin: Origin::Server, ..publish("one", 2) };
    assert_eq!(flows.publish(moved).await.unwrap(), 1);
    assert_eq!(store.only_flow().await.origin, Origin::Server);
}

async fn a_workflow_that_is_off_stays_off_through_a_new_version(store: Store) {
    let flows = &store.journal.flows;
    flows.publish(publish("one", 1)).await.unwrap();
    assert!(flows.switch("welcome", false, Time::from_micros(2)).await.unwrap());
    flows.publish(publish("two", 3)).await.unwrap();
    assert!(!store.only_flow().await.on);
    assert!(flows.switch("welcome", true, Time::from_micros(4)).await.unwrap());
    assert!(store.only_flow().await.on);
    assert!(!flows.switch("other", true, Time::from_micros(5)).await.unwrap());
}

async fn a_retired_workflow_comes_back_on_when_it_is_published(store: Store) {
    let flows = &store.journal.flows;
    flows.publish(publish("one", 1)).await.unwrap();
    flows.retire("welcome", Time::from_micros(2)).await.unwrap();
    let flow = store.only_flow().await;
    assert!(flow.retired && !flow.on);
    assert!(!flows.switch("welcome", true, Time::from_micros(3)).await.unwrap());
    assert_eq!(flows.publish(publish("one", 4)).await.unwrap(), 1);
    let flow = store.only_flow().await;
    assert!(!flow.retired && flow.on);
}

async fn the_generation_moves_with_changes_and_only_then(store: Store) {
    let flows = &store.journal.flows;
    let mut last = flows.generation().await.unwrap();
    flows.retire("welcome", Time::from_micros(1)).await.unwrap();
    assert_eq!(flows.generation().await.unwrap(), last);
    flows.publish(publish("one", 1)).await.unwrap();
    for change in 0..4 {
        let generation = flows.generation().await.unwrap();
        assert!(generation > last, "before change {change}");
        last = generation;
        match change {
            0 => drop(flows.publish(publish("two", 2)).await.unwrap()),
            1 => assert!(flows.switch("welcome", false, Time::from_micros(3)).await.unwrap()),
            _ => flows.retire("welcome", Time::from_micros(4)).await.unwrap(),
        }
        if change == 2 {
            flows.publish(publish("two", 5)).await.unwrap();
        }
    }
    last = flows.generation().await.unwrap();
    flows.retire("welcome", Time::from_micros(6)).await.unwrap();
    assert_eq!(flows.generation().await.unwrap(), last);
}

async fn those_who_watch_are_told_of_changed_workflows(store: Store) {
    let mut changes = store.journal.hints.changes();
    let flows = &store.journal.flows;
    flows.publish(publish("one", 1)).await.unwrap();
    flows.publish(publish("one", 2)).await.unwrap();
    flows.switch("welcome", true, Time::from_micros(3)).await.unwrap();
    assert_eq!(changes.try_recv().unwrap(), Change::Flow("welcome".to_owned()));
    assert!(changes.try_recv().is_err(), "nothing else changed");
}

crate::for_both! {
    a_new_workflow_is_on_and_has_version_1,
    every_version_stays_as_it_was_written,
    publishing_the_same_text_changes_nothing,
    a_workflow_that_moves_to_the_server_keeps_its_version,
    a_workflow_that_is_off_stays_off_through_a_new_version,
    a_retired_workflow_comes_back_on_when_it_is_published,
    the_generation_moves_with_changes_and_only_then,
    those_who_watch_are_told_of_changed_workflows,
}
