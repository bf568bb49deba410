//! Who is told, and when.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use cauce_journal::Error;
use cauce_journal::notices::{Group, Letter, Notices, Receiver, Settled};
use cauce_model::{Clock, Time};
use uuid::Uuid;

use super::super::Teller;
use super::world::{ANA, Fate, World, header, text};

const HOUR: u64 = 3600;

#[tokio::test]
async fn a_burst_is_one_mail_after_some_seconds() {
    let world = World::new().await;
    let teller = world.teller();
    for number in 1..=5 {
        world.fails(number, "shop").await;
    }
    let next = teller.round().await.unwrap().expect("a moment");
    assert_eq!((world.mails().len(), next.since(world.clock.now()).as_secs()), (0, 10));
    world.forward(10);
    teller.round().await.unwrap();
    let mails = world.mails();
    let [(to, mail)] = mails.as_slice() else { panic!("one mail: {mails:?}") };
    assert_eq!((to.as_str(), header(mail, "Subject")), (ANA, "The shop failed 5 times in a row"));
    assert!(text(mail).contains("* 5 runs failed at the step `send`"), "{}", text(mail));
    assert_eq!(header(mail, "Auto-Submitted"), "auto-generated");
    assert_eq!(teller.round().await.unwrap(), None, "nothing is left to tell");
}

#[tokio::test]
async fn nothing_more_comes_within_the_hour_and_then_one_mail_with_the_counts() {
    let world = World::new().await;
    let teller = world.teller();
    world.owned("crm", Some(ANA));
    world.fails(1, "shop").await;
    world.forward(10);
    teller.round().await.unwrap();
    for number in 2..=4 {
        world.forward(600);
        world.fails(number, if number == 4 { "crm" } else { "shop" }).await;
        teller.round().await.unwrap();
    }
    world.forward(HOUR - 1801);
    let next = teller.round().await.unwrap().expect("a moment");
    assert_eq!((world.mails().len(), next.since(world.clock.now()).as_secs()), (1, 1));
    world.forward(1);
    teller.round().await.unwrap();
    let mails = world.mails();
    assert_eq!((mails.len(), header(&mails[1].1, "Subject")), (2, "2 workflows need you: 3 runs failed"));
    let text = text(&mails[1].1);
    assert!(
        text.contains(
            "* 2 runs failed at the step `send`, between 2027-01-15 08:10 UTC and 2027-01-15 08:20 UTC"
        ),
        "{text}"
    );
    assert!(text.contains("The crm (crm)") && text.contains("* 1 run failed"), "{text}");
    assert_ne!(header(&mails[0].1, "Message-ID"), header(&mails[1].1, "Message-ID"));
}

#[tokio::test]
async fn a_refused_mail_is_kept_and_sent_later_with_what_came_meanwhile() {
    let world = World::new().await;
    let teller = world.teller();
    world.relay.fates.lock().unwrap().extend([Fate::Refuses, Fate::Refuses]);
    world.fails(1, "shop").await;
    world.forward(10);
    for wait in [60, 300] {
        let next = teller.round().await.unwrap().expect("a moment");
        assert_eq!(next.since(world.clock.now()).as_secs(), wait);
        world.forward(wait - 1);
        assert_eq!(teller.round().await.unwrap(), Some(next), "not before its time");
        world.forward(1);
        world.fails(1 + u128::from(wait), "shop").await;
    }
    assert!(world.mails().is_empty());
    teller.round().await.unwrap();
    let mails = world.mails();
    assert_eq!((mails.len(), header(&mails[0].1, "Subject")), (1, "The shop failed 3 times in a row"));
    assert!(text(&mails[0].1).contains("* 3 runs failed"), "{}", text(&mails[0].1));
}

#[tokio::test]
async fn a_mail_whose_answer_was_lost_is_sent_again_as_the_same_mail() {
    let world = World::new().await;
    let teller = world.teller();
    world.relay.fates.lock().unwrap().push_back(Fate::IsLost);
    world.fails(1, "shop").await;
    world.forward(10);
    teller.round().await.unwrap();
    world.fails(2, "shop").await;
    world.forward(60);
    let next = teller.round().await.unwrap().expect("a moment");
    let mails = world.mails();
    assert_eq!((mails.len(), &mails[0]), (2, &mails[1]));
    assert_eq!(next.since(world.clock.now()).as_secs(), HOUR, "what came since waits for the next");
}

/// The journal of a process that dies when it is about to write what became of a letter.
struct Dying {
    inner: Arc<dyn Notices>,
    dead: AtomicBool,
}

#[async_trait]
impl Notices for Dying {
    async fn open(&self, limit: u32) -> Result<Vec<Group>, Error> {
        self.inner.open(limit).await
    }

