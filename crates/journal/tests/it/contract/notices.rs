//! Notices: counted by cause in the commit they tell of, told by letters that stay until they are taken.

use std::time::Duration;

use cauce_journal::notices::{Body, Group, Kind, Letter, Notice, Question, Settled};
use cauce_journal::runs::{Progress, Progressed, Rev, Then};
use cauce_model::{HoldReason, RunStatus, SessionId, StepError, StepPath, Time};
use serde_json::json;
use uuid::Uuid;

use crate::sample::{FIRST, accept, accept_for, finish, record, run, step};
use crate::store::Store;

const OWNER: &str = "ana@example.com";

fn failure(code: &str, path: &str, message: &str, at: Time) -> Notice {
    let error = StepError {
        code: code.to_owned(),
        message: message.to_owned(),
        hint: Some("look".to_owned()),
        status: Some(503),
    };
    Notice::of("welcome", Kind::Failed, &StepPath::from(path), Some(&error), at)
}

fn ends(session: SessionId, number: u128, status: RunStatus, notice: Option<Notice>) -> Progress {
    Progress { notice, ..step(session, number, FIRST, Then::Finish(record(number, status))) }
}

fn second(store: &Store, seconds: u64) -> Time {
    store.now().after(Duration::from_secs(seconds))
}

impl Store {
    async fn fails(&self, session: SessionId, number: u128, notice: Notice) {
        self.accepted(accept(session, number)).await;
        self.done(ends(session, number, RunStatus::Failed, Some(notice))).await;
    }

    async fn succeeds(&self, session: SessionId, number: u128) {
        self.accepted(accept(session, number)).await;
        self.done(finish(session, number, FIRST)).await;
    }

    /// What nobody was told of: kind, count, message of the last, number of its run.
    async fn open(&self) -> Vec<Group> {
        self.journal.notices.open(100).await.unwrap()
    }

    async fn counts(&self) -> Vec<(Kind, u64)> {
        self.open().await.iter().map(|group| (group.notice.kind, group.count)).collect()
    }

    async fn sealed(&self, number: u128, groups: Vec<Group>) -> bool {
        self.journal.notices.seal(self.letter(number, groups)).await.unwrap()
    }

    fn letter(&self, number: u128, groups: Vec<Group>) -> Letter {
        let body = Body::Digest { groups, shown: json!({"language": "es"}) };
        let (id, now) = (Uuid::from_u128(number), self.now());
        Letter { id, receiver: OWNER.to_owned(), at: now, attempts: 0, next_at: now, body }
    }

    async fn settle(&self, number: u128, settled: Settled) {
        self.journal.notices.settle(Uuid::from_u128(number), settled).await.unwrap();
    }

    async fn due_ids(&self, at: Time) -> Vec<Uuid> {
        self.journal.notices.due(at, 100).await.unwrap().into_iter().map(|letter| letter.id).collect()
    }
}

async fn failures_of_one_cause_are_one_group(store: Store) {
    let session = store.session(1).await;
    let (one, two) = (second(&store, 1), second(&store, 2));
    store.fails(session, 1, failure("A005", "each[3]/send", "busy: order 1", one)).await;
    store.fails(session, 2, failure("A005", "each[4]/send", "busy: order 2", two)).await;
    let open = store.open().await;
    let [group] = open.as_slice() else { panic!("one group: {open:?}") };
    assert_eq!((group.count, group.first_at, group.notice.at, group.run), (2, one, two, run(2)));
    assert_eq!((group.notice.message.as_str(), group.notice.step.as_str()), ("busy: order 2", "each[]/send"));
}

async fn another_code_step_or_reason_is_another_group(store: Store) {
    let session = store.session(1).await;
    let at = store.now();
    store.fails(session, 1, failure("A005", "send", "busy", at)).await;
    store.succeeds(session, 2).await;
    store.fails(session, 3, failure("A006", "send", "refused", at)).await;
    store.succeeds(session, 4).await;
    store.fails(session, 5, failure("A005", "mail", "busy", at)).await;
    store.accepted(accept(session, 6)).await;
    for (rev, reason) in [(1, HoldReason::Exhausted), (2, HoldReason::NeedsLogin)] {
        let held =
            Notice { kind: Kind::Held, hold_reason: Some(reason), ..failure("A005", "send", "busy", at) };
        store.done(Progress { notice: Some(held), ..step(session, 6, Rev(rev), Then::Keep) }).await;
    }
    let kinds = store.counts().await;
    assert_eq!(
        kinds,
        [(Kind::Failed, 1), (Kind::Failed, 1), (Kind::Failed, 1), (Kind::Held, 1), (Kind::Held, 1)]
    );
}

async fn a_write_that_does_not_count_tells_nothing(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let question = asks(&store, 1, OWNER);
    let notice = Some(failure("A005", "send", "busy", store.now()));
    let stale = Progress { notice, questions: vec![question], ..step(session, 1, Rev(9), Then::Keep) };
    assert_eq!(store.journal.runs.progress(stale).await.unwrap(), Progressed::Stale);
    assert_eq!((store.open().await.len(), store.journal.notices.next_due().await.unwrap()), (0, None));
}

