//! From a workflow as written to a plan, with every problem that can be seen before anything runs.

use std::collections::HashMap;
use std::time::Duration;

use cauce_model::workflow::{OnError, Step, Text, Tree, Verb, Wait, Workflow};
use cauce_model::{Catalog, Effect, Problem, StepPath};
use serde_json::Value;

use super::references::Seen;
use super::{
    Form, Graph, OnFailure, Plan, PlanStep, PlanTrigger, PlanUse, PlanVerb, PlanWait, StepIx, references,
};
use crate::expr::{Expr, ExprError, Template};
use crate::near::did_you_mean;

/// How long one attempt may take when nobody says otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

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
    let mut compiler =
        Compiler { workflow, catalog, problems: Vec::new(), steps: Vec::new(), seen: Vec::new() };
    let triggers = workflow.triggers.iter().map(|trigger| compiler.trigger(trigger)).collect();
    let sequence = compiler.sequence(&workflow.steps, "");
    let outputs = workflow.outputs.as_ref().map(|tree| compiler.outputs(tree));
    let Compiler { mut problems, steps, seen, .. } = compiler;
    let mut plan = Plan {
        workflow: workflow.id.clone(),
        name: workflow.name.clone().unwrap_or_else(|| workflow.id.clone()),
        description: workflow.description.clone(),
        zone: workflow.timezone.clone().unwrap_or_else(|| "UTC".to_owned()),
        vars: workflow.vars.clone(),
        triggers,
        ids: steps.iter().enumerate().map(|(ix, step)| (step.id.clone(), StepIx(ix))).collect(),
        paths: steps
            .iter()
            .enumerate()
            .map(|(ix, step)| (step.path.clone(), StepIx(ix)))
            .collect::<HashMap<_, _>>(),
        steps,
        sequence,
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
    /// Every path that an expression reads, with the step that reads it.
    seen: Vec<Seen>,
}

