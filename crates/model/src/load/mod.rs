//! From a file to a [`Workflow`], with every problem at once.
//!
//! `known` lists which keys stand where, and `keys` says what to do about others; `node`, `reader` and `amount` read single
//! values and say what was expected; `top`, `inputs`, `trigger`, `limits`, `owner` and `step` read the parts of a workflow; `verb`,
//! `block`, `ways`, `needs`, `loops`, `ask`, `wait` and `retry` read what a step says; `ids` names them; `reach` sees what
//! no run reaches; `zone` knows time zones.

mod amount;
mod ask;
mod block;
mod codes;
mod ids;
mod inputs;
mod keys;
mod known;
mod limits;
mod loops;
mod needs;
mod node;
mod owner;
mod reach;
mod reader;
mod retry;
mod step;
mod top;
mod trigger;
mod verb;
mod wait;
mod ways;
mod zone;

pub use codes::CODES;

use crate::problem::Problem;
use crate::workflow::Workflow;
use crate::yaml::{self, Document};
use reader::{Findings, Reader};

/// More problems than anybody reads at once; the rest come when these are put right.
const MOST_PROBLEMS: usize = 100;

/// What a file holds.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The document, when the file is YAML.
    pub document: Option<Document>,
    /// The workflow, when nothing in it is an error.
    pub workflow: Option<Workflow>,
    /// What is wrong, in the order of the text, with places; at most 100.
    pub problems: Vec<Problem>,
}

/// Reads a workflow file. `file_name` is like `signup.yaml`: where it ends in `.yaml` or `.yml`, the workflow's id
/// must be its stem.
#[must_use]
pub fn load(file_name: &str, text: &[u8]) -> Loaded {
    let (document, mut problems) = yaml::read(file_name, text);
    let mut workflow = None;
    if let Some(document) = &document {
        let mut reader = Reader::new(document);
        let read = top::workflow(&mut reader, stem(file_name));
        let Findings { problems: found, failed } = reader.findings();
        let clean = !failed && !problems.iter().any(Problem::is_error);
        workflow = read.filter(|_| clean);
        let found = found.into_iter().filter(|problem| !document.is_broken(&problem.pointer));
        problems.extend(found.map(|mut problem| {
            document.locate(&mut problem);
            problem
        }));
    }
    problems.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
    // Warnings give way, so that a file without a workflow always says why.
    if problems.len() > MOST_PROBLEMS && problems.iter().any(Problem::is_error) {
        problems.retain(Problem::is_error);
    }
    problems.truncate(MOST_PROBLEMS);
    Loaded { document, workflow, problems }
}

fn stem(file_name: &str) -> Option<&str> {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))
}
