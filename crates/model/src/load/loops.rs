//! Verbs that do the same several times: `for_each`, `repeat`.

use super::amount::{LONGEST, SECOND};
use super::block::Block;
use super::node::Node;
use super::reader::Reader;
use crate::problem::Problem;
use crate::workflow::{ForEach, ItemError, Text, Verb};

/// Passes of a `for_each` at once.
const MOST_AT_ONCE: u32 = 64;
/// Passes of a `repeat`.
const MOST_PASSES: u32 = 10_000;
/// Passes of a `repeat` that does not say how many.
const USUAL_PASSES: u32 = 100;

impl Reader<'_> {
    pub(super) fn for_each(&mut self, block: &Block<'_>) -> Option<Verb> {
        let items = block.get("in").map(|node| self.items_of(&node));
        if items.is_none() {
            let hint = "write `in: trigger.body.items`, an expression that gives a list or a file";
            self.lacks(block, "in", "`for_each` does not say over what: `in` is missing", hint);
        }
        let name = block.get("as").map(|node| self.item_name(&node));
        let one = "leave it out to go through the items one after the other";
        let parallel = block.get("parallel").map_or(Some(1), |node| self.whole(&node, 1, MOST_AT_ONCE, one));
        let collect = block.get("collect").map(|node| self.expression_for(&node, "steps.send.output.id"));
        let choices = [("continue", ItemError::Continue), ("fail", ItemError::Fail)];
        let on_item_error = block
            .get("on_item_error")
            .map_or(Some(ItemError::default()), |node| self.choice(&node, &choices, ""));
        let around = self.item_names.len();
        self.item_names.extend(name.clone().flatten());
        let steps = block.get("do").map(|node| self.steps(&node, block.depth + 1));
        self.item_names.truncate(around);
        if steps.is_none() {
            let hint = "add `do:` with a list of steps; each item goes through all of them";
            self.lacks(block, "do", "`for_each` has no `do`", hint);
        }
        if name == Some(None) || collect == Some(None) {
            return None;
        }
        Some(Verb::ForEach(Box::new(ForEach {
            items: items??,
            name: name.flatten(),
            parallel: parallel?,
            collect: collect.flatten(),
            on_item_error: on_item_error?,
            steps: steps?,
        })))
    }

    fn items_of(&mut self, node: &Node<'_>) -> Option<Text> {
        const EXAMPLE: &str = "trigger.body.items";
        if node.value.is_array() {
            let hint = "put the list under `vars`, and write its name here, such as `in: vars.items`";
            self.wrong(node, &format!("an expression such as `{EXAMPLE}`"), Some(hint.to_owned()));
            return None;
        }
        self.expression_for(node, EXAMPLE)
    }

    /// What a loop calls its item; not as a loop around it does.
    fn item_name(&mut self, node: &Node<'_>) -> Option<String> {
        let name = self.plain_name(node, "the name of an item", "order")?;
        if self.item_names.contains(&name) {
            let message = format!("the loop around this one calls its item `{name}` too");
            let hint = format!("give one of them another name, such as `inner_{name}`");
            self.report(Problem::error("W019", node.at.clone(), message).hint(hint));
            return None;
        }
        Some(name)
    }

    pub(super) fn repeat(&mut self, block: &Block<'_>) -> Option<Verb> {
        const DONE: &str = "steps.ask.output.body.done";
        let until = block.get("until").map(|node| self.expression_for(&node, DONE));
        if until.is_none() {
            let hint = format!("write `until: {DONE}`, an expression that is asked after each pass");
            self.lacks(block, "until", "`repeat` does not say when it is enough: `until` is missing", &hint);
        }
        let without = "take the step away, or give it a `when`";
        let max =
            block.get("max").map_or(Some(USUAL_PASSES), |node| self.whole(&node, 1, MOST_PASSES, without));
        let every = block.get("every").map(|node| self.duration(&node, SECOND, LONGEST));
        let steps = block.get("do").map(|node| self.steps(&node, block.depth + 1));
        if steps.is_none() {
            let hint = "add `do:` with a list of steps; each pass does all of them";
            self.lacks(block, "do", "`repeat` has no `do`", hint);
        }
        if every == Some(None) {
            return None;
        }
        Some(Verb::Repeat { until: until??, max: max?, every: every.flatten(), steps: steps? })
    }
}