async fn the_third_failure_in_a_row_is_told_as_such(store: Store) {
    let session = store.session(1).await;
    let first = second(&store, 1);
    store.fails(session, 1, failure("A005", "send", "busy", first)).await;
    store.fails(session, 2, failure("A006", "mail", "refused", second(&store, 2))).await;
    assert!(store.counts().await.iter().all(|(kind, _)| *kind == Kind::Failed));
    store.fails(session, 3, failure("A005", "send", "busy", second(&store, 3))).await;
    store.fails(session, 4, failure("A005", "send", "busy again", second(&store, 4))).await;
    let open = store.open().await;
    let failing: Vec<&Group> = open.iter().filter(|group| group.notice.kind == Kind::Failing).collect();
    let [failing] = failing.as_slice() else { panic!("one group: {open:?}") };
    assert_eq!((failing.count, failing.first_at, failing.run), (4, first, run(4)));
    assert_eq!(failing.notice.message, "busy again");
}

async fn a_run_that_ends_well_ends_the_row_and_those_of_others_do_not(store: Store) {
    let session = store.session(1).await;
    for number in [1, 2] {
        store.fails(session, number, failure("A005", "send", "busy", store.now())).await;
    }
    store.succeeds(session, 3).await;
    for number in [4, 5] {
        store.fails(session, number, failure("A005", "send", "busy", store.now())).await;
    }
    assert_eq!(store.counts().await, [(Kind::Failed, 4)]);
    store.accepted(accept_for(session, 6, "other")).await;
    let mut other = record(6, RunStatus::Succeeded);
    "other".clone_into(&mut other.start.workflow);
    store.done(step(session, 6, FIRST, Then::Finish(other))).await;
    store.accepted(accept(session, 7)).await;
    store.done(ends(session, 7, RunStatus::Cancelled, None)).await;
    store.fails(session, 8, failure("A005", "send", "busy", store.now())).await;
    assert_eq!(store.counts().await, [(Kind::Failed, 5), (Kind::Failing, 3)]);
}

async fn a_row_that_was_told_is_not_told_again_until_it_ends(store: Store) {
    let session = store.session(1).await;
    for number in 1..=3 {
        store.fails(session, number, failure("A005", "send", "busy", store.now())).await;
    }
    assert!(store.sealed(1, store.open().await).await);
    store.fails(session, 4, failure("A005", "send", "busy", store.now())).await;
    assert_eq!(store.counts().await, [(Kind::Failed, 1)]);
    store.succeeds(session, 5).await;
    for number in 6..=8 {
        store.fails(session, number, failure("A005", "send", "busy", store.now())).await;
    }
    assert_eq!(store.counts().await, [(Kind::Failed, 4), (Kind::Failing, 3)]);
}

async fn a_letter_takes_over_what_it_tells_and_leaves_what_came_later(store: Store) {
    let session = store.session(1).await;
    store.fails(session, 1, failure("A005", "send", "busy", second(&store, 1))).await;
    let read = store.open().await;
    store.fails(session, 2, failure("A005", "send", "busy", second(&store, 2))).await;
    assert!(store.sealed(1, read.clone()).await);
    let left = store.open().await;
    assert_eq!((left.len(), left[0].count, left[0].run), (1, 1, run(2)));
    let due = store.journal.notices.due(store.now(), 10).await.unwrap();
    assert_eq!(due, [store.letter(1, read.clone())]);
    let receiver = store.journal.notices.receiver(OWNER).await.unwrap();
    assert_eq!((receiver.waits, receiver.attempts, receiver.next_at), (true, 0, None));
    // What it told is gone, and one letter at a time goes to a receiver.
    assert!(!store.sealed(2, left).await);
    store.settle(1, Settled::Delivered { next_at: second(&store, 60) }).await;
    assert!(!store.sealed(3, vec![Group { count: 2, ..read[0].clone() }]).await, "more than there is");
    assert_eq!(store.counts().await, [(Kind::Failed, 1)]);
}

async fn a_letter_that_was_taken_is_gone_and_the_next_waits(store: Store) {
    let session = store.session(1).await;
    store.fails(session, 1, failure("A005", "send", "busy", store.now())).await;
    assert!(store.sealed(1, store.open().await).await);
    let next_at = second(&store, 3600);
    store.settle(1, Settled::Delivered { next_at }).await;
    store.settle(1, Settled::Back { at: store.now() }).await;
    let receiver = store.journal.notices.receiver(OWNER).await.unwrap();
    assert_eq!((receiver.waits, receiver.attempts, receiver.next_at), (false, 0, Some(next_at)));
    assert_eq!((store.open().await.len(), store.journal.notices.next_due().await.unwrap()), (0, None));
}

