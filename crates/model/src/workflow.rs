//! A workflow as written: what the loader makes of a file, before the engine compiles it.
//!
//! Every place that a later check may complain about keeps its JSON pointer (`at`), which the loader's span map turns
//! into a line and a column.

use std::time::Duration;

use serde_json::{Map, Value};

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
    /// Who is told when it fails.
    pub owner: Option<String>,
    /// IANA zone for schedules and windows; UTC where none is given.
    pub timezone: Option<String>,
    /// Constants that belong to the version; expressions see them as `vars`.
    pub vars: Map<String, Value>,
    /// What steps inherit.
    pub defaults: Defaults,
    /// What starts it.
    pub triggers: Vec<Trigger>,
    /// What it does, in order.
    pub steps: Vec<Step>,
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

/// What starts a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// Unique in the workflow; part of the hook's address.
    pub id: String,
    /// `webhook@1`, `schedule@1` or `manual@1`.
    pub source: Text,
    /// Its inputs; an object.
    pub with: Tree,
    /// Bare expression: only events for which it is true start a run.
    pub when: Option<Text>,
    /// Bare expression: a second event with the same key is a duplicate.
    pub dedupe_key: Option<Text>,
    /// JSON pointer of the trigger.
    pub at: String,
}

/// One step: a verb and its modifiers.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Unique in the workflow: as written, or `verb_n` by order in the document where none is written.
    pub id: String,
    /// Whether the id was written by the author. Only such steps can be referred to.
    pub named: bool,
    /// For people; the id where none is given.
    pub name: Option<String>,
    /// What it does.
    pub verb: Verb,
    /// Bare expression: the step is skipped unless it is true.
    pub when: Option<Text>,
    /// How transient failures are retried.
    pub retry: Option<Retry>,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// Template that replaces the derived idempotency key.
    pub idempotency_key: Option<Text>,
    /// What happens when it fails for good.
    pub on_error: Option<OnError>,
    /// Whether an attempt in doubt may be repeated.
    pub effect: Option<EffectMode>,
    /// A remark for people.
    pub note: Option<String>,
    /// JSON pointer of the step.
    pub at: String,
}

/// What a step does: exactly one verb.
#[derive(Clone, Debug, PartialEq)]
pub enum Verb {
    /// Calls an action.
    Use {
        /// `connector.operation@version`.
        action: Text,
        /// Its inputs; an object.
        with: Tree,
    },
    /// Computes values; each field is seen by later steps.
    Set(Tree),
    /// Takes one of two ways.
    If {
        /// Bare expression.
        condition: Text,
        /// Taken when true.
        then: Vec<Step>,
        /// Taken when false.
        otherwise: Option<Vec<Step>>,
    },
    /// Waits.
    Wait(Wait),
    /// Ends the run here.
    Stop {
        /// Template: why.
        reason: Option<Text>,
        /// How the run ends.
        outcome: StopOutcome,
    },
}

impl Verb {
    /// The key that names this verb in a file.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Use { .. } => "use",
            Self::Set(_) => "set",
            Self::If { .. } => "if",
            Self::Wait(_) => "wait",
            Self::Stop { .. } => "stop",
        }
    }
}

/// How long a `wait` lasts.
#[derive(Clone, Debug, PartialEq)]
pub enum Wait {
    /// `wait: 3d`.
    For(Duration),
    /// `wait: ${{ vars.delay }}`: a template that gives a duration.
    ForTemplate(Text),
    /// `wait: {until, window, tz}`: at least one of `until` and `window`.
    Until {
        /// Bare expression that gives an RFC 3339 text.
        until: Option<Text>,
        /// Hours of the day in which it may end.
        window: Option<Window>,
        /// IANA zone of the window; the workflow's where none is given.
        tz: Option<String>,
    },
}

/// Hours of the day, such as `09:00-20:00`; may pass midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Minutes after midnight, inclusive.
    pub from: u16,
    /// Minutes after midnight, exclusive.
    pub to: u16,
}

/// How a run ends at `stop`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StopOutcome {
    /// `outcome: succeeded`.
    #[default]
    Succeeded,
    /// `outcome: failed`.
    Failed,
}

/// How transient failures are retried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Five more attempts after about 2 s, 10 s, 1 min, 5 min, 30 min.
    Default,
    /// None.
    Never,
    /// `{max, backoff}`: `max` more attempts; the waits in order, the last one repeated.
    Custom {
        /// How many more attempts.
        max: u32,
        /// Waits before them; never empty.
        backoff: Vec<Duration>,
    },
}

/// What happens when a step fails for good.
#[derive(Clone, Debug, PartialEq)]
pub enum OnError {
    /// The run fails.
    Fail,
    /// The run goes on; the step's error is set and its output is missing.
    Continue,
    /// The run is held until somebody resumes it.
    Hold,
    /// These steps run, then the run goes on behind the step.
    Steps(Vec<Step>),
}

/// Whether an attempt in doubt may be repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EffectMode {
    /// At least once, with the same idempotency key.
    #[default]
    Repeat,
    /// At most once: an attempt in doubt holds the run.
    Once,
}
