//! A journal in memory, a clock that stands still until it is moved, a relay and a web that keep what they get.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use cauce_action::{Envelope, Mail, MailError};
use cauce_journal::Journal;
use cauce_journal::access::{Role, User};
use cauce_journal::events::{Accept, NewRun};
use cauce_journal::gates::{Concurrency, Limits};
use cauce_journal::notices::{Kind, Notice, Question};
use cauce_journal::runs::{Brief, Progress, Rev, Then};
use cauce_model::workflow::Overflow;
use cauce_model::{
    Clock, Event, EventId, HoldReason, Ids, RunId, RunRecord, RunStart, RunStatus, SessionId, StepError,
    StepPath, Time,
};
use serde_json::Value;
use uuid::Uuid;

use super::super::{Hook, Known, Language, Teller, Telling, Unheard};

/// A clock that moves when told.
pub(super) struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Time {
        Time::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Ids in order.
struct Counter(AtomicU64);

impl Ids for Counter {
    fn next(&self, _now: Time) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst)) + (1 << 100))
    }
}

/// What a relay does with a mail.
pub(super) enum Fate {
    /// It is busy.
    Refuses,
    /// It takes it, and the answer is lost.
    IsLost,
}

/// A relay that keeps its mails.
#[derive(Default)]
pub(super) struct Relay {
    pub(super) mails: Mutex<Vec<(String, String)>>,
    pub(super) fates: Mutex<VecDeque<Fate>>,
    pub(super) from: Option<&'static str>,
}

#[async_trait]
impl Mail for Relay {
    async fn send(&self, to: Envelope, message: Vec<u8>, _: Duration) -> Result<String, MailError> {
        let fate = self.fates.lock().unwrap().pop_front();
        if let Some(Fate::Refuses) = fate {
            return Err(MailError::Busy { status: 451, to: "the mail", text: "later".to_owned() });
        }
        let message = String::from_utf8(message).unwrap();
        self.mails.lock().unwrap().push((to.to()[0].to_string(), message));
        match fate {
            Some(_) => Err(MailError::NoAnswer { source: "reset".into() }),
            None => Ok("ok".to_owned()),
        }
    }

    fn default_from(&self) -> Option<&str> {
        self.from
    }
}

/// A web that keeps what it is told.
#[derive(Default)]
pub(super) struct Web {
    pub(super) calls: Mutex<Vec<(String, String, Value)>>,
    pub(super) answers: Mutex<VecDeque<Unheard>>,
}

#[async_trait]
impl Hook for Web {
    async fn call(&self, url: &str, key: &str, body: Value) -> Result<(), Unheard> {
        self.calls.lock().unwrap().push((url.to_owned(), key.to_owned(), body));
        self.answers.lock().unwrap().pop_front().map_or(Ok(()), Err)
    }
}

/// Workflows, and who still waits for an answer.
#[derive(Default)]
pub(super) struct Flows {
    pub(super) owners: Mutex<BTreeMap<String, Option<String>>>,
    pub(super) answered: Mutex<BTreeSet<RunId>>,
}

#[async_trait]
impl Known for Flows {
    fn flow(&self, workflow: &str) -> Option<(String, Option<String>)> {
        let owner = self.owners.lock().unwrap().get(workflow).cloned()?;
        Some((format!("The {workflow}"), owner))
    }

    async fn is_asked(&self, run: RunId, _path: &StepPath) -> bool {
        !self.answered.lock().unwrap().contains(&run)
    }
}

pub(super) struct World {
    pub(super) clock: Arc<Hand>,
    pub(super) journal: Journal,
    pub(super) relay: Arc<Relay>,
    pub(super) web: Arc<Web>,
    pub(super) flows: Arc<Flows>,
    ids: Arc<Counter>,
    session: SessionId,
}

pub(super) const ANA: &str = "ana@example.com";

pub(super) fn run(number: u128) -> RunId {
    RunId::from_uuid(Uuid::from_u128(number))
}

impl World {
    /// With a workflow `shop` of Ana's.
    pub(super) async fn new() -> Self {
        let clock = Arc::new(Hand(AtomicI64::new(1_800_000_000_000_000)));
        let journal = Journal::memory(clock.clone());
        let session = SessionId::from_uuid(Uuid::from_u128(1));
        journal.sessions.open(session).await.unwrap();
        let relay = Relay { from: Some("Cauce <cauce@example.com>"), ..Relay::default() };
        let world = Self {
            clock,
            journal,
            relay: Arc::new(relay),
            web: Arc::default(),
            flows: Arc::default(),
            ids: Arc::new(Counter(AtomicU64::new(0))),
            session,
        };
        world.owned("shop", Some(ANA));
        world
    }

    pub(super) fn owned(&self, workflow: &str, owner: Option<&str>) {
        self.flows.owners.lock().unwrap().insert(workflow.to_owned(), owner.map(ToOwned::to_owned));
    }

    /// Who tells, as after a start of the process.
    pub(super) fn teller(&self) -> Teller {
        Teller {
            journal: self.journal.clone(),
            known: self.flows.clone(),
            mail: Some(self.relay.clone()),
            hook: self.web.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            telling: Telling {
                notify: None,
                language: Language::En,
                address: "https://cauce.example.com/".to_owned(),
            },
            said: Mutex::default(),
        }
    }

