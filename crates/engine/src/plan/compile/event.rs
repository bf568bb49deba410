//! Named events that are waited for.

use cauce_model::Problem;
use cauce_model::workflow::{EventMatch, OnTimeout};

use super::Compiler;
use crate::expr::ast::path_text;
use crate::expr::{BinaryOp, Expr, Node, NodeKind, Segment};
use crate::plan::references::Reader;
use crate::plan::{Lane, PlanEvent, PlanTimeout, PlanVerb, PlanWaitFor, StepIx};

impl Compiler<'_> {
    pub(super) fn cancel_on(&mut self, event: &EventMatch) -> Option<PlanEvent> {
        self.reader = Reader::Start;
        self.event(event)
    }

    pub(super) fn wait_for(
        &mut self,
        event: &EventMatch,
        timeout: Option<std::time::Duration>,
        on_timeout: &OnTimeout,
        (ix, path): (StepIx, &str),
    ) -> Option<PlanVerb> {
        let event = self.event(event);
        let on_timeout = match on_timeout {
            OnTimeout::Continue => PlanTimeout::Continue,
            OnTimeout::Fail => PlanTimeout::Fail,
            OnTimeout::Steps(steps) => {
                PlanTimeout::Steps(self.sequence(steps, &format!("{path}/timeout/"), Some(ix), Lane::Timeout))
            }
        };
        Some(PlanVerb::WaitFor(Box::new(PlanWaitFor { event: event?, timeout, on_timeout })))
    }

    fn event(&mut self, event: &EventMatch) -> Option<PlanEvent> {
        self.in_match = true;
        let before = self.problems.len();
        let matches = self.bare(&event.matches);
        self.in_match = false;
        if self.problems.len() > before {
            return None;
        }
        let Some((field, key)) = equation(&matches, matches.ast()) else {
            let message = "`match` must compare a part of `event` with something known before";
            self.problems.push(
                Problem::error("W112", &event.matches.at, message)
                    .hint("begin with an equation, as in `event.data.id == trigger.body.id`; more conditions follow behind `and`"),
            );
            return None;
        };
        Some(PlanEvent { name: event.event.text.clone(), field, key, matches })
    }
}

/// The first equation `event.path == expression without event` among those that `and` joins.
fn equation(whole: &Expr, node: &Node) -> Option<(String, Expr)> {
    match &node.kind {
        NodeKind::Binary(BinaryOp::And, left, right) => {
            equation(whole, left).or_else(|| equation(whole, right))
        }
        NodeKind::Binary(BinaryOp::Equal, left, right) => {
            sides(whole, left, right).or_else(|| sides(whole, right, left))
        }
        _ => None,
    }
}

fn sides(whole: &Expr, event: &Node, other: &Node) -> Option<(String, Expr)> {
    let NodeKind::Path(path) = &event.kind else { return None };
    let [Segment::Key(root), field @ ..] = path.as_slice() else { return None };
    if root != "event" || !matches!(field.first(), Some(Segment::Key(_))) {
        return None;
    }
    let other = whole.part(other);
    let reads_event = other
        .paths()
        .iter()
        .any(|path| matches!(path.segments.first(), Some(Segment::Key(root)) if root == "event"));
    (!reads_event).then(|| (path_text(field), other))
}
