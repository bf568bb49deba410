//! A workflow as written: what the loader makes of a file, before the engine compiles it.
//!
//! Every place that a later check may complain about keeps its JSON pointer (`at`), which the loader's span map turns
//! into a line and a column.

mod block;
mod limits;
mod step;
mod trigger;

use std::time::Duration;

use serde_json::{Map, Value};

pub use block::{
    Branch, Case, CaseTest, FailMode, FieldKind, ForEach, FormField, ItemError, Join, OnTimeout,
};
pub use limits::{Batch, Concurrency, Debounce, Overflow, Reentry, Throttle};
pub use step::{EffectMode, OnError, Retry, Step, StopOutcome, Verb, Wait, Window};
pub use trigger::Trigger;

/// One workflow file.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// Equals the file name without its ending.
    pub id: String,
    /// For people; the id where none is given.
    pub name: Option<String>,
    /// One paragraph for people.
    pub description: Option<String>,
    /// Free words to find it by.
    pub labels: Vec<String>,
    /// Who is told when its runs are held or fail: an e-mail address, or an `https` URL.
    pub owner: Option<String>,
    /// IANA zone for schedules and windows; UTC where none is given.
    pub timezone: Option<String>,
    /// What a caller may hand over; expressions see it as `inputs`.
    pub inputs: Vec<Input>,
    /// Constants that belong to the version; expressions see them as `vars`.
    pub vars: Map<String, Value>,
    /// What steps inherit.
    pub defaults: Defaults,
    /// How long a run may take; 30 days where nothing is said. A run that is held does not age.
    pub timeout: Option<Duration>,
    /// What starts it.
    pub triggers: Vec<Trigger>,
    /// Bare expressions over `trigger`: what else its runs can be found by.
    pub index: Vec<Text>,
    /// How many runs may be open at once.
    pub concurrency: Option<Concurrency>,
    /// How soon the same one may come again.
    pub reentry: Option<Reentry>,
    /// Bare expression: the run ends well as soon as it is true, asked after each wait, retry and event.
    pub exit_when: Option<Text>,
    /// Events that cancel a run.
    pub cancel_on: Vec<EventMatch>,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// What it does before it counts as failed.
    pub on_error: Vec<Step>,
    /// What it does before it ends, however it ends.
    pub finally: Vec<Step>,
    /// What it answers: templates over the finished run.
    pub outputs: Option<Tree>,
}

/// What steps inherit when they say nothing themselves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Defaults {
    /// How transient failures are retried.
    pub retry: Option<Retry>,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
}

/// Something a caller may hand over.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// What expressions call it: `inputs.<name>`.
    pub name: String,
    /// What it must be.
    pub kind: InputKind,
    /// What it is when nobody hands it over.
    pub default: Option<Value>,
    /// Whether it must be handed over.
    pub required: bool,
    /// The values it may have; any where empty.
    pub choices: Vec<Value>,
    /// JSON pointer of the input.
    pub at: String,
}

/// What an input must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// `any`: whatever JSON can say.
    #[default]
    Any,
    /// `text`.
    Text,
    /// `number`.
    Number,
    /// `boolean`.
    Boolean,
    /// `list`.
    List,
    /// `object`.
    Object,
}

/// A named event and which of them is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventMatch {
    /// The name of the event; fixed text.
    pub event: Text,
    /// Bare expression over `event` and what else is known; holds at least one equation
    /// `event.path == expression without event`.
    pub matches: Text,
    /// JSON pointer of the object.
    pub at: String,
}

/// A text with its place: a bare expression, a template or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text as the scalar gives it.
    pub text: String,
    /// JSON pointer of the scalar.
    pub at: String,
}

/// A JSON value with its place; the texts in it may hold `${{ }}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The value.
    pub value: Value,
    /// JSON pointer of the value.
    pub at: String,
}
