//! Whether what expressions read is there: steps, variables, and names that exist in some places only.

use cauce_model::Problem;
use cauce_model::workflow::Workflow;

use super::analysis::Known;
use super::{Node, OnFailure, Plan, PlanVerb, StepIx};
use crate::expr::{Expr, Part, PathRef, Segment, Template};
use crate::near::did_you_mean;

/// What every step has besides its output.
const STEP_FIELDS: [&str; 4] = ["attempts", "error", "output", "status"];
/// What `run` has.
const RUN_FIELDS: [&str; 4] = ["id", "started_at", "version", "workflow"];

/// A path that an expression reads.
#[derive(Debug)]
pub(super) struct Seen {
    path: PathRef,
    at: String,
    reader: Option<StepIx>,
    pub(super) at_end: bool,
    pub(super) at_trigger: bool,
    /// In an action's `with`, where environment values may go.
    pub(super) in_with: bool,
}

impl Seen {
    fn new(path: PathRef, at: &str, reader: Option<StepIx>) -> Self {
        Self { path, at: at.to_owned(), reader, at_end: false, at_trigger: false, in_with: false }
    }

    pub(super) fn of_expr(expr: &Expr, at: &str, reader: Option<StepIx>) -> Vec<Self> {
        expr.paths().into_iter().map(|path| Self::new(path, at, reader)).collect()
    }

    /// The spans become those of the whole text.
    pub(super) fn of_template(template: &Template, at: &str, reader: Option<StepIx>) -> Vec<Self> {
        let mut seen = Vec::new();
        for part in template.parts() {
            if let Part::Expr(expr, span) = part {
                for mut path in expr.paths() {
                    path.span = path.span.start + span.start..path.span.end + span.start;
                    seen.push(Self::new(path, at, reader));
                }
            }
        }
        seen
    }

    fn place(&self) -> Node {
        match self.reader {
            Some(ix) => Node::Step(ix),
            None if self.at_end => Node::End,
            None => Node::Start,
        }
    }

    fn error(&self, code: &'static str, message: String) -> Problem {
        Problem::error(code, &self.at, message).inside(self.path.span.clone())
    }
}

pub(super) fn check(workflow: &Workflow, plan: &Plan, seen: &[Seen], problems: &mut Vec<Problem>) {
    let known = Known::of(plan);
    for seen in seen {
        problems.extend(judge(workflow, plan, &known, seen));
    }
}

fn judge(workflow: &Workflow, plan: &Plan, known: &Known, seen: &Seen) -> Option<Problem> {
    let root = match seen.path.segments.first() {
        Some(Segment::Key(root)) => root.as_str(),
        _ => return None,
    };
    if seen.at_trigger && root != "trigger" {
        let problem = seen.error("W108", format!("`{root}` is not there yet when a trigger decides"));
        return Some(problem.hint("a trigger's `when` and `dedupe_key` see `trigger` only"));
    }
    match root {
        "trigger" => None,
        "env" if seen.in_with => None,
        "env" => {
            let problem = seen.error("X005", "`env` cannot be used here".to_owned());
            Some(
                problem
                    .hint("environment values stand in an action's `with` and in a trigger's `verify` only"),
            )
        }
        "steps" => step_reference(plan, known, seen),
        "vars" => field(seen, "variable", &workflow.vars.keys().map(String::as_str).collect::<Vec<_>>()),
        "run" => field(seen, "field of `run`", &RUN_FIELDS),
        "error" if stands_under_on_error(plan, seen) => None,
        "error" => Some(seen.error("W108", "`error` exists inside `on_error` only".to_owned())),
        other => Some(seen.error("W109", format!("`{other}` is not available in this version"))),
    }
}

fn field(seen: &Seen, what: &str, names: &[&str]) -> Option<Problem> {
    match seen.path.segments.get(1) {
        Some(Segment::Key(name)) if !names.contains(&name.as_str()) && !seen.path.guarded => {
            Some(seen.error("W104", format!("unknown {what} `{name}`")).hint(did_you_mean(name, names)))
        }
        _ => None,
    }
}

fn step_reference(plan: &Plan, known: &Known, seen: &Seen) -> Option<Problem> {
    let Some(Segment::Key(id)) = seen.path.segments.get(1) else {
        return Some(seen.error("W103", "`steps` needs the id of a step, as in `steps.a.output`".to_owned()));
    };
    let Some(step) = plan.by_id(id) else {
        let ids: Vec<&str> = plan.steps.iter().map(|step| step.id.as_str()).collect();
        let hint = match cauce_model::near::nearest(id, ids.iter().copied()) {
            Some(near) => format!("did you mean `steps.{near}`?"),
            None => did_you_mean(id, &ids),
        };
        return Some(seen.error("W103", format!("there is no step `{id}`")).hint(hint));
    };
    let ix = *plan.ids.get(id)?;
    let here = seen.place();
    // The loader warns of a step that no way leads to; what it reads does not matter.
    if known.is_reached(here) && !known.before(here, ix) {
        let itself = here == Node::Step(ix);
        let message = if itself {
            format!("the step `{id}` refers to its own result")
        } else {
            format!("the step `{id}` has not run yet here")
        };
        return Some(seen.error("W110", message).hint("a step sees only the steps before it and around it"));
    }
    match seen.path.segments.get(2) {
        None => None,
        Some(Segment::Key(name)) if STEP_FIELDS.contains(&name.as_str()) => {
            let is_there =
                name != "output" || seen.path.guarded || known.always(here, ix) || !known.is_reached(here);
            (!is_there).then(|| may_be_missing(seen, &step.id))
        }
        Some(Segment::Key(name)) => {
            let problem = seen.error("W104", format!("a step has no field `{name}`"));
            let hint = match cauce_model::near::nearest(name, STEP_FIELDS) {
                Some(near) => format!("did you mean `steps.{id}.{near}`?"),
                None => format!("did you mean `steps.{id}.output.{name}`?"),
            };
            Some(problem.hint(hint))
        }
        Some(Segment::Index(_)) => Some(seen.error("W104", format!("the step `{id}` is no list"))),
    }
}

fn may_be_missing(seen: &Seen, id: &str) -> Problem {
    let message =
        format!("`steps.{id}.output` may be missing here: `{id}` does not run on every way to this place");
    seen.error("W111", message)
        .hint(format!("say what to use instead: `steps.{id}.output... | default(...)`"))
}

/// Whether the reader stands inside the `on_error` list of some step.
fn stands_under_on_error(plan: &Plan, seen: &Seen) -> bool {
    let Some(reader) = seen.reader else { return false };
    plan.steps.iter().any(|step| match &step.on_error {
        OnFailure::Steps(steps) => steps.iter().any(|first| holds(plan, *first, reader)),
        OnFailure::Fail | OnFailure::Continue | OnFailure::Hold => false,
    })
}

fn holds(plan: &Plan, block: StepIx, reader: StepIx) -> bool {
    if block == reader {
        return true;
    }
    let step = plan.step(block);
    let inside_error = match &step.on_error {
        OnFailure::Steps(steps) => steps.iter().any(|inner| holds(plan, *inner, reader)),
        OnFailure::Fail | OnFailure::Continue | OnFailure::Hold => false,
    };
    let inside = match &step.verb {
        PlanVerb::If { then, otherwise, .. } => {
            then.iter().chain(otherwise).any(|inner| holds(plan, *inner, reader))
        }
        PlanVerb::Use(_) | PlanVerb::Set(_) | PlanVerb::Wait(_) | PlanVerb::Stop { .. } => false,
    };
    inside || inside_error
}
