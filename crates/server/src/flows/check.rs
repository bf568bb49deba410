//! Everything that can be seen to be wrong with a workflow file before it runs.

use cauce_engine::{Plan, compile};
use cauce_model::{Catalog, Problem};
use cauce_trigger::Sources;

/// A checked file.
pub struct Checked {
    /// The workflow's id, where the file could be read that far.
    pub id: Option<String>,
    /// The plan; none when there is an error.
    pub plan: Option<Plan>,
    /// Errors and warnings with their places, in the order of the text.
    pub problems: Vec<Problem>,
}

/// Checks a file: syntax, keys, references, actions, triggers.
#[must_use]
pub fn check(file: &str, text: &[u8], catalog: &dyn Catalog, sources: &Sources) -> Checked {
    let loaded = cauce_model::load(file, text);
    let mut problems = loaded.problems;
    let Some(workflow) = loaded.workflow else {
        return Checked { id: None, plan: None, problems };
    };
    let compiled = compile(&workflow, catalog);
    let mut found = compiled.problems;
    for trigger in &workflow.triggers {
        if let Some(source) = sources.get(&trigger.source.text) {
            found.extend(source.check(&trigger.with.value, &trigger.with.at));
        }
    }
    if let Some(document) = &loaded.document {
        found.iter_mut().for_each(|problem| document.locate(problem));
    }
    problems.append(&mut found);
    problems.sort_by_key(|problem| problem.span.map_or((usize::MAX, 0), |span| (span.line, span.column)));
    let sound = !problems.iter().any(Problem::is_error);
    Checked { id: Some(workflow.id), plan: compiled.plan.filter(|_| sound), problems }
}
