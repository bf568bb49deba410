//! What owners are to be told and were not told yet.

use axum::Json;
use axum::extract::State;
use cauce_journal::notices::Group;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::app::App;
use crate::problem::Refusal;

/// How many are listed.
const MOST: u32 = 500;

/// Notices.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticesBody {
    /// By workflow, kind and cause.
    pub notices: Vec<NoticeView>,
}

/// What happened to runs of a workflow for one cause, and nobody was told of yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeView {
    /// The workflow.
    pub workflow: String,
    /// `failed`, `held`, or `failing` where it failed three times in a row.
    pub kind: String,
    /// How often.
    pub count: u64,
    /// When the first was.
    pub first_at: String,
    /// When the last was.
    pub last_at: String,
    /// The last run.
    pub run_id: String,
    /// The step's path in the workflow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// The code of the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<String>,
    /// What went wrong, the last time.
    pub message: String,
}

impl From<Group> for NoticeView {
    fn from(group: Group) -> Self {
        let notice = group.notice;
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let reason = notice.hold_reason.and_then(|reason| serde_json::to_value(reason).ok());
        Self {
            workflow: notice.workflow,
            kind: notice.kind.word().to_owned(),
            count: group.count,
            first_at: group.first_at.to_string(),
            last_at: notice.at.to_string(),
            run_id: group.run.to_string(),
            step: some(notice.step),
            code: some(notice.code),
            hold_reason: reason.and_then(|reason| reason.as_str().map(ToOwned::to_owned)),
            message: notice.message,
        }
    }
}

/// What owners are to be told and were not told yet: within seconds of the first, or an hour after the last.
#[utoipa::path(get, operation_id = "list_notices", path = "/notices", responses((status = 200, body = NoticesBody)))]
pub async fn list(State(app): State<App>, _caller: Caller) -> Result<Json<NoticesBody>, Refusal> {
    let open = app.journal.notices.open(MOST).await?;
    Ok(Json(NoticesBody { notices: open.into_iter().map(NoticeView::from).collect() }))
}