impl Compiler<'_> {
    fn complain(&mut self, at: &str, error: ExprError) {
        let problem = Problem::error(error.code, at, error.message).inside(error.span);
        self.problems.push(match error.hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        });
    }

    /// A bare expression; on an error a stand-in that is never evaluated, because the plan is not handed out.
    fn bare(&mut self, text: &Text, reader: Option<StepIx>) -> Expr {
        match Expr::parse(&text.text) {
            Ok(expr) => {
                self.seen.extend(Seen::of_expr(&expr, &text.at, reader));
                expr
            }
            Err(error) => {
                self.complain(&text.at, error);
                Expr::literal(Value::Null)
            }
        }
    }

    fn template(&mut self, text: &Text, reader: Option<StepIx>) -> Option<Template> {
        match Template::parse(&text.text) {
            Ok(template) => {
                self.seen.extend(Seen::of_template(&template, &text.at, reader));
                Some(template)
            }
            Err(error) => {
                self.complain(&text.at, error);
                None
            }
        }
    }

    fn form(&mut self, tree: &Tree, reader: Option<StepIx>) -> Form {
        let mut errors = Vec::new();
        let form = Form::compile(&tree.value, &tree.at, &mut |at, error| errors.push((at.to_owned(), error)));
        for (at, error) in errors {
            self.complain(&at, error);
        }
        let seen = &mut self.seen;
        form.templates(&tree.at, &mut |at, template| seen.extend(Seen::of_template(template, at, reader)));
        form
    }

    fn outputs(&mut self, tree: &Tree) -> Form {
        let before = self.seen.len();
        let form = self.form(tree, None);
        for seen in &mut self.seen[before..] {
            seen.at_end = true;
        }
        form
    }

    fn trigger(&mut self, trigger: &cauce_model::workflow::Trigger) -> PlanTrigger {
        if self.catalog.source(&trigger.source.text).is_none() {
            let names = self.catalog.source_names();
            self.unknown("W101", "trigger", &trigger.source, &names);
        }
        PlanTrigger {
            id: trigger.id.clone(),
            source: trigger.source.text.clone(),
            with: trigger.with.value.clone(),
            when: trigger.when.as_ref().map(|text| self.trigger_expression(text)),
            dedupe_key: trigger.dedupe_key.as_ref().map(|text| self.trigger_expression(text)),
        }
    }

    fn trigger_expression(&mut self, text: &Text) -> Expr {
        let before = self.seen.len();
        let expr = self.bare(text, None);
        for seen in &mut self.seen[before..] {
            seen.at_trigger = true;
        }
        expr
    }

    fn unknown(&mut self, code: &'static str, what: &str, name: &Text, names: &[&str]) {
        let problem = Problem::error(code, &name.at, format!("unknown {what} `{}`", name.text));
        self.problems.push(problem.hint(did_you_mean(&name.text, names)));
    }

    fn sequence(&mut self, steps: &[Step], prefix: &str) -> Vec<StepIx> {
        steps.iter().map(|step| self.step(step, prefix)).collect()
    }

    fn step(&mut self, step: &Step, prefix: &str) -> StepIx {
        let ix = StepIx(self.steps.len());
        let path = format!("{prefix}{}", step.id);
        self.steps.push(PlanStep {
            id: step.id.clone(),
            name: step.name.clone(),
            path: StepPath::from(path.as_str()),
            verb: PlanVerb::Set(Form::Literal(Value::Null)),
            when: None,
            on_error: OnFailure::Fail,
        });
        let when = step.when.as_ref().map(|text| self.bare(text, Some(ix)));
        let verb = self.verb(step, ix, &path);
        let on_error = match &step.on_error {
            None | Some(OnError::Fail) => OnFailure::Fail,
            Some(OnError::Continue) => OnFailure::Continue,
            Some(OnError::Hold) => OnFailure::Hold,
            Some(OnError::Steps(steps)) => OnFailure::Steps(self.sequence(steps, &format!("{path}/error/"))),
        };
        let slot = &mut self.steps[ix.0];
        slot.when = when;
        slot.verb = verb;
        slot.on_error = on_error;
        ix
    }

    fn verb(&mut self, step: &Step, ix: StepIx, path: &str) -> PlanVerb {
        match &step.verb {
            Verb::Use { action, with } => self.call(step, ix, action, with),
            Verb::Set(tree) => PlanVerb::Set(self.form(tree, Some(ix))),
            Verb::If { condition, then, otherwise } => PlanVerb::If {
                condition: self.bare(condition, Some(ix)),
                then: self.sequence(then, &format!("{path}/then/")),
                otherwise: otherwise
                    .as_ref()
                    .map(|steps| self.sequence(steps, &format!("{path}/else/")))
                    .unwrap_or_default(),
            },
            Verb::Wait(wait) => PlanVerb::Wait(self.wait(wait, ix)),
            Verb::Switch { .. }
            | Verb::ForEach(_)
            | Verb::Repeat { .. }
            | Verb::Parallel { .. }
            | Verb::WaitFor { .. }
            | Verb::Approve { .. }
            | Verb::Call { .. } => self.later(step),
            Verb::Stop { reason, outcome } => PlanVerb::Stop {
                reason: reason.as_ref().and_then(|text| self.template(text, Some(ix))),
                outcome: *outcome,
            },
        }
    }

    fn later(&mut self, step: &Step) -> PlanVerb {
        let message = format!("`{}` is not available in this version", step.verb.key());
        self.problems.push(Problem::error("W013", &step.at, message));
        PlanVerb::Set(Form::Literal(Value::Null))
    }

    fn call(&mut self, step: &Step, ix: StepIx, action: &Text, with: &Tree) -> PlanVerb {
        let catalog = self.catalog;
        match catalog.action(&action.text) {
            None => self.unknown("W102", "action", action, &catalog.action_names()),
            Some(spec) => {
                self.inputs(&spec.input, with);
                if spec.effect == Effect::Unkeyed && step.effect.is_none() {
                    self.problems.push(
                        Problem::warning(
                            "W107",
                            &step.at,
                            format!("`{}` may be repeated after a crash: `{}` cannot recognise a second call", step.id, action.text),
                        )
                        .hint("write `effect: repeat` if twice is better than not at all, `effect: once` if not"),
                    );
                }
            }
        }
        let defaults = &self.workflow.defaults;
        let retry = step.retry.as_ref().or(defaults.retry.as_ref()).map(Into::into).unwrap_or_default();
        let timeout = step.timeout.or(defaults.timeout).unwrap_or(DEFAULT_TIMEOUT);
        let before = self.seen.len();
        let with = self.form(with, Some(ix));
        for seen in &mut self.seen[before..] {
            seen.in_with = true;
        }
        PlanVerb::Use(Box::new(PlanUse {
            action: action.text.clone(),
            with,
            retry,
            timeout,
            key: step.idempotency_key.as_ref().and_then(|text| self.template(text, Some(ix))),
            effect: step.effect.unwrap_or_default(),
        }))
    }

    /// Unknown and missing inputs. What a template will give is not known yet; the action itself checks it.
    fn inputs(&mut self, schema: &Value, with: &Tree) {
        let (Some(known), Some(given)) =
            (schema.get("properties").and_then(Value::as_object), with.value.as_object())
        else {
            return;
        };
        let names: Vec<&str> = known.keys().map(String::as_str).collect();
        for key in given.keys().filter(|key| !known.contains_key(*key)) {
            let at = cauce_model::pointer_to(&with.at, key);
            let problem = Problem::error("W105", at, format!("unknown input `{key}`")).at_key();
            self.problems.push(problem.hint(did_you_mean(key, &names)));
        }
        for key in
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
        {
            if !given.contains_key(key) {
                let problem = Problem::error("W106", &with.at, format!("the input `{key}` is missing"));
                let hint = known.get(key).and_then(|field| field.get("description")).and_then(Value::as_str);
                self.problems.push(problem.hint(match hint {
                    Some(words) => format!("`{key}`: {words}"),
                    None => format!("add `{key}:` under `with:`"),
                }));
            }
        }
    }

    fn wait(&mut self, wait: &Wait, ix: StepIx) -> PlanWait {
        match wait {
            Wait::For(span) => PlanWait::For(*span),
            Wait::ForTemplate(text) => match self.template(text, Some(ix)) {
                Some(template) => PlanWait::Computed(template),
                None => PlanWait::For(Duration::ZERO),
            },
            Wait::Until { until, window, tz } => PlanWait::Until {
                until: until.as_ref().map(|text| self.bare(text, Some(ix))),
                window: *window,
                zone: tz
                    .clone()
                    .or_else(|| self.workflow.timezone.clone())
                    .unwrap_or_else(|| "UTC".to_owned()),
            },
        }
    }
}
