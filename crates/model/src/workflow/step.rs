//! A step: one verb and its modifiers.

use std::time::Duration;

use super::{Branch, Case, EventMatch, FailMode, ForEach, FormField, Join, OnTimeout, Text, Tree};

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
    /// Takes the first way that fits.
    Switch {
        /// Bare expression that `equals` is compared with.
        value: Option<Text>,
        /// In order.
        cases: Vec<Case>,
        /// Taken when no case fits.
        otherwise: Option<Vec<Step>>,
    },
    /// Does the same for each item.
    ForEach(Box<ForEach>),
    /// Does the same until it is enough.
    Repeat {
        /// Bare expression, asked after each pass; sees the steps of the pass.
        until: Text,
        /// How many passes at most; without success the step fails.
        max: u32,
        /// How long to wait between passes.
        every: Option<Duration>,
        /// `do`: what a pass does.
        steps: Vec<Step>,
    },
    /// Does several things at once.
    Parallel {
        /// In order.
        branches: Vec<Branch>,
        /// When the block is over.
        join: Join,
        /// What a failed branch means.
        fail: FailMode,
    },
    /// Waits.
    Wait(Wait),
    /// Waits for a named event.
    WaitFor {
        /// Which event.
        event: EventMatch,
        /// How long at most; as long as the run may take where nothing is said.
        timeout: Option<Duration>,
        /// What happens when it does not come.
        on_timeout: OnTimeout,
    },
    /// Asks people.
    Approve {
        /// Templates: the addresses that get the question.
        to: Vec<Text>,
        /// What they fill in.
        form: Vec<FormField>,
        /// How long at most; then the decision is `timed_out`.
        timeout: Option<Duration>,
    },
    /// Runs another workflow.
    Call {
        /// Its id; fixed text.
        flow: Text,
        /// Its inputs; an object.
        with: Tree,
        /// Whether to wait for its end.
        wait: bool,
    },
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
            Self::Switch { .. } => "switch",
            Self::ForEach(_) => "for_each",
            Self::Repeat { .. } => "repeat",
            Self::Parallel { .. } => "parallel",
            Self::Wait(_) => "wait",
            Self::WaitFor { .. } => "wait_for",
            Self::Approve { .. } => "approve",
            Self::Call { .. } => "call",
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
