//! Mails that ask.

use cauce_model::Clock;

use super::world::{Fate, World, header, run, text};

const BOB: &str = "bob@example.com";

#[tokio::test]
async fn a_question_is_asked_at_once_and_never_waits_for_the_hour() {
    let world = World::new().await;
    let teller = world.teller();
    for number in [1, 2] {
        world.asks(number, BOB).await;
        teller.round().await.unwrap();
    }
    let mails = world.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(
        (mails[0].0.as_str(), header(&mails[0].1, "Subject")),
        (BOB, "Your answer is needed: A discount (The shop)")
    );
    assert!(text(&mails[0].1).contains(&format!("https://cauce.example.com/runs/{}", run(1))));
    assert_ne!(header(&mails[0].1, "Message-ID"), header(&mails[1].1, "Message-ID"));
    assert_eq!(teller.round().await.unwrap(), None);
}

#[tokio::test]
async fn a_question_that_was_answered_meanwhile_is_not_asked() {
    let world = World::new().await;
    world.asks(1, BOB).await;
    world.flows.answered.lock().unwrap().insert(run(1));
    assert_eq!(world.teller().round().await.unwrap(), None);
    assert!(world.mails().is_empty());
}

#[tokio::test]
async fn a_refused_question_is_asked_later_by_the_same_mail() {
    let world = World::new().await;
    world.relay.fates.lock().unwrap().extend([Fate::IsLost, Fate::Refuses]);
    world.asks(1, BOB).await;
    for wait in [60, 300] {
        let next = world.teller().round().await.unwrap().expect("a moment");
        assert_eq!(next.since(world.clock.now()).as_secs(), wait);
        world.forward(wait);
    }
    assert_eq!(world.teller().round().await.unwrap(), None);
    let mails = world.mails();
    assert_eq!((mails.len(), &mails[0]), (2, &mails[1]));
}

#[tokio::test]
async fn somebody_who_has_no_address_cannot_be_asked_and_keeps_nobody_waiting() {
    let world = World::new().await;
    world.asks(1, "the boss").await;
    world.asks(2, BOB).await;
    assert_eq!(world.teller().round().await.unwrap(), None);
    assert_eq!(world.mails().len(), 1);
}
