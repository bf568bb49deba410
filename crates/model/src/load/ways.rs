//! Verbs that take one of several ways, or all of them: `if`, `switch`, `parallel`.

use serde_json::Value;

use super::block::Block;
use super::ids::Kind;
use super::known;
use super::node::{Fields, Node, quoted};
use super::reader::Reader;
use crate::problem::Problem;
use crate::workflow::{Branch, Case, CaseTest, FailMode, Join, Tree, Verb};

/// Cases of a `switch`, and branches of a `parallel`.
const MOST_WAYS: usize = 100;

impl Reader<'_> {
    pub(super) fn branch(&mut self, fields: &Fields<'_>, node: &Node<'_>, depth: usize) -> Option<Verb> {
        let condition = self.expression(node);
        let then = fields.get("then").map(|node| self.steps(&node, depth + 1));
        let otherwise = fields.get("else").map(|node| self.steps(&node, depth + 1));
        if then.is_none() {
            self.missing(
                &node.at,
                "`if` has no `then`",
                "add `then:` with a list of steps; to skip a single step write `when` in it",
            );
        }
        Some(Verb::If { condition: condition?, then: then?, otherwise })
    }

    pub(super) fn switch(&mut self, block: &Block<'_>) -> Option<Verb> {
        let value = block.get("value").map(|node| self.expression_for(&node, "trigger.body.status"));
        let cases = match block.get("cases") {
            Some(node) => self.cases(&node, block.depth),
            None => {
                self.lacks(
                    block,
                    "cases",
                    "`switch` has no `cases`",
                    "add `cases:` with a list, one way to an item: `- when: <expression>` and `do:` with its steps",
                );
                None
            }
        };
        let otherwise = block.get("else").map(|node| self.steps(&node, block.depth + 1));
        if let Some(cases) = &cases {
            self.compared(block, cases);
        }
        Some(Verb::Switch {
            value: match value {
                Some(None) => return None,
                value => value.flatten(),
            },
            cases: cases?,
            otherwise,
        })
    }

    /// `value` and `equals` need each other.
    fn compared(&mut self, block: &Block<'_>, cases: &[Case]) {
        let mut comparing = cases.iter().filter(|case| matches!(case.test, CaseTest::Equals(_)));
        if block.lacks("value") {
            for case in comparing {
                let message = "`equals` is compared with the `value` of its `switch`, and there is none here";
                let hint = "add `value: <expression>` above `cases`, or write `when: <expression>` instead";
                self.report(
                    Problem::error("W022", format!("{}/equals", case.at), message).hint(hint).at_key(),
                );
            }
        } else if block.get("value").is_some() && !cases.is_empty() && comparing.next().is_none() {
            let message = "`value` is what `equals` is compared with, and no case has `equals` here";
            let hint = "remove it, or write `equals` in the cases";
            self.report(Problem::error("W022", block.fields.place("value"), message).hint(hint).at_key());
        }
    }

    fn cases(&mut self, node: &Node<'_>, depth: usize) -> Option<Vec<Case>> {
        let items = self.ways(node, "a list of cases", "- when: trigger.body.total > 100")?;
        let cases: Vec<_> = items.iter().map(|item| self.case(item, depth)).collect();
        cases.into_iter().collect()
    }

    /// The items of a list of ways; it is neither empty nor too long.
    fn ways<'v>(&mut self, node: &Node<'v>, expected: &str, example: &str) -> Option<Vec<Node<'v>>> {
        let Value::Array(items) = node.value else {
            let hint = format!("write a list that begins with `{example}`");
            self.wrong(node, expected, Some(hint));
            return None;
        };
        if items.is_empty() {
            self.empty(node, &format!("write at least one, such as `{example}`"));
            return None;
        }
        if items.len() > MOST_WAYS {
            let message = format!("{} has {} items, and {MOST_WAYS} are the most", node.name, items.len());
            self.report(Problem::error("W031", node.at.clone(), message).hint("split it").at_key());
            return None;
        }
        Some(node.items(items))
    }

    fn case(&mut self, node: &Node<'_>, depth: usize) -> Option<Case> {
        let Value::Object(map) = node.value else {
            let hint =
                "write `- when: <expression>` or `- equals: <value>`, and `do:` with its steps below it";
            self.wrong(node, "a case, which is an object", Some(hint.to_owned()));
            return None;
        };
        let fields = Fields { map, at: node.at.clone() };
        if let Some(key) = ["default", "else"].into_iter().find(|key| fields.has(key) && map.len() == 1) {
            let message = format!("`{key}` is not a case");
            let hint = "what is done when no case fits stands in `else` of the `switch`, below `cases`";
            self.report(Problem::error("W022", fields.place(key), message).hint(hint).at_key());
            return None;
        }
        let meant = self.check_keys(&fields, &known::CASE);
        let when = self.optional_expression(&fields, "when");
        let equals = fields.get("equals").map(|node| Tree { value: node.value.clone(), at: node.at });
        let steps = fields.get("do").map(|node| self.steps(&node, depth + 1));
        if fields.has("when") && fields.has("equals") {
            let message = "a case has either `when` or `equals`, and this one has both";
            let hint = "keep one of them; what must be true besides can stand in `when`";
            self.report(Problem::error("W022", fields.place("equals"), message).hint(hint).at_key());
            return None;
        }
        if !fields.has("when")
            && !fields.has("equals")
            && !meant.iter().any(|key| ["when", "equals"].contains(key))
        {
            self.missing(
                &fields.at,
                "this case does not say when it is taken: it has neither `when` nor `equals`",
                "write `when: <expression>`, or `equals: <value>`; what is done when nothing fits stands in `else`",
            );
        }
        if steps.is_none() && !meant.contains(&"do") {
            self.missing(&fields.at, "this case has no `do`", "add `do:` with a list of steps");
        }
        let test = match (when, equals) {
            (Some(when), _) => CaseTest::When(when),
            (None, Some(equals)) => CaseTest::Equals(equals),
            (None, None) => return None,
        };
        Some(Case { test, steps: steps?, at: fields.at })
    }

    pub(super) fn parallel(&mut self, block: &Block<'_>) -> Option<Verb> {
        let branches = match block.get("branches") {
            Some(node) => self.branches(&node, block.depth),
            None => {
                self.lacks(
                    block,
                    "branches",
                    "`parallel` has no `branches`",
                    "add `branches:` with a list, one to an item: `- id: a` and `steps:` with its steps",
                );
                None
            }
        };
        let joins = [("all", Join::All), ("any", Join::Any)];
        let join = block.get("join").map_or(Some(Join::default()), |node| self.choice(&node, &joins, ""));
        let fails = [("fast", FailMode::Fast), ("collect", FailMode::Collect)];
        let fail = block.get("fail").map_or(Some(FailMode::default()), |node| self.choice(&node, &fails, ""));
        if join == Some(Join::Any) && block.get("fail").is_some() {
            let message =
                "`fail` has no place beside `join: any`, which goes on with the first branch that succeeds";
            let hint = "remove it; the block fails only when every branch has";
            self.report(Problem::error("W022", block.fields.place("fail"), message).hint(hint).at_key());
            return None;
        }
        Some(Verb::Parallel { branches: branches?, join: join?, fail: fail? })
    }

    fn branches(&mut self, node: &Node<'_>, depth: usize) -> Option<Vec<Branch>> {
        let items = self.ways(node, "a list of branches", "- id: first")?;
        let around = self.begin_branches();
        let branches: Vec<_> = items.iter().map(|item| self.parallel_branch(item, depth)).collect();
        self.end_branches(around);
        let whole = branches.iter().all(Option::is_some);
        let branches: Vec<Branch> = branches.into_iter().flatten().collect();
        // What is needed may be a branch that could not be read.
        let met = !whole || self.needs_are_met(&branches);
        (whole && met).then_some(branches)
    }

    fn parallel_branch(&mut self, node: &Node<'_>, depth: usize) -> Option<Branch> {
        let Value::Object(map) = node.value else {
            let hint = match node.value {
                Value::String(text) => format!(
                    "write {}, and `steps:` with its steps below it",
                    quoted(&format!("- id: {text}"))
                ),
                _ => "write `- id: first`, and `steps:` with its steps below it".to_owned(),
            };
            self.wrong(node, "a branch, which is an object", Some(hint));
            return None;
        };
        let fields = Fields { map, at: node.at.clone() };
        let meant = self.check_keys(&fields, &known::BRANCH);
        let id = match fields.get("id") {
            Some(node) => self.id(&node, Kind::Branch),
            None => {
                if !meant.contains(&"id") {
                    let hint = "write `id: first`; the output says by it how each branch ended";
                    self.missing(&fields.at, "this branch has no `id`", hint);
                }
                None
            }
        };
        let needs = fields.get("needs").map(|node| self.texts(&node, "a list of branches of this block"));
        let steps = fields.get("steps").map(|node| self.steps(&node, depth + 1));
        if steps.is_none() && !meant.contains(&"steps") {
            self.missing(&fields.at, "this branch has no `steps`", "add `steps:` with a list of steps");
        }
        Some(Branch { id: id?, needs: needs.unwrap_or_default(), steps: steps?, at: fields.at })
    }
}
