//! `wait`: for a while, until a moment, or until a time of day.

use serde_json::Value;

use super::amount::{LONGEST, SECOND};
use super::known;
use super::node::{Fields, Node};
use super::reader::Reader;
use crate::problem::Problem;
use crate::units;
use crate::workflow::{Text, Wait, Window};

const EXPECTED: &str = "a duration such as `3d`, or `{ until, window, tz }`";

impl Reader<'_> {
    pub(super) fn wait(&mut self, node: &Node<'_>) -> Option<Wait> {
        match node.value {
            Value::String(text) if text.contains("${{") => {
                Some(Wait::ForTemplate(Text { text: text.clone(), at: node.at.clone() }))
            }
            Value::String(_) => self.duration(node, SECOND, LONGEST).map(Wait::For),
            Value::Object(map) => self.wait_until(&Fields { map, at: node.at.clone() }),
            Value::Number(number) => {
                let hint = format!("write the unit too, such as `wait: {number}s` or `wait: {number}d`");
                self.wrong(node, EXPECTED, Some(hint));
                None
            }
            Value::Null | Value::Bool(_) | Value::Array(_) => {
                self.wrong(node, EXPECTED, None);
                None
            }
        }
    }

    fn wait_until(&mut self, fields: &Fields<'_>) -> Option<Wait> {
        self.check_keys(fields, &known::WAIT);
        let until = self.optional_expression(fields, "until");
        let window = fields.get("window").map(|node| self.window(&node));
        let tz = fields.get("tz").map(|node| self.zone(&node));
        if !fields.has("until") && !fields.has("window") {
            // A stranger was reported, and tells more than what is missing.
            if fields.map.keys().all(|key| key == "tz") {
                let message = "`wait` says neither `until` when nor in which `window`";
                self.missing(
                    &fields.at,
                    message,
                    "write `until: <expression>`, `window: 09:00-20:00`, or both",
                );
            }
            return None;
        }
        if fields.has("tz") && !fields.has("window") {
            let message = "`tz` is the zone of `window`, and there is none here";
            let problem = Problem::error("W022", fields.place("tz"), message);
            self.report(problem.hint("remove it, or add `window: 09:00-20:00`").at_key());
            return None;
        }
        // What is there and wrong was reported.
        let wrong = window == Some(None) || tz == Some(None) || (fields.has("until") && until.is_none());
        (!wrong).then(|| Wait::Until { until, window: window.flatten(), tz: tz.flatten() })
    }

    fn window(&mut self, node: &Node<'_>) -> Option<Window> {
        let text = self.text(node, "hours of the day such as `09:00-20:00`")?;
        match units::read_window(text) {
            Ok(window) => Some(window),
            Err(refusal) => {
                self.report(Problem::error("W025", node.at.clone(), refusal.message).hint(refusal.hint));
                None
            }
        }
    }
}