    async fn receiver(&self, receiver: &str) -> Result<Receiver, Error> {
        self.inner.receiver(receiver).await
    }

    async fn seal(&self, letter: Letter) -> Result<bool, Error> {
        self.inner.seal(letter).await
    }

    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Letter>, Error> {
        self.inner.due(now, limit).await
    }

    async fn next_due(&self) -> Result<Option<Time>, Error> {
        self.inner.next_due().await
    }

    async fn settle(&self, _: Uuid, _: Settled) -> Result<(), Error> {
        self.dead.store(true, Ordering::SeqCst);
        Err(Error::Closed)
    }
}

#[tokio::test]
async fn a_death_between_sending_and_marking_sends_the_same_mail_again() {
    let world = World::new().await;
    let mut teller = world.teller();
    let dying = Arc::new(Dying { inner: world.journal.notices.clone(), dead: AtomicBool::new(false) });
    teller.journal.notices = dying.clone();
    world.fails(1, "shop").await;
    world.forward(10);
    teller.round().await.unwrap_err();
    assert!(dying.dead.load(Ordering::SeqCst));
    world.fails(2, "shop").await;
    world.forward(5);
    let next_life = world.teller();
    next_life.round().await.unwrap();
    let mails = world.mails();
    assert_eq!((mails.len(), &mails[0]), (2, &mails[1]), "the same bytes, so the same Message-ID");
    world.forward(HOUR);
    next_life.round().await.unwrap();
    let mails = world.mails();
    assert_eq!((mails.len(), header(&mails[2].1, "Subject")), (3, "The shop: 1 run failed"));
}

#[tokio::test]
async fn what_is_over_the_hour_survives_a_restart() {
    let world = World::new().await;
    world.fails(1, "shop").await;
    world.forward(10);
    world.teller().round().await.unwrap();
    world.fails(2, "shop").await;
    world.forward(60);
    let next = world.teller().round().await.unwrap().expect("a moment");
    assert_eq!((world.mails().len(), next.since(world.clock.now()).as_secs()), (1, HOUR - 60));
}

/// A round after the seconds of a burst; to whom a mail went.
async fn told(world: &World, teller: &Teller) -> Vec<String> {
    world.forward(10);
    teller.round().await.unwrap();
    world.mails().into_iter().map(|(to, _)| to).collect()
}

#[tokio::test]
async fn without_an_owner_it_is_whom_the_operator_named_or_the_first_admin() {
    let world = World::new().await;
    world.owned("shop", None);
    world.fails(1, "shop").await;
    let mut teller = world.teller();
    assert!(told(&world, &teller).await.is_empty(), "nobody is there");
    world.admin("eva@example.com", "en").await;
    assert_eq!(told(&world, &teller).await, ["eva@example.com"]);
    world.fails(2, "unpublished").await;
    teller.telling.notify = Some("ops@example.com".to_owned());
    assert_eq!(told(&world, &teller).await, ["eva@example.com", "ops@example.com"]);
}

#[tokio::test]
async fn without_a_relay_it_waits_for_one() {
    let world = World::new().await;
    let mut teller = world.teller();
    teller.mail = None;
    world.fails(1, "shop").await;
    world.forward(10);
    assert_eq!(teller.round().await.unwrap(), None);
    assert_eq!(world.journal.notices.open(10).await.unwrap().len(), 1);
    assert_eq!(told(&world, &world.teller()).await, [ANA]);
}

#[tokio::test]
async fn a_hold_says_how_many_wait_behind() {
    let world = World::new().await;
    world.is_held(1, "shop").await;
    for number in [2, 3] {
        world.takes_its_turn(number, "shop").await;
    }
    world.forward(10);
    world.teller().round().await.unwrap();
    let mails = world.mails();
    assert_eq!((mails.len(), header(&mails[0].1, "Subject")), (1, "The shop: 1 run is on hold"));
    let text = text(&mails[0].1);
    assert!(text.contains("2 runs wait behind those on hold. They start when"), "{text}");
}

#[tokio::test]
async fn a_letter_is_written_in_the_language_of_the_account() {
    let world = World::new().await;
    world.admin(ANA, "es").await;
    world.is_held(1, "shop").await;
    world.forward(10);
    world.teller().round().await.unwrap();
    let text = text(&world.mails()[0].1);
    assert!(text.contains("1 ejecución quedó retenida en el paso `send`"), "{text}");
}

#[tokio::test]
async fn without_from_a_mail_is_from_whoever_runs_the_server() {
    let mut world = World::new().await;
    world.relay = Arc::default();
    world.fails(1, "shop").await;
    let mut teller = world.teller();
    teller.telling.notify = Some("ops@example.com".to_owned());
    assert_eq!(told(&world, &teller).await, [ANA]);
    assert_eq!(header(&world.mails()[0].1, "From"), "ops@example.com");
}
