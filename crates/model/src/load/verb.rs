//! What a step does: `use`, `set`, `stop`, and where the other verbs are read.

use serde_json::Value;

use super::known;
use super::node::{Fields, Node};
use super::reader::Reader;
use crate::workflow::{StopOutcome, Tree, Verb};

impl Reader<'_> {
    /// `beside` are keys of the verb's object that stand beside it.
    pub(super) fn verb(
        &mut self,
        fields: &Fields<'_>,
        verb: &str,
        beside: &[&'static str],
        depth: usize,
    ) -> Option<Verb> {
        let node = fields.get(verb)?;
        if let Some(keys) = known::of_verb(verb) {
            let block = self.block(&node, keys, beside, depth)?;
            return match verb {
                "switch" => self.switch(&block),
                "for_each" => self.for_each(&block),
                "repeat" => self.repeat(&block),
                "parallel" => self.parallel(&block),
                "wait_for" => self.wait_for(&block),
                "approve" => self.approve(&block),
                _ => self.call(&block),
            };
        }
        match verb {
            "use" => {
                let with = self.values(fields, "with");
                self.used(&node, "http.request@1").map(|action| Verb::Use { action, with })
            }
            "set" => self.set(&node),
            "if" => self.branch(fields, &node, depth),
            "wait" => self.wait(&node).map(Verb::Wait),
            _ => self.stop(&node),
        }
    }

    fn set(&mut self, node: &Node<'_>) -> Option<Verb> {
        match node.value {
            Value::Object(map) if map.is_empty() => {
                self.empty(node, "write at least one `name: value` under it");
                None
            }
            Value::Object(_) => Some(Verb::Set(Tree { value: node.value.clone(), at: node.at.clone() })),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                self.wrong(node, "an object of values, each on its own line as `name: value`", None);
                None
            }
        }
    }

    fn stop(&mut self, node: &Node<'_>) -> Option<Verb> {
        let Value::Object(map) = node.value else {
            let hint = match node.value {
                Value::String(_) => "write `stop: { reason: \"why\" }`",
                _ => "write `stop: {}`, or `stop: { reason: \"why\" }`",
            };
            self.wrong(node, "an object with `reason` and `outcome`, both optional", Some(hint.to_owned()));
            return None;
        };
        let fields = Fields { map, at: node.at.clone() };
        self.check_keys(&fields, &known::STOP);
        let reason = fields.get("reason").map(|node| self.template(&node, "a text"));
        let outcomes = [("succeeded", StopOutcome::Succeeded), ("failed", StopOutcome::Failed)];
        let outcome = match fields.get("outcome") {
            Some(node) => self.choice(&node, &outcomes, ""),
            None => Some(StopOutcome::default()),
        };
        match reason {
            Some(None) => None,
            reason => Some(Verb::Stop { reason: reason.flatten(), outcome: outcome? }),
        }
    }
}
