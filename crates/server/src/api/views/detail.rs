//! What a step shows besides its status: each verb its own.

use cauce_model::workflow::FormField;
use cauce_model::{Ask, BranchRecord, FailedPass, Listening, Passes};
use serde::Serialize;
use utoipa::ToSchema;

use super::ErrorView;
use super::summary::word;

/// How far a loop is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PassesView {
    /// How many are over.
    pub done: u64,
    /// How many of them failed.
    pub failed: u64,
    /// How many there will be, once that is known.
    pub total: Option<u64>,
    /// The first that failed, at most 100.
    pub errors: Vec<FailedPassView>,
}

impl From<Passes> for PassesView {
    fn from(passes: Passes) -> Self {
        Self {
            done: passes.done,
            failed: passes.failed,
            total: passes.total,
            errors: passes.errors.into_iter().map(FailedPassView::from).collect(),
        }
    }
}

/// A pass of a loop that failed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FailedPassView {
    /// Which one; counts from 0.
    pub index: u64,
    /// Why.
    pub error: ErrorView,
}

impl From<FailedPass> for FailedPassView {
    fn from(pass: FailedPass) -> Self {
        Self { index: pass.index, error: ErrorView::from(&pass.error) }
    }
}

/// A branch of a `parallel`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BranchView {
    /// Its id.
    pub id: String,
    /// `succeeded failed skipped cancelled`; nothing while it goes on.
    pub status: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorView>,
}

impl From<BranchRecord> for BranchView {
    fn from(branch: BranchRecord) -> Self {
        Self {
            id: branch.id,
            status: branch.status.map(|status| status.word().to_owned()),
            error: branch.error.as_ref().map(ErrorView::from),
        }
    }
}

/// The event a step waits for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListeningView {
    /// Its name.
    pub event: String,
    /// When the wait ends without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
}

impl From<Listening> for ListeningView {
    fn from(listening: Listening) -> Self {
        Self { event: listening.event, deadline: listening.deadline.map(|at| at.to_string()) }
    }
}

/// The question a step asks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AskView {
    /// The addresses that got it.
    pub to: Vec<String>,
    /// What they fill in.
    pub form: Vec<FieldView>,
    /// When it ends without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
}

impl From<Ask> for AskView {
    fn from(ask: Ask) -> Self {
        Self {
            to: ask.to,
            form: ask.form.into_iter().map(FieldView::from).collect(),
            deadline: ask.deadline.map(|at| at.to_string()),
        }
    }
}

/// A field of the form of a question.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldView {
    /// What the answer calls it.
    pub name: String,
    /// What people read; the name where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// `text number boolean choice`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// What one may choose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

impl From<FormField> for FieldView {
    fn from(field: FormField) -> Self {
        Self {
            name: field.name,
            label: field.label,
            kind: word(&field.kind),
            required: field.required,
            options: field.options,
        }
    }
}