async fn what_a_refused_letter_tells_goes_back(store: Store) {
    let session = store.session(1).await;
    for number in 1..=3 {
        store.fails(session, number, failure("A005", "send", "busy", second(&store, 1))).await;
    }
    let before = store.open().await;
    assert!(store.sealed(1, before.clone()).await);
    store.fails(session, 4, failure("A005", "send", "busy", second(&store, 2))).await;
    let at = second(&store, 60);
    store.settle(1, Settled::Back { at }).await;
    let after = store.open().await;
    assert_eq!(store.counts().await, [(Kind::Failed, 4), (Kind::Failing, 3)]);
    assert_eq!((after[0].first_at, after[0].run), (before[0].first_at, run(4)));
    let receiver = store.journal.notices.receiver(OWNER).await.unwrap();
    assert_eq!((receiver.waits, receiver.attempts, receiver.next_at), (false, 1, Some(at)));
    assert!(store.sealed(2, after).await);
    store.settle(2, Settled::Back { at }).await;
    assert_eq!(store.journal.notices.receiver(OWNER).await.unwrap().attempts, 2);
}

async fn a_letter_in_doubt_stays_the_same_letter(store: Store) {
    let session = store.session(1).await;
    store.fails(session, 1, failure("A005", "send", "busy", store.now())).await;
    assert!(store.sealed(1, store.open().await).await);
    let before = store.journal.notices.due(store.now(), 10).await.unwrap();
    let at = second(&store, 60);
    store.settle(1, Settled::Later { at }).await;
    assert!(store.due_ids(second(&store, 59)).await.is_empty());
    assert_eq!(store.journal.notices.next_due().await.unwrap(), Some(at));
    let after = store.journal.notices.due(at, 10).await.unwrap();
    assert_eq!(after, [Letter { attempts: 1, next_at: at, ..before[0].clone() }]);
}

fn asks(store: &Store, number: u128, to: &str) -> Question {
    Question {
        run: run(number),
        workflow: "welcome".to_owned(),
        name: "Welcome".to_owned(),
        path: StepPath::from("ask"),
        step: "How much?".to_owned(),
        to: to.to_owned(),
        form: Vec::new(),
        deadline: None,
        at: store.now(),
    }
}

async fn each_who_is_asked_gets_one_letter(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let questions = vec![asks(&store, 1, OWNER), asks(&store, 1, "bob@example.com"), asks(&store, 1, OWNER)];
    let rev = store.done(Progress { questions, ..step(session, 1, FIRST, Then::Keep) }).await;
    let due = store.journal.notices.due(store.now(), 10).await.unwrap();
    let to: Vec<&str> = due.iter().map(|letter| letter.receiver.as_str()).collect();
    assert_eq!(to.len(), 2, "{due:?}");
    assert!(to.contains(&OWNER) && to.contains(&"bob@example.com"), "{to:?}");
    // The same question, written again, is the same letter.
    let questions = vec![asks(&store, 1, OWNER)];
    store.done(Progress { questions, ..step(session, 1, rev, Then::Keep) }).await;
    assert_eq!(store.due_ids(store.now()).await.len(), 2);
    assert!(!store.journal.notices.receiver(OWNER).await.unwrap().waits, "a question is no digest");
}

async fn a_question_is_asked_until_it_is_taken_or_of_no_use(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let questions = vec![asks(&store, 1, OWNER), asks(&store, 1, "bob@example.com")];
    store.done(Progress { questions, ..step(session, 1, FIRST, Then::Keep) }).await;
    let due = store.journal.notices.due(store.now(), 10).await.unwrap();
    let at = second(&store, 60);
    for settled in [Settled::Back { at }, Settled::Later { at }] {
        store.journal.notices.settle(due[0].id, settled).await.unwrap();
    }
    store.journal.notices.settle(due[1].id, Settled::Dropped).await.unwrap();
    let left = store.journal.notices.due(at, 10).await.unwrap();
    assert_eq!((left.len(), left[0].attempts), (1, 2));
    store.journal.notices.settle(due[0].id, Settled::Delivered { next_at: at }).await.unwrap();
    assert_eq!(store.journal.notices.next_due().await.unwrap(), None);
    assert_eq!(store.journal.notices.receiver(&due[0].receiver).await.unwrap().next_at, None);
}

async fn a_notice_rings(store: Store) {
    let session = store.session(1).await;
    store.fails(session, 1, failure("A005", "send", "busy", store.now())).await;
    // Returns at once: the bell was rung before.
    store.journal.hints.rung().await;
    assert_eq!(store.counts().await, [(Kind::Failed, 1)]);
}

crate::for_both! {
    failures_of_one_cause_are_one_group,
    another_code_step_or_reason_is_another_group,
    a_write_that_does_not_count_tells_nothing,
    the_third_failure_in_a_row_is_told_as_such,
    a_run_that_ends_well_ends_the_row_and_those_of_others_do_not,
    a_row_that_was_told_is_not_told_again_until_it_ends,
    a_letter_takes_over_what_it_tells_and_leaves_what_came_later,
    a_letter_that_was_taken_is_gone_and_the_next_waits,
    what_a_refused_letter_tells_goes_back,
    a_letter_in_doubt_stays_the_same_letter,
    each_who_is_asked_gets_one_letter,
    a_question_is_asked_until_it_is_taken_or_of_no_use,
    a_notice_rings,
}
