//! `cauce run`: one run of one file, here and in memory, with real actions.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use cauce_journal::flows::{Origin, Publish};
use cauce_journal::runs::Found;
use cauce_journal::{Change, Journal};
use cauce_model::{Clock, RunId, RunRecord, RunStatus, StepRecord, StepStatus, SystemClock, render};
use cauce_runner::Runner;
use cauce_server::intake::hand::{self, Given};
use cauce_server::{App, Setting};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::args::RunArgs;
use crate::out;
use crate::wiring::{Outside, Wired, components, new_session, wire};

/// The largest file that a step may keep, in bytes. It is in memory, as the run is.
const MOST_KEPT: u64 = 100 * 1024 * 1024;

pub(crate) async fn run(args: RunArgs) -> anyhow::Result<ExitCode> {
    let text =
        std::fs::read(&args.file).with_context(|| format!("`{}` could not be read", args.file.display()))?;
    let data = json(args.event.as_deref(), "--event")?.unwrap_or_else(|| serde_json::json!({}));
    let inputs = json(args.inputs.as_deref(), "--inputs")?.unwrap_or_default();
    let name = args.file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let Some(id) = sound(&name, &args.file.display().to_string(), &text) else {
        return Ok(ExitCode::FAILURE);
    };
    let journal = Journal::memory(Arc::new(SystemClock));
    let session = new_session();
    journal.sessions.open(session).await?;
    let publish = Publish {
        id: id.clone(),
        text,
        origin: Origin::Server,
        author: "run".to_owned(),
        at: SystemClock.now(),
    };
    journal.flows.publish(publish).await?;
    let setting = Setting {
        address: String::new(),
        max_body: 0,
        max_file: MOST_KEPT,
        keep_days: 0,
        works: true,
        demo: None,
    };
    let wired = wire(journal, session, Outside::from(args.outside), setting, CancellationToken::new())?;
    let Wired { app, parts, relay: _ } = wired;
    app.flows.refresh(&app.journal, &app.plans).await?;
    let mut changes = app.journal.hints.changes();
    let runner = Runner::start(parts, session);
    let run = begin(&app, &id, args.trigger.as_deref(), Given { data, inputs }).await?;
    let record = loop {
        match app.journal.runs.get(run).await? {
            Some(Found::Over(record)) => break *record,
            Some(Found::Open(open)) if open.brief.status == RunStatus::Held => {
                let state = cauce_engine::State::recover(open.start.into(), &open.entries)?;
                let plan = app.plans.get(&id, 1).await?;
                break state.record(&plan);
            }
            _ => {}
        }
        while !matches!(changes.recv().await, Ok(Change::Run(_)) | Err(_)) {}
    };
    runner.stop().await;
    tell(&record)?;
    Ok(if record.status == RunStatus::Succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The workflow's id, when nothing stops it; otherwise its problems are printed.
#[expect(clippy::print_stderr, reason = "the problems are why the command does nothing")]
fn sound(name: &str, file: &str, text: &[u8]) -> Option<String> {
    let components = components();
    let checked = cauce_server::flows::check(name, text, &components, &components.sources);
    for problem in checked.problems.iter().filter(|problem| problem.is_error()) {
        eprintln!("{}", render::text(problem, file, &String::from_utf8_lossy(text), false));
    }
    checked.plan.and(checked.id)
}

/// The JSON of an argument, or of the file that it names.
fn json(given: Option<&str>, argument: &str) -> anyhow::Result<Option<Value>> {
    let Some(given) = given else { return Ok(None) };
    let text = match given.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file).with_context(|| format!("`{file}` could not be read"))?,
        None => given.to_owned(),
    };
    serde_json::from_str(&text).map(Some).with_context(|| format!("`{argument}` is not JSON"))
}

async fn begin(app: &App, id: &str, trigger: Option<&str>, given: Given) -> anyhow::Result<RunId> {
    let flow = app.flows.get(id).context("the workflow is not there")?;
    let plan = flow.plan.as_ref().context("the workflow does not compile")?;
    let trigger = match trigger {
        Some(id) => plan.trigger(id).with_context(|| format!("the workflow has no trigger `{id}`"))?,
        None => plan.triggers.first().context("the workflow has no trigger")?,
    };
    let receipt = hand::start(app, &flow, &trigger.id, given).await;
    let receipt = receipt.map_err(|refusal| anyhow::anyhow!("{}", refusal.detail()))?;
    let run = receipt.run_id.context("the trigger's `when` is false for this event: nothing runs")?;
    Ok(run.parse()?)
}

/// The run as a person reads it.
fn tell(record: &RunRecord) -> anyhow::Result<()> {
    for step in record.steps.iter().filter(|step| step.status != StepStatus::Pending) {
        out::line(line(step))?;
    }
    let why = record.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    out::line(format_args!("{}{why}", record.status.word()))?;
    if let Some(error) = &record.error {
        out::line(format_args!("  {} at `{}`: {}", error.error.code, error.step, error.error.message))?;
    }
    if let Some(outputs) = &record.outputs {
        out::line(format_args!("{outputs:#}"))?;
    }
    Ok(())
}

fn line(step: &StepRecord) -> String {
    let sign = match step.status {
        StepStatus::Succeeded => "ok  ",
        StepStatus::Failed => "FAIL",
        StepStatus::Skipped => "--  ",
        StepStatus::Held => "HELD",
        StepStatus::Pending | StepStatus::Running | StepStatus::Waiting | StepStatus::Retrying => "..  ",
    };
    let span = match (step.started_at, step.finished_at) {
        (Some(from), Some(to)) => format!("  {} ms", to.since(from).as_millis()),
        _ => String::new(),
    };
    let attempts = if step.attempts > 1 { format!("  {} attempts", step.attempts) } else { String::new() };
    let error = step
        .error
        .as_ref()
        .map(|error| format!("\n       {}: {}", error.code, error.message))
        .unwrap_or_default();
    format!("{sign} {}{span}{attempts}{error}", step.path)
}
