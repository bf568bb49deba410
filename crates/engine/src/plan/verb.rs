//! What a compiled step does.

use std::time::Duration;

use cauce_model::workflow::{EffectMode, FailMode, FormField, ItemError, Join, StopOutcome, Window};

use super::{Form, StepIx};
use crate::expr::{Expr, Template};
use crate::retry::RetryPolicy;

/// What a step does.
#[derive(Debug)]
pub enum PlanVerb {
    /// Calls an action.
    Use(Box<PlanUse>),
    /// Computes values.
    Set(Form),
    /// Takes one of two ways.
    If {
        /// Which way.
        condition: Expr,
        /// Taken when true.
        then: Vec<StepIx>,
        /// Taken when false; may be empty.
        otherwise: Vec<StepIx>,
    },
    /// Takes the first way that fits.
    Switch {
        /// What `equals` is compared with.
        value: Option<Expr>,
        /// In order.
        cases: Vec<PlanCase>,
        /// Taken when no case fits; nothing is where the file has no `else`.
        otherwise: Option<Vec<StepIx>>,
    },
    /// Does the same for each item.
    ForEach(Box<PlanForEach>),
    /// Does the same until it is enough.
    Repeat(Box<PlanRepeat>),
    /// Does several things at once.
    Parallel(PlanParallel),
    /// Waits.
    Wait(PlanWait),
    /// Waits for a named event.
    WaitFor(Box<PlanWaitFor>),
    /// Asks people.
    Approve(PlanApprove),
    /// Runs another workflow.
    Call(PlanCall),
    /// Ends the run.
    Stop {
        /// Why.
        reason: Option<Template>,
        /// How.
        outcome: StopOutcome,
    },
}

impl PlanVerb {
    /// The key that names this verb in a file.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Use(_) => "use",
            Self::Set(_) => "set",
            Self::If { .. } => "if",
            Self::Switch { .. } => "switch",
            Self::ForEach(_) => "for_each",
            Self::Repeat(_) => "repeat",
            Self::Parallel(_) => "parallel",
            Self::Wait(_) => "wait",
            Self::WaitFor(_) => "wait_for",
            Self::Approve(_) => "approve",
            Self::Call(_) => "call",
            Self::Stop { .. } => "stop",
        }
    }

    /// The steps of a pass, where this is a loop.
    #[must_use]
    pub fn body(&self) -> Option<&[StepIx]> {
        match self {
            Self::ForEach(each) => Some(&each.steps),
            Self::Repeat(repeat) => Some(&repeat.steps),
            Self::Use(_)
            | Self::Set(_)
            | Self::If { .. }
            | Self::Switch { .. }
            | Self::Parallel(_)
            | Self::Wait(_)
            | Self::WaitFor(_)
            | Self::Approve(_)
            | Self::Call(_)
            | Self::Stop { .. } => None,
        }
    }
}

/// An action call.
#[derive(Debug)]
pub struct PlanUse {
    /// The action's full name.
    pub action: String,
    /// Its inputs.
    pub with: Form,
    /// How transient failures are retried.
    pub retry: RetryPolicy,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// What replaces the derived idempotency key.
    pub key: Option<Template>,
    /// Whether an attempt in doubt may be repeated.
    pub effect: EffectMode,
}

/// A way of a `switch`.
#[derive(Debug)]
pub struct PlanCase {
    /// When it is taken.
    pub test: PlanTest,
    /// What it does.
    pub steps: Vec<StepIx>,
}

/// When a way of a `switch` is taken.
#[derive(Debug)]
pub enum PlanTest {
    /// When this is true.
    When(Expr),
    /// When this is the `switch`'s value.
    Equals(Form),
}

/// A pass an item.
#[derive(Debug)]
pub struct PlanForEach {
    /// Gives a list or a file.
    pub items: Expr,
    /// What expressions call the item, besides `item`.
    pub name: Option<String>,
    /// How many passes at once.
    pub parallel: usize,
    /// What a pass gives to `results`.
    pub collect: Option<Expr>,
    /// What a pass that failed means.
    pub on_item_error: ItemError,
    /// What a pass does.
    pub steps: Vec<StepIx>,
}

/// The same until it is enough.
#[derive(Debug)]
pub struct PlanRepeat {
    /// Asked after each pass.
    pub until: Expr,
    /// How many passes at most.
    pub max: u64,
    /// How long to wait between passes.
    pub every: Option<Duration>,
    /// What a pass does.
    pub steps: Vec<StepIx>,
}

/// Several things at once.
#[derive(Debug)]
pub struct PlanParallel {
    /// In order.
    pub branches: Vec<PlanBranch>,
    /// When the block is over.
    pub join: Join,
    /// What a failed branch means.
    pub fail: FailMode,
}

/// One of several things at once.
#[derive(Debug)]
pub struct PlanBranch {
    /// Its id.
    pub id: String,
    /// The branches that must have succeeded before, by their places.
    pub needs: Vec<usize>,
    /// What it does.
    pub steps: Vec<StepIx>,
}

/// How long a wait lasts.
#[derive(Debug)]
pub enum PlanWait {
    /// A fixed time.
    For(Duration),
    /// A template that gives a duration.
    Computed(Template),
    /// Until a moment, inside hours of the day.
    Until {
        /// An expression that gives an RFC 3339 text.
        until: Option<Expr>,
        /// Hours of the day in which it may end.
        window: Option<Window>,
        /// The zone of the window.
        zone: String,
    },
}

/// A wait for a named event.
#[derive(Debug)]
pub struct PlanWaitFor {
    /// Which event.
    pub event: PlanEvent,
    /// How long at most.
    pub timeout: Option<Duration>,
    /// What happens when it does not come.
    pub on_timeout: PlanTimeout,
}

/// What happens when an awaited event does not come.
#[derive(Debug)]
pub enum PlanTimeout {
    /// The run goes on.
    Continue,
    /// The step fails.
    Fail,
    /// These steps run, then the run goes on.
    Steps(Vec<StepIx>),
}

/// A named event and which of them is meant.
#[derive(Debug)]
pub struct PlanEvent {
    /// Its name.
    pub name: String,
    /// The path of the event that is compared first, such as `data.order_id`.
    pub field: String,
    /// What it is compared with.
    pub key: Expr,
    /// The whole condition.
    pub matches: Expr,
}

/// A question to people.
#[derive(Debug)]
pub struct PlanApprove {
    /// Their addresses.
    pub to: Vec<Template>,
    /// What they fill in.
    pub form: Vec<FormField>,
    /// How long at most.
    pub timeout: Option<Duration>,
}

/// A run of another workflow.
#[derive(Debug)]
pub struct PlanCall {
    /// Its id.
    pub flow: String,
    /// Its inputs.
    pub with: Form,
    /// Whether to wait for its end.
    pub waits: bool,
}