    pub(super) fn forward(&self, seconds: u64) {
        self.clock.0.store(self.clock.now().after(Duration::from_secs(seconds)).micros(), Ordering::SeqCst);
    }

    /// What was sent, oldest first: to whom, and the whole mail.
    pub(super) fn mails(&self) -> Vec<(String, String)> {
        self.relay.mails.lock().unwrap().clone()
    }

    async fn accept(&self, number: u128, workflow: &str, gates: Option<Limits>) -> RunStart {
        let start = RunStart {
            id: run(number),
            workflow: workflow.to_owned(),
            version: 1,
            trigger: "hook".to_owned(),
            event: EventId::from_uuid(Uuid::from_u128(number)),
            accepted_at: self.clock.now(),
            data: Value::Null.into(),
            inputs: Value::Null,
            replay_of: None,
            parent: None,
        };
        let event = Event {
            id: start.event,
            workflow: start.workflow.clone(),
            trigger: start.trigger.clone(),
            received_at: start.accepted_at,
            dedupe_key: None,
            data: Value::Null.into(),
        };
        let new = NewRun::new(start.clone(), 1);
        let accept = Accept { session: self.session, event, run: Some(new), slot: None, gates };
        self.journal.events.accept(accept).await.unwrap();
        start
    }

    fn notice(&self, workflow: &str, kind: Kind, step: &str) -> Notice {
        let error = StepError {
            code: "A005".to_owned(),
            message: "the shop answered `503`".to_owned(),
            hint: None,
            status: Some(503),
        };
        Notice::of(workflow, kind, &StepPath::from(step), Some(&error), self.clock.now())
    }

    /// A run fails.
    pub(super) async fn fails(&self, number: u128, workflow: &str) {
        let start = self.accept(number, workflow, None).await;
        let brief = Brief {
            status: RunStatus::Failed,
            hold_reason: None,
            reason: None,
            error: None,
            steps_done: 1,
            steps_total: 1,
        };
        let record = RunRecord {
            start,
            status: RunStatus::Failed,
            hold_reason: None,
            reason: None,
            error: None,
            outputs: None,
            finished_at: Some(self.clock.now()),
            steps: Vec::new(),
        };
        let then = Then::Finish(Box::new(record));
        let mut progress = Progress::new(self.session, run(number), Rev::FIRST, brief, then);
        progress.notice = Some(self.notice(workflow, Kind::Failed, "send"));
        self.journal.runs.progress(progress).await.unwrap();
    }

    /// A run is on hold that has the only place of its gate.
    pub(super) async fn is_held(&self, number: u128, workflow: &str) {
        self.takes_its_turn(number, workflow).await;
        let brief = Brief {
            status: RunStatus::Held,
            hold_reason: Some(HoldReason::Exhausted),
            reason: None,
            error: None,
            steps_done: 0,
            steps_total: 1,
        };
        let then = Then::Park { wake_at: None };
        let mut progress = Progress::new(self.session, run(number), Rev::FIRST, brief, then);
        let notice = self.notice(workflow, Kind::Held, "send");
        progress.notice = Some(Notice { hold_reason: Some(HoldReason::Exhausted), ..notice });
        self.journal.runs.progress(progress).await.unwrap();
    }

    /// A run is accepted where one may be open at a time.
    pub(super) async fn takes_its_turn(&self, number: u128, workflow: &str) {
        let concurrency = Concurrency { key: String::new(), limit: 1, overflow: Overflow::Queue };
        let gates = Limits { concurrency: Some(concurrency), ..Limits::default() };
        self.accept(number, workflow, Some(gates)).await;
    }

    /// A run asks somebody.
    pub(super) async fn asks(&self, number: u128, to: &str) {
        self.accept(number, "shop", None).await;
        let brief = Brief {
            status: RunStatus::Waiting,
            hold_reason: None,
            reason: None,
            error: None,
            steps_done: 0,
            steps_total: 1,
        };
        let then = Then::Park { wake_at: None };
        let mut progress = Progress::new(self.session, run(number), Rev::FIRST, brief, then);
        progress.questions = vec![Question {
            run: run(number),
            workflow: "shop".to_owned(),
            name: "The shop".to_owned(),
            path: StepPath::from("discount"),
            step: "A discount".to_owned(),
            to: to.to_owned(),
            form: Vec::new(),
            deadline: None,
            at: self.clock.now(),
        }];
        self.journal.runs.progress(progress).await.unwrap();
    }

    /// Somebody has an account, and may do everything.
    pub(super) async fn admin(&self, email: &str, language: &str) {
        let user = User {
            id: Uuid::from_u128(7),
            email: email.to_owned(),
            name: "Eva".to_owned(),
            role: Role::Admin,
            language: language.to_owned(),
            password: String::new(),
        };
        self.journal.access.offer_setup([7; 32]).await.unwrap();
        assert!(self.journal.access.set_up([7; 32], user).await.unwrap());
    }
}

/// A header of a mail.
pub(super) fn header<'a>(mail: &'a str, name: &str) -> &'a str {
    let line = mail.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name} in {mail}"))
}

/// The text of a mail.
pub(super) fn text(mail: &str) -> String {
    let (_, part) = mail.split_once("Content-Type: text/plain").expect("a text");
    let (_, body) = part.split_once("\r\n\r\n").expect("a body");
    let body: String = body.lines().take_while(|line| !line.starts_with("--")).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(body.trim()).expect("base64");
    String::from_utf8(bytes).expect("text")
}
