//! Notices: what owners are to be told, and the letters that tell it.
//!
//! A notice is written with what it tells of, in one commit ([`crate::runs::Progress::notice`]), and counted with those of
//! the same cause. A letter takes the counts over in one commit, and stays until the other side has taken it; so nothing is
//! lost at a crash, and what is told twice is the same letter.

mod memory;
pub(crate) mod sqlite;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use async_trait::async_trait;
use cauce_model::workflow::FormField;
use cauce_model::{HoldReason, RunId, StepError, StepPath, Time, derived};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::Error;

pub(crate) use memory::Desk;

/// So many failures one after another are told of as such.
pub const IN_A_ROW: u64 = 3;
/// The longest message that is kept, in characters.
const LONGEST: usize = 500;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A run failed.
    Failed,
    /// A run is held.
    Held,
    /// A workflow failed [`IN_A_ROW`] times in a row.
    Failing,
}

impl Kind {
    /// Every kind; its place is its number in the database.
    pub const ALL: [Self; 3] = [Self::Failed, Self::Held, Self::Failing];

    /// The word in API and webhooks.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Failing => "failing",
        }
    }
}

/// Something that the owner of a workflow is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The workflow.
    pub workflow: String,
    /// What happened: [`Kind::Failed`] or [`Kind::Held`]. The journal counts failures in a row itself.
    pub kind: Kind,
    /// The code of the error; empty where there was none.
    pub code: String,
    /// Where: the step's path in the workflow, without the passes of loops; empty for the run itself.
    pub step: String,
    /// Why it is held.
    pub hold_reason: Option<HoldReason>,
    /// The status that the other side answered with.
    pub status: Option<u16>,
    /// What went wrong, for people.
    pub message: String,
    /// What helps, for people.
    pub hint: Option<String>,
    /// When.
    pub at: Time,
}

impl Notice {
    /// A notice of an error at a step.
    #[must_use]
    pub fn of(workflow: &str, kind: Kind, step: &StepPath, error: Option<&StepError>, at: Time) -> Self {
        Self {
            workflow: workflow.to_owned(),
            kind,
            code: error.map(|error| error.code.clone()).unwrap_or_default(),
            step: without_passes(step.as_str()),
            hold_reason: None,
            status: error.and_then(|error| error.status),
            message: error.map(|error| shortened(&error.message)).unwrap_or_default(),
            hint: error.and_then(|error| error.hint.as_deref()).map(shortened),
            at,
        }
    }

    /// What it is counted by. No text of the world is in it, so the causes of a workflow are few.
    pub(crate) fn cause(&self) -> String {
        if self.kind == Kind::Failing {
            return String::new();
        }
        let reason = self.hold_reason.map(|reason| format!("{reason:?}")).unwrap_or_default();
        let status = self.status.map(|status| status.to_string()).unwrap_or_default();
        format!("{}|{}|{reason}|{status}", self.code, self.step)
    }
}

fn shortened(text: &str) -> String {
    let mut letters = text.chars();
    let mut short: String = letters.by_ref().take(LONGEST).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

/// `each[3]/send` is `each[]/send` in the workflow.
fn without_passes(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut inside = false;
    for letter in path.chars() {
        if letter == ']' {
            inside = false;
        }
        if !inside {
            plain.push(letter);
        }
        if letter == '[' {
            inside = true;
        }
    }
    plain
}

/// Notices of one workflow, kind and cause that nobody was told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The last of them.
    pub notice: Notice,
    /// Its run.
    pub run: RunId,
    /// How many there are.
    pub count: u64,
    /// When the first was.
    pub first_at: Time,
}

impl Group {
    pub(crate) fn new(notice: Notice, run: RunId) -> Self {
        Self { run, count: 1, first_at: notice.at, notice }
    }

    pub(crate) fn key(&self) -> (String, Kind, String) {
        (self.notice.workflow.clone(), self.notice.kind, self.notice.cause())
    }

    /// Takes in others of the same key. How often a workflow failed in a row is no sum.
    pub(crate) fn merge(&mut self, other: Self) {
        self.count = match self.notice.kind {
            Kind::Failing => self.count.max(other.count),
            Kind::Failed | Kind::Held => self.count + other.count,
        };
        self.first_at = self.first_at.min(other.first_at);
        if other.notice.at >= self.notice.at {
            self.notice = other.notice;
            self.run = other.run;
        }
    }

    /// What is left when those of a letter are told: nothing, where no others came. Those came after them.
    pub(crate) fn without(&self, told: &Self) -> Option<Self> {
        let left = self.count.checked_sub(told.count).filter(|left| *left > 0)?;
        match self.notice.kind {
            Kind::Failing => None,
            Kind::Failed | Kind::Held => Some(Self { count: left, first_at: told.notice.at, ..self.clone() }),
        }
    }
}

