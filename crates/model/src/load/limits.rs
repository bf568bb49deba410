//! Limits by key: `concurrency`, `reentry`, and a trigger's `debounce`, `throttle`, `batch`.

use std::time::Duration;

use serde_json::Value;

use super::amount::{LONGEST, SECOND};
use super::known::{self, Keys};
use super::node::{Fields, Node, listed};
use super::reader::Reader;
use crate::problem::Problem;
use crate::units;
use crate::workflow::{Batch, Concurrency, Debounce, Overflow, Reentry, Text, Throttle};

/// Runs of one key at once, or within a while.
const MOST_RUNS: u32 = 1_000_000;
/// Events of one batch.
const MOST_EVENTS: u32 = 1_000;

/// The object of a limit, whose keys were looked at.
struct Limit<'v> {
    fields: Fields<'v>,
    meant: Vec<&'static str>,
    name: &'static str,
}

impl Reader<'_> {
    pub(super) fn concurrency(&mut self, fields: &Fields<'_>) -> Option<Concurrency> {
        let node = fields.get("concurrency")?;
        let limit =
            self.limit(&node, &known::CONCURRENCY, "write `limit: 1` on a line of its own under it")?;
        let key = self.shared_key(&limit);
        let most = self.runs(&limit, "write `limit: 1` to run one after the other");
        let choices = [
            ("queue", Overflow::Queue),
            ("drop", Overflow::Drop),
            ("cancel_running", Overflow::CancelRunning),
        ];
        let overflow = limit
            .fields
            .get("overflow")
            .map_or(Some(Overflow::default()), |node| self.choice(&node, &choices, ""));
        Some(Concurrency { key: key?, limit: most?, overflow: overflow?, at: limit.fields.at })
    }

    pub(super) fn reentry(&mut self, fields: &Fields<'_>) -> Option<Reentry> {
        let node = fields.get("reentry")?;
        let hint = "write `key: trigger.body.email` and `after: 30d` under it";
        let limit = self.limit(&node, &known::REENTRY, hint)?;
        let key = match limit.fields.get("key") {
            Some(node) => self.varying_key(&node, "reentry", ""),
            None => {
                let hint = "write what must not come again too soon, such as `key: trigger.body.email`";
                self.limit_lacks(&limit, "key", "`reentry` does not say of what: `key` is missing", hint);
                None
            }
        };
        let after = match limit.fields.get("after") {
            Some(node) => self.after(&node),
            None => {
                let hint = "write `after: 30d`, or `after: never` to let each key in only once";
                self.limit_lacks(&limit, "after", "`reentry` does not say when: `after` is missing", hint);
                None
            }
        };
        Some(Reentry { key: key?, after: after?, at: limit.fields.at })
    }

    /// A duration, or none for `never`.
    fn after(&mut self, node: &Node<'_>) -> Option<Option<Duration>> {
        match node.value {
            Value::String(text) if text == "never" => Some(None),
            Value::String(text) if crate::near::nearest(text, ["never"]).is_some() => {
                self.choice(node, &[("never", None)], "a duration such as `30d`")
            }
            _ => self.duration(node, SECOND, LONGEST).map(Some),
        }
    }

    pub(super) fn debounce(&mut self, fields: &Fields<'_>) -> Option<Debounce> {
        let node = fields.get("debounce")?;
        let limit = self.limit(&node, &known::DEBOUNCE, "write `for: 10m` on a line of its own under it")?;
        let key = self.shared_key(&limit);
        let hint = "write how long it must be quiet, such as `for: 10m`";
        let quiet = self.span(&limit, "for", "`debounce` does not say how long: `for` is missing", hint);
        let max = limit.fields.get("max").map(|node| self.duration(&node, SECOND, LONGEST));
        if let (Some(quiet), Some(Some(max))) = (quiet, max)
            && max < quiet
        {
            let (quiet, max) = (units::duration_text(quiet), units::duration_text(max));
            let message = format!("`max` is `{max}`, which is shorter than `for`, `{quiet}`");
            let hint =
                "`max` is the longest wait since the first event: write more than in `for`, or remove it";
            self.report(Problem::error("W024", limit.fields.place("max"), message).hint(hint));
            return None;
        }
        if max == Some(None) {
            return None;
        }
        Some(Debounce { key: key?, quiet: quiet?, max: max.flatten(), at: limit.fields.at })
    }

    pub(super) fn throttle(&mut self, fields: &Fields<'_>) -> Option<Throttle> {
        let node = fields.get("throttle")?;
        let hint = "write `limit: 10` and `per: 1h` under it";
        let limit = self.limit(&node, &known::THROTTLE, hint)?;
        let key = self.shared_key(&limit);
        let most = self.runs(&limit, "to start no runs at all, switch the workflow off");
        let hint = "write in how long, such as `per: 1h`";
        let per = self.span(&limit, "per", "`throttle` does not say in how long: `per` is missing", hint);
        Some(Throttle { key: key?, limit: most?, per: per?, at: limit.fields.at })
    }

    pub(super) fn batch(&mut self, fields: &Fields<'_>) -> Option<Batch> {
        let node = fields.get("batch")?;
        let limit = self.limit(&node, &known::BATCH, "write `size: 100` and `for: 10m` under it")?;
        let key = self.shared_key(&limit);
        let size = match limit.fields.get("size") {
            Some(node) => self.whole(&node, 1, MOST_EVENTS, ""),
            None => {
                let hint = format!("write `size: 100`; {MOST_EVENTS} are the most");
                self.limit_lacks(&limit, "size", "`batch` does not say how many: `size` is missing", &hint);
                None
            }
        };
        let hint = "write how long the first event waits for others, such as `for: 10m`";
        let wait = self.span(&limit, "for", "`batch` does not say how long: `for` is missing", hint);
        Some(Batch { key: key?, size: size?, wait: wait?, at: limit.fields.at })
    }

    /// A trigger keeps the last of many events, or all of them.
    pub(super) fn not_both(&mut self, fields: &Fields<'_>) {
        if fields.has("debounce") && fields.has("batch") {
            let message =
                "`batch` cannot stand beside `debounce`: one hands on all events, the other only the last";
            let problem = Problem::error("W022", fields.place("batch"), message);
            self.report(problem.hint("keep one of the two").at_key());
        }
    }

    fn limit<'v>(&mut self, node: &Node<'v>, keys: &Keys, hint: &str) -> Option<Limit<'v>> {
        let Value::Object(map) = node.value else {
            let expected = format!("an object with {}", listed(keys.known.iter().copied(), "and"));
            self.wrong(node, &expected, Some(hint.to_owned()));
            return None;
        };
        let fields = Fields { map, at: node.at.clone() };
        let meant = self.check_keys(&fields, keys);
        Some(Limit { fields, meant, name: keys.what.trim_matches('`') })
    }

    fn limit_lacks(&mut self, limit: &Limit<'_>, key: &str, message: &str, hint: &str) {
        if !limit.meant.contains(&key) {
            self.missing(&limit.fields.at, message, hint);
        }
    }

    fn runs(&mut self, limit: &Limit<'_>, instead: &str) -> Option<u32> {
        if let Some(node) = limit.fields.get("limit") {
            return self.whole(&node, 1, MOST_RUNS, instead);
        }
        let message = format!("`{}` does not say how many: `limit` is missing", limit.name);
        self.limit_lacks(limit, "limit", &message, "write a whole number, such as `limit: 1`");
        None
    }

    fn span(&mut self, limit: &Limit<'_>, key: &str, message: &str, hint: &str) -> Option<Duration> {
        if let Some(node) = limit.fields.get(key) {
            return self.duration(&node, SECOND, LONGEST);
        }
        self.limit_lacks(limit, key, message, hint);
        None
    }

    /// A key that may be left out: then there is one for all. `None` is a wrong one.
    fn shared_key(&mut self, limit: &Limit<'_>) -> Option<Option<Text>> {
        let Some(node) = limit.fields.get("key") else { return Some(None) };
        self.varying_key(&node, limit.name, "; for one key for all, leave `key` out").map(Some)
    }

    /// An expression over what differs from run to run.
    fn varying_key(&mut self, node: &Node<'_>, of: &str, or: &str) -> Option<Text> {
        let key = self.expression_for(node, "trigger.body.email")?;
        if names_any(&key.text, &["trigger", "event", "inputs"]) {
            return Some(key);
        }
        let message = format!(
            "the `key` of `{of}` names neither `trigger` nor `event` nor `inputs`, so it is the same for all"
        );
        let hint = format!("write an expression over the event, such as `trigger.body.email`{or}");
        self.report(Problem::error("W029", node.at.clone(), message).hint(hint));
        None
    }
}

/// Whether one of these words stands in an expression.
pub(super) fn names_any(expression: &str, words: &[&str]) -> bool {
    let mut names = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    names.any(|name| words.contains(&name))
}
