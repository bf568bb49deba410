//! The journal's unit: what happened to one step of one run, in the past tense.

mod part;
mod path;
mod status;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::workflow::FormField;
use crate::{EventId, Rendered, RunId, Time};

pub use part::{BranchStatus, HoldReason, Resume, RunError, StepError, Verdict};
pub use path::StepPath;
pub use status::{RunStatus, StepStatus};

/// Something that happened in a run. A run's state is the fold of its entries over its beginning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When it happened.
    pub at: Time,
    /// To which step; the run itself where the path is empty.
    pub path: StepPath,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// What happened. Adding a kind is an API change: old binaries refuse entries that they do not know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// An attempt began. Written for those who watch; a run that lost this entry loses nothing.
    Started {
        /// Counts from 1.
        attempt: u32,
        /// The rendered input, secrets by name.
        input: Arc<Value>,
    },
    /// An `effect: once` attempt is about to leave; durable before its first byte.
    Intended {
        /// Counts from 1.
        attempt: u32,
    },
    /// The step gave its result.
    Succeeded {
        /// The result.
        output: Arc<Value>,
    },
    /// An attempt failed and the next one is due later.
    AttemptFailed {
        /// Which attempt; counts from 1.
        attempt: u32,
        /// Why.
        error: StepError,
        /// When the next attempt is due.
        retry_at: Time,
        /// The rendered request that every later attempt sends.
        request: Rendered,
    },
    /// The step failed for good.
    Failed {
        /// Which attempt; 0 for a step that makes none.
        attempt: u32,
        /// Why.
        error: StepError,
    },
    /// The step's `when` was false.
    Skipped,
    /// A block began.
    Entered {
        /// Which way it took: `then` or `else` at an `if`; the case's number or `else` at a `switch`, empty where nothing
        /// fits; empty at `for_each`, `repeat` and `parallel`.
        branch: String,
    },
    /// A loop took up its next items. Written for its position: a recovered run asks for the items again.
    Fetched {
        /// The index of the first of them.
        first: u64,
        /// How many.
        count: u64,
        /// The position behind them: an index in a list, a byte offset in a file.
        after: u64,
        /// Whether none come behind them.
        last: bool,
        /// The items themselves, in the process that took them up.
        #[serde(skip)]
        items: Option<Arc<[Value]>>,
    },
    /// A pass of a loop was over.
    PassDone {
        /// Which one; counts from 0.
        index: u64,
        /// What `collect` gave, or the output of the last step of a `repeat`'s pass.
        result: Option<Value>,
        /// Why it failed, where it did.
        error: Option<RunError>,
    },
    /// Results of passes were written into a blob: they are too many to be kept here.
    Collected {
        /// How many, in the order of their ends.
        count: u64,
        /// The blob that leads to all that were written so far.
        part: Option<String>,
        /// The file of all results in the order of the items, once the loop is over.
        file: Option<Value>,
    },
    /// A branch of a `parallel` was over.
    BranchDone {
        /// Which one.
        branch: String,
        /// How it ended.
        status: BranchStatus,
        /// Why it failed, where it did.
        error: Option<RunError>,
    },
    /// A wait, or the pause between two passes of a `repeat`, began.
    Waited {
        /// When it ends.
        until: Time,
    },
    /// A wait, or the wait before a retry, was over. Its time is what `now()` says behind it.
    Woke,
    /// A wait for a named event began.
    Listened {
        /// The name of the event.
        event: String,
        /// The path of the event that is compared first, such as `data.order_id`.
        field: String,
        /// The text of the value it must have; narrows, never decides.
        key: String,
        /// When the wait ends without an event.
        deadline: Option<Time>,
    },
    /// The awaited event came.
    Matched {
        /// Which one.
        event: EventId,
        /// Its name.
        name: String,
        /// What expressions see as `event`: `{id, name, data, key, at}`.
        data: Value,
    },
    /// People were asked.
    Asked {
        /// Their addresses.
        to: Vec<String>,
        /// What they fill in.
        form: Vec<FormField>,
        /// When the question ends without an answer.
        deadline: Option<Time>,
    },
    /// Somebody answered.
    Decided {
        /// What they said.
        decision: Verdict,
        /// Who.
        by: String,
        /// What they filled in; an object.
        form: Value,
    },
    /// Another workflow was started.
    Called {
        /// Its run.
        child: RunId,
        /// Whether the step waits for its end.
        waits: bool,
    },
    /// The called run was over.
    Returned {
        /// How it ended.
        status: RunStatus,
        /// What it answers.
        outputs: Option<Value>,
        /// Why it failed, where it did.
        error: Option<RunError>,
    },
    /// The attempt has to wait, because its destination takes none for now. It was not made and does not count.
    Postponed {
        /// When to try again.
        until: Time,
        /// Why, for people.
        why: String,
    },
    /// The run was held at this step.
    Held {
        /// Why.
        reason: HoldReason,
        /// Which attempt; 0 where none was made.
        attempt: u32,
        /// What went wrong, where something did.
        error: Option<StepError>,
        /// The rendered request that a resumed attempt sends.
        request: Option<Rendered>,
    },
    /// Somebody let a held run go on.
    Resumed {
        /// How.
        choice: Resume,
        /// Who.
        by: String,
    },
    /// How the run ends is settled; what is to be done before (`on_error`, `finally`, attempts under way) still comes.
    Ending {
        /// `succeeded`, `failed` or `cancelled`.
        status: RunStatus,
        /// Why it stopped early, where it did.
        reason: Option<String>,
        /// Why it failed, where it did.
        error: Option<RunError>,
        /// The workflow's `outputs`, where it has any.
        outputs: Option<Value>,
    },
    /// Stands for every entry before it.
    Compacted {
        /// The run's state, as the engine writes it.
        state: Value,
    },
    /// Somebody asked for the end of the run. Asked again while `finally` runs, it ends at once.
    CancelAsked {
        /// Who.
        by: String,
    },
    /// The run is over. Nothing follows.
    Finished {
        /// `succeeded`, `failed` or `cancelled`.
        status: RunStatus,
        /// Why it stopped early, where it did.
        reason: Option<String>,
        /// Why it failed, where it did.
        error: Option<RunError>,
        /// The workflow's `outputs`, where it has any.
        outputs: Option<Value>,
    },
}
