//! What stands inside the verbs that hold other steps or ask somebody.

use serde::{Deserialize, Serialize};

use super::{Step, Text, Tree};

/// One way of a `switch`.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// When it is taken.
    pub test: CaseTest,
    /// `do`: what it does.
    pub steps: Vec<Step>,
    /// JSON pointer of the case.
    pub at: String,
}

/// When a way of a `switch` is taken.
#[derive(Clone, Debug, PartialEq)]
pub enum CaseTest {
    /// Bare expression that is true.
    When(Text),
    /// A value that equals the `switch`'s; texts in it may hold `${{ }}`.
    Equals(Tree),
}

/// `for_each`: one pass an item.
#[derive(Clone, Debug, PartialEq)]
pub struct ForEach {
    /// `in`: bare expression that gives a list of up to 10,000 items, or a file.
    pub items: Text,
    /// `as`: what expressions call the item, besides `item`.
    pub name: Option<String>,
    /// How many passes at once; 1 where nothing is said, 64 at most.
    pub parallel: u32,
    /// Bare expression, evaluated at the end of each pass: what the step gives as `results`.
    pub collect: Option<Text>,
    /// What a pass that failed means.
    pub on_item_error: ItemError,
    /// `do`: what a pass does.
    pub steps: Vec<Step>,
}

/// What a failed pass of a `for_each` means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ItemError {
    /// The others go on, and the step counts it. Where every pass fails, the step fails.
    #[default]
    Continue,
    /// No further pass begins, and the step fails.
    Fail,
}

/// One of several things at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Unique in its block.
    pub id: String,
    /// Branches of the same block that must have succeeded before.
    pub needs: Vec<Text>,
    /// What it does.
    pub steps: Vec<Step>,
    /// JSON pointer of the branch.
    pub at: String,
}

/// When a `parallel` block is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Join {
    /// When every branch is.
    #[default]
    All,
    /// When one has succeeded; the others are cancelled.
    Any,
}

/// What a failed branch means where all are waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailMode {
    /// The others are cancelled, and the step fails.
    #[default]
    Fast,
    /// The others go on, and the step says how each ended.
    Collect,
}

/// What happens when an awaited event does not come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum OnTimeout {
    /// The run goes on; the step's output says `timed_out: true`.
    #[default]
    Continue,
    /// The step fails.
    Fail,
    /// These steps run, then the run goes on behind the step.
    Steps(Vec<Step>),
}

/// Something to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// What the answer calls it.
    pub name: String,
    /// What people read; the name where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it must be.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Whether it must be filled in.
    pub required: bool,
    /// What one may choose; for [`FieldKind::Choice`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

/// What a field of a form takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// `text`.
    #[default]
    Text,
    /// `number`.
    Number,
    /// `boolean`.
    Boolean,
    /// `choice`.
    Choice,
}