/// Notices of one write, grouped.
pub(crate) fn grouped(notices: impl Iterator<Item = (Notice, RunId)>) -> Vec<Group> {
    let mut groups = BTreeMap::<_, Group>::new();
    for group in notices.map(|(notice, run)| Group::new(notice, run)) {
        match groups.entry(group.key()) {
            Entry::Vacant(free) => drop(free.insert(group)),
            Entry::Occupied(mut known) => known.get_mut().merge(group),
        }
    }
    groups.into_values().collect()
}

/// What is told of a workflow that failed so often in a row; the last time as in `last`.
pub(crate) fn in_a_row(last: &Group, count: u64, since: Time) -> Option<Group> {
    let notice = Notice { kind: Kind::Failing, ..last.notice.clone() };
    (count >= IN_A_ROW).then_some(Group { notice, run: last.run, count, first_at: since })
}

/// Somebody is asked something: an `approve`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The run that asks.
    pub run: RunId,
    /// Its workflow.
    pub workflow: String,
    /// The workflow's name for people.
    pub name: String,
    /// The step.
    pub path: StepPath,
    /// The step's name for people, or its id.
    pub step: String,
    /// The address of who is asked.
    pub to: String,
    /// What they fill in.
    pub form: Vec<FormField>,
    /// When the question ends without an answer.
    pub deadline: Option<Time>,
    /// When it was asked.
    pub at: Time,
}

/// What a letter says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// Notices.
    Digest {
        /// What it tells of.
        groups: Vec<Group>,
        /// What else it shows, as whoever writes it knows it.
        shown: Value,
    },
    /// A question.
    Question(Box<Question>),
}

/// A mail or a webhook on its way to somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// Its id: the same however often it is sent.
    pub id: Uuid,
    /// An address, or a URL.
    pub receiver: String,
    /// When it was written.
    pub at: Time,
    /// How often sending it failed.
    pub attempts: u32,
    /// When to send it.
    pub next_at: Time,
    /// What it says.
    pub body: Body,
}

impl Letter {
    /// The letter that asks.
    pub(crate) fn asking(question: Question) -> Self {
        let id = derived(question.at, question.run.uuid(), &format!("ask/{}/{}", question.path, question.to));
        let (receiver, at) = (question.to.clone(), question.at);
        Self { id, receiver, at, attempts: 0, next_at: at, body: Body::Question(Box::new(question)) }
    }

    pub(crate) const fn is_digest(&self) -> bool {
        matches!(self.body, Body::Digest { .. })
    }
}

/// What is known of a receiver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receiver {
    /// How often telling failed since it last did not.
    pub attempts: u32,
    /// From when on to tell again.
    pub next_at: Option<Time>,
    /// Whether a digest is on its way.
    pub waits: bool,
}

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It was taken. The receiver of a digest may be told again from this moment on.
    Delivered {
        /// The moment.
        next_at: Time,
    },
    /// It may have been taken, or will be: the same letter is sent again.
    Later {
        /// When.
        at: Time,
    },
    /// It was not taken: what it tells goes back to where nobody was told of it. A question waits as for `Later`.
    Back {
        /// When to write again.
        at: Time,
    },
    /// It is of no use any more.
    Dropped,
}

/// Notices.
#[async_trait]
pub trait Notices: Send + Sync {
    /// What nobody was told of, by workflow, kind and cause; up to `limit`.
    async fn open(&self, limit: u32) -> Result<Vec<Group>, Error>;
    /// What is known of a receiver.
    async fn receiver(&self, receiver: &str) -> Result<Receiver, Error>;
    /// Writes a digest: what it tells of is taken out of what nobody was told of, in the same commit. `false`: somebody else
    /// took of it, or another digest is on its way to the receiver; nothing was written.
    async fn seal(&self, letter: Letter) -> Result<bool, Error>;
    /// Up to `limit` letters to be sent at `now`, the longest due first.
    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Letter>, Error>;
    /// When the next letter is to be sent.
    async fn next_due(&self) -> Result<Option<Time>, Error>;
    /// Writes what became of a letter. One that is gone is left alone.
    async fn settle(&self, letter: Uuid, settled: Settled) -> Result<(), Error>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passes_of_loops_do_not_make_causes() {
        assert_eq!(without_passes("each[3]/inner[12]/send"), "each[]/inner[]/send");
        assert_eq!((without_passes("a/then/b"), without_passes("")), ("a/then/b".to_owned(), String::new()));
    }

    #[test]
    fn long_messages_are_cut_between_characters() {
        let long = "é".repeat(LONGEST + 1);
        assert_eq!(shortened(&long), format!("{}…", "é".repeat(LONGEST)));
        assert_eq!(shortened("short"), "short");
    }
}
