//! From a workflow as written to a plan, with every problem that can be seen before anything runs.

mod action;
mod block;
mod event;
mod step;
mod trigger;

use std::time::Duration;

use cauce_model::workflow::{Text, Tree, Workflow};
use cauce_model::{Catalog, Problem};
use serde_json::Value;

use super::references::{Reader, Seen};
use super::{Form, Graph, Lane, Plan, PlanStep, StepIx, references};
use crate::expr::{Expr, ExprError, Template};
use crate::near::did_you_mean;

/// How long one attempt may take when nobody says otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a run may take when nobody says otherwise.
const DEFAULT_RUN_TIMEOUT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A plan, when there is no error, and every problem found.
#[derive(Debug)]
pub struct Compiled {
    /// The plan; none when one of the problems is an error.
    pub plan: Option<Plan>,
    /// Errors and warnings, in the order of the document.
    pub problems: Vec<Problem>,
}

/// Compiles a workflow. `catalog` says which actions and triggers there are.
#[must_use]
pub fn compile(workflow: &Workflow, catalog: &dyn Catalog) -> Compiled {
    let mut compiler = Compiler {
        workflow,
        catalog,
        problems: Vec::new(),
        steps: Vec::new(),
        seen: Vec::new(),
        reader: Reader::Trigger,
        in_with: false,
        in_match: false,
        names: Vec::new(),
    };
    let triggers = workflow.triggers.iter().map(|trigger| compiler.trigger(trigger)).collect();
    let index = workflow.index.iter().map(|text| compiler.bare(text)).collect();
    let concurrency = workflow.concurrency.as_ref().map(|limit| compiler.concurrency(limit));
    let reentry = workflow.reentry.as_ref().map(|limit| compiler.reentry(limit));
    let cancel_on = workflow.cancel_on.iter().filter_map(|event| compiler.cancel_on(event)).collect();
    compiler.reader = Reader::Anywhere;
    let exit_when = workflow.exit_when.as_ref().map(|text| compiler.bare(text));
    let sequence = compiler.sequence(&workflow.steps, "", None, Lane::Main);
    compiler.reader = Reader::End;
    let outputs = workflow.outputs.as_ref().map(|tree| compiler.form(tree));
    let on_error = compiler.sequence(&workflow.on_error, "on_error/", None, Lane::Trouble);
    let finally = compiler.sequence(&workflow.finally, "finally/", None, Lane::Finally);
    let Compiler { mut problems, steps, seen, .. } = compiler;
    let places = || steps.iter().enumerate();
    let mut plan = Plan {
        workflow: workflow.id.clone(),
        name: workflow.name.clone().unwrap_or_else(|| workflow.id.clone()),
        owner: workflow.owner.clone(),
        description: workflow.description.clone(),
        zone: workflow.timezone.clone().unwrap_or_else(|| "UTC".to_owned()),
        vars: workflow.vars.clone(),
        inputs: workflow.inputs.clone(),
        timeout: workflow.timeout.unwrap_or(DEFAULT_RUN_TIMEOUT),
        triggers,
        index,
        concurrency,
        reentry,
        exit_when,
        cancel_on,
        ids: places().map(|(ix, step)| (step.id.clone(), StepIx(ix))).collect(),
        paths: places().map(|(ix, step)| (step.path.clone(), StepIx(ix))).collect(),
        steps,
        sequence,
        on_error,
        finally,
        outputs,
        graph: Graph::default(),
    };
    plan.graph = Graph::of(&plan);
    references::check(workflow, &plan, &seen, &mut problems);
    let sound = !problems.iter().any(Problem::is_error);
    Compiled { plan: sound.then_some(plan), problems }
}

struct Compiler<'a> {
    workflow: &'a Workflow,
    catalog: &'a dyn Catalog,
    problems: Vec<Problem>,
    /// Slots are taken when a block is entered, so that a block stands before what is in it.
    steps: Vec<PlanStep>,
    /// Every path that an expression reads, with who reads it.
    seen: Vec<Seen>,
    /// Who reads the expressions that come.
    reader: Reader,
    /// Whether they stand where environment values may go.
    in_with: bool,
    /// Whether they stand where `event` is.
    in_match: bool,
    /// What the loops around call their items.
    names: Vec<String>,
}

impl Compiler<'_> {
    fn complain(&mut self, at: &str, error: ExprError) {
        let problem = Problem::error(error.code, at, error.message).inside(error.span);
        self.problems.push(match error.hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        });
    }

    fn see(&mut self, path: crate::expr::PathRef, at: &str) {
        let Self { reader, in_with, in_match, .. } = *self;
        self.seen.push(Seen { path, at: at.to_owned(), reader, in_with, in_match });
    }

    /// A bare expression; on an error a stand-in that is never evaluated, because the plan is not handed out.
    fn bare(&mut self, text: &Text) -> Expr {
        match Expr::parse_with(&text.text, &self.names) {
            Ok(expr) => {
                expr.paths().into_iter().for_each(|path| self.see(path, &text.at));
                expr
            }
            Err(error) => {
                self.complain(&text.at, error);
                Expr::literal(Value::Null)
            }
        }
    }

    fn template(&mut self, text: &Text) -> Option<Template> {
        match Template::parse_with(&text.text, &self.names) {
            Ok(template) => {
                template.paths().into_iter().for_each(|path| self.see(path, &text.at));
                Some(template)
            }
            Err(error) => {
                self.complain(&text.at, error);
                None
            }
        }
    }

    fn form(&mut self, tree: &Tree) -> Form {
        let mut errors = Vec::new();
        let form = Form::compile(&tree.value, &tree.at, &self.names, &mut |at, error| {
            errors.push((at.to_owned(), error));
        });
        for (at, error) in errors {
            self.complain(&at, error);
        }
        let mut seen = Vec::new();
        form.templates(&tree.at, &mut |at, template| {
            seen.extend(template.paths().into_iter().map(|path| (path, at.to_owned())));
        });
        for (path, at) in seen {
            self.see(path, &at);
        }
        form
    }

    fn unknown(&mut self, code: &'static str, what: &str, name: &Text, names: &[&str]) {
        let problem = Problem::error(code, &name.at, format!("unknown {what} `{}`", name.text));
        self.problems.push(problem.hint(did_you_mean(&name.text, names)));
    }
}
