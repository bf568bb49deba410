//! Whether what expressions read is there: steps, variables, and names that exist in some places only.

use cauce_model::Problem;
use cauce_model::workflow::Workflow;

use super::analysis::Known;
use super::{Lane, Node, Plan, PlanStep, PlanVerb, StepIx, path};
use crate::expr::{PathRef, Segment};
use crate::near::did_you_mean;

/// What every step has besides its output.
const STEP_FIELDS: [&str; 4] = ["attempts", "error", "output", "status"];
/// What `run` has.
const RUN_FIELDS: [&str; 4] = ["id", "started_at", "version", "workflow"];

/// Who reads an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// A trigger, or a limit that asks before a run begins.
    Trigger,
    /// Whoever looks before the first step.
    Start,
    /// A step.
    Step(StepIx),
    /// A loop at the end of each of its passes.
    Turn(StepIx),
    /// Whoever looks at any time.
    Anywhere,
    /// The workflow's `outputs`.
    End,
}

/// A path that an expression reads.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) path: PathRef,
    pub(super) at: String,
    pub(super) reader: Reader,
    /// In an action's `with`, where environment values may go.
    pub(super) in_with: bool,
    /// In a `match`, where `event` is.
    pub(super) in_match: bool,
}

impl Seen {
    fn place(&self) -> Node {
        match self.reader {
            Reader::Step(ix) => Node::Step(ix),
            Reader::Turn(ix) => Node::Turn(ix),
            Reader::End => Node::End,
            Reader::Trigger | Reader::Start | Reader::Anywhere => Node::Start,
        }
    }

    /// The path of the plan from which it looks.
    fn stand(&self, plan: &Plan) -> String {
        match self.reader {
            Reader::Step(ix) => plan.step(ix).path.to_string(),
            Reader::Turn(ix) => format!("{}[]/", plan.step(ix).path),
            Reader::Trigger | Reader::Start | Reader::Anywhere | Reader::End => String::new(),
        }
    }

    /// The lists it stands in, the innermost first.
    fn lists<'p>(&self, plan: &'p Plan) -> impl Iterator<Item = (Option<&'p PlanStep>, Lane)> + use<'p> {
        let (mut first, mut next) = match self.reader {
            Reader::Step(ix) => (None, Some(ix)),
            Reader::Turn(ix) => (Some((Some(plan.step(ix)), Lane::Pass)), Some(ix)),
            Reader::Trigger | Reader::Start | Reader::Anywhere | Reader::End => (None, None),
        };
        std::iter::from_fn(move || {
            if let Some(turn) = first.take() {
                return Some(turn);
            }
            let seat = plan.step(next?).seat;
            next = seat.around;
            Some((seat.around.map(|ix| plan.step(ix)), seat.lane))
        })
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
    if root == "event" && seen.in_match {
        return None;
    }
    if seen.reader == Reader::Trigger && root != "trigger" {
        let problem = seen.error("W108", format!("`{root}` is not there yet when a trigger decides"));
        return Some(problem.hint("before a run begins, expressions see `trigger` only"));
    }
    match root {
        "trigger" => None,
        "env" if seen.in_with => None,
        "env" => {
            let problem = seen.error("X005", "`env` cannot be used here".to_owned());
            Some(problem.hint("`${{ env.NAME }}` stands in `with` and in a trigger's `verify` only"))
        }
        "steps" => step_reference(plan, known, seen),
        "vars" => {
            let names: Vec<&str> = workflow.vars.keys().map(String::as_str).collect();
            field(seen, "variable", &names)
        }
        "inputs" => {
            let names: Vec<&str> = workflow.inputs.iter().map(|input| input.name.as_str()).collect();
            field(seen, "input", &names)
        }
        "run" => field(seen, "field", &RUN_FIELDS),
        "item" | "index" => (!in_loop(plan, seen, root == "index"))
            .then(|| seen.error("W108", format!("`{root}` exists inside {} only", loops(root)))),
        "error" => error_reference(plan, seen),
        "event" => {
            let problem = seen.error("W108", "`event` exists inside `match` only".to_owned());
            Some(problem.hint("behind a `wait_for` step write `steps.ID.output.event`"))
        }
        // What a loop around calls its item; the parser knows no other name.
        _ => None,
    }
}

fn loops(root: &str) -> &'static str {
    if root == "item" { "`for_each`" } else { "`for_each` and `repeat`" }
}

/// Whether the reader stands in a pass of a `for_each`, or of any loop.
fn in_loop(plan: &Plan, seen: &Seen, any: bool) -> bool {
    seen.lists(plan).any(|(around, lane)| {
        lane == Lane::Pass && (any || around.is_some_and(|step| matches!(step.verb, PlanVerb::ForEach(_))))
    })
}

/// `error` is there where something failed, and may be missing where a run may end well.
fn error_reference(plan: &Plan, seen: &Seen) -> Option<Problem> {
    if seen.lists(plan).any(|(_, lane)| matches!(lane, Lane::Error | Lane::Trouble)) {
        return None;
    }
    if seen.lists(plan).any(|(_, lane)| lane == Lane::Finally) {
        let problem = || {
            seen.error("W111", "`error` may be missing here: `finally` runs after good ends too".to_owned())
        };
        return (!seen.path.guarded)
            .then(|| problem().hint("say what to use instead: `error... | default(...)`"));
    }
    Some(seen.error("W108", "`error` exists inside `on_error` and `finally` only".to_owned()))
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
    if let Some(problem) = out_of_sight(plan, seen, ix) {
        return Some(problem);
    }
    let here = seen.place();
    let anywhere = seen.reader == Reader::Anywhere;
    let is_reached = known.is_reached(here);
    // The loader warns of a step that no way leads to; what it reads does not matter.
    if is_reached && !anywhere && !known.before(here, ix) {
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
            let is_there = name != "output" || seen.path.guarded || known.always(here, ix) || !is_reached;
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

/// Whether the step stands in a loop around which the reader does not.
fn out_of_sight(plan: &Plan, seen: &Seen, ix: StepIx) -> Option<Problem> {
    let step = plan.step(ix);
    if path::seen_from(step.path.as_str(), &seen.stand(plan)).is_some() {
        return None;
    }
    let id = &step.id;
    let message = format!("the step `{id}` runs in a loop, and is seen inside the same pass only");
    let hint = "write `collect` at the loop, and read `steps.LOOP.output.results` behind it";
    Some(seen.error("W110", message).hint(hint))
}
