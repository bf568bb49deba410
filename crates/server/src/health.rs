//! For machines: alive, ready, figures.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::app::App;
use crate::problem::Refusal;

/// The process is alive.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The process can take events in: the journal answers and nobody asked it to stop.
pub async fn ready(State(app): State<App>) -> Response {
    if app.stopping.is_cancelled() {
        return Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "S009", "the server is stopping")
            .into_response();
    }
    match app.journal.flows.generation().await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => Refusal::from(error).into_response(),
    }
}

/// Collects the process's figures; there is one a process.
///
/// # Errors
/// When there is one already.
pub fn recorder() -> Result<PrometheusHandle, Box<dyn std::error::Error + Send + Sync>> {
    let handle = PrometheusBuilder::new().install_recorder()?;
    metrics::describe_counter!("cauce_events_accepted_total", "Events kept, by outcome.");
    metrics::describe_gauge!("cauce_runs_open", "Runs that are not over, by workflow.");
    metrics::describe_counter!("cauce_runs_finished_total", "Runs that ended in this process, by status.");
    metrics::describe_counter!(
        "cauce_journal_commits_total",
        "Commits of the journal; each syncs the disk once."
    );
    metrics::describe_counter!(
        "cauce_attempts_failed_total",
        "Attempts that failed in this process, by action."
    );
    Ok(handle)
}

/// The figures in Prometheus' text form.
pub async fn figures(State(app): State<App>, handle: PrometheusHandle) -> Result<Response, Refusal> {
    let mut open: BTreeMap<String, u64> = app.flows.all().iter().map(|flow| (flow.id.clone(), 0)).collect();
    open.extend(app.journal.runs.open_counts().await?);
    for (workflow, count) in open {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        metrics::gauge!("cauce_runs_open", "workflow" => workflow).set(f64::from(count));
    }
    let text = handle.render();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
