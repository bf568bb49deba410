//! The inputs of `schedule@1`.

use cauce_model::Problem;
use serde_json::Value;

use super::{Schedule, ScheduleError};
use crate::codes;
use crate::inputs::Inputs;

/// What happens with moments that passed while nobody looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Misfire {
    /// The latest one fires, once.
    #[default]
    Latest,
    /// None of them fires.
    Skip,
}

impl Misfire {
    /// What the `with` of a checked schedule says.
    #[must_use]
    pub fn of(with: &Value) -> Self {
        match with.get("misfire").and_then(Value::as_str) {
            Some("skip") => Self::Skip,
            _ => Self::Latest,
        }
    }
}

/// Reads the inputs at the JSON pointer `at`, or says everything that is wrong with them.
pub(super) fn read(with: &Value, at: &str, default_zone: &str) -> Result<(Schedule, Misfire), Vec<Problem>> {
    let mut inputs = Inputs::open("schedule@1", with, at, &["cron", "every", "timezone", "misfire"], &[]);
    let misfire = misfire(&mut inputs);
    let schedule = match (inputs.value("cron"), inputs.value("every")) {
        (Some(_), None) => cron(&mut inputs, default_zone),
        (None, Some(_)) => every(&mut inputs),
        (None, None) => {
            inputs.missing("cron", "say when, by `cron: 30 6 * * MON-FRI` or by `every: 15m`");
            None
        }
        (Some(_), Some(_)) => {
            let message = "`every` cannot stand beside `cron`";
            let problem = Problem::error(codes::MISSING_INPUT, inputs.place("every"), message);
            inputs.problems.push(problem.hint("leave out one of the two").at_key());
            None
        }
    };
    match (schedule, misfire) {
        (Some(schedule), Some(misfire)) if inputs.problems.is_empty() => Ok((schedule, misfire)),
        _ => Err(inputs.problems),
    }
}

/// The first of several problems in the words of a schedule.
pub(super) fn first(problems: Vec<Problem>) -> ScheduleError {
    let fallback = || Problem::error(codes::WRONG_INPUT, "", "the inputs of `schedule@1` cannot be used");
    let problem = problems.into_iter().next().unwrap_or_else(fallback);
    ScheduleError { code: problem.code, field: None, message: problem.message, hint: problem.hint }
}

fn misfire(inputs: &mut Inputs<'_>) -> Option<Misfire> {
    if inputs.value("misfire").and_then(Value::as_str) == Some("all") {
        let message = "`misfire: all` is not available in this version";
        let problem = Problem::error(codes::NOT_AVAILABLE, inputs.place("misfire"), message);
        inputs.problems.push(problem.hint("`latest` fires once for all that were missed"));
        return None;
    }
    inputs.choice("misfire", &[("latest", Misfire::Latest), ("skip", Misfire::Skip)])
}

fn cron(inputs: &mut Inputs<'_>, default_zone: &str) -> Option<Schedule> {
    let zone = match inputs.value("timezone") {
        Some(_) => inputs.text("timezone"),
        None => Some(default_zone),
    };
    let cron = inputs.text("cron")?;
    // Both faults are told at once, so the expression is also tried where the zone is wrong.
    match Schedule::parse(cron, zone.unwrap_or("UTC")) {
        Ok(schedule) => zone.map(|_| schedule),
        Err(error) => {
            let key = if error.code == codes::UNKNOWN_ZONE { "timezone" } else { "cron" };
            if key == "cron"
                && let Some(Err(also)) = zone.map(super::zone::named)
            {
                note(inputs, "timezone", also);
            }
            note(inputs, key, error);
            None
        }
    }
}

fn every(inputs: &mut Inputs<'_>) -> Option<Schedule> {
    if inputs.value("timezone").is_some() {
        let message = "`timezone` has no meaning beside `every`, which counts from 1970-01-01T00:00:00Z";
        inputs.wrong("timezone", message.to_owned());
    }
    let span = inputs.duration("every")?;
    Schedule::every(span).map_err(|error| note(inputs, "every", error)).ok()
}

fn note(inputs: &mut Inputs<'_>, key: &str, error: ScheduleError) {
    let mut problem = Problem::error(error.code, inputs.place(key), error.message);
    problem.hint = error.hint;
    inputs.problems.push(problem);
}
