//! Durations, whole numbers, and yes or no.

use std::time::Duration;

use serde_json::Value;

use super::node::Node;
use super::reader::Reader;
use crate::problem::Problem;
use crate::units;

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Five years, and some days to spare.
pub(super) const LONGEST: Duration = Duration::from_secs(1_830 * 24 * 60 * 60);

impl Reader<'_> {
    /// A duration between two others, both allowed.
    pub(super) fn duration(&mut self, node: &Node<'_>, least: Duration, most: Duration) -> Option<Duration> {
        let text = match node.value {
            Value::String(text) => text.as_str(),
            Value::Number(number) => {
                let hint = format!("write the unit too, such as `{number}s` or `{number}m`");
                self.wrong(node, "a duration such as `30s`", Some(hint));
                return None;
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                self.wrong(node, "a duration such as `30s`", None);
                return None;
            }
        };
        let read = match units::read_duration(text) {
            Ok(read) => read,
            Err(refusal) => {
                let message = format!("{}: {}", node.name, refusal.message);
                self.report(Problem::error("W024", node.at.clone(), message).hint(refusal.hint));
                return None;
            }
        };
        if read < least || read > most {
            let (least, most) = (units::duration_text(least), units::duration_text(most));
            let message = format!("{} is `{text}`, which is not between `{least}` and `{most}`", node.name);
            let hint = format!("write a duration from `{least}` to `{most}`");
            self.report(Problem::error("W024", node.at.clone(), message).hint(hint));
            return None;
        }
        Some(read)
    }

    /// A whole number between two others, both allowed. `instead` is what to write in place of nought, where there is
    /// such a thing.
    pub(super) fn whole(&mut self, node: &Node<'_>, least: u32, most: u32, instead: &str) -> Option<u32> {
        let expected = format!("a whole number from {least} to {most}");
        let Value::Number(number) = node.value else {
            self.wrong(node, &expected, None);
            return None;
        };
        let found = number.as_u64().and_then(|number| u32::try_from(number).ok());
        if let Some(found) = found.filter(|found| (least..=most).contains(found)) {
            return Some(found);
        }
        let message = format!("{} must be {expected}, not `{number}`", node.name);
        let nought = number.as_f64() == Some(0.0) && !instead.is_empty();
        let hint = if nought { instead.to_owned() } else { format!("write {expected}") };
        self.report(Problem::error("W034", node.at.clone(), message).hint(hint));
        None
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, node: &Node<'_>) -> Option<bool> {
        let word = match node.value {
            Value::Bool(value) => return Some(*value),
            Value::String(text) => text.to_ascii_lowercase(),
            Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => String::new(),
        };
        let hint = match word.as_str() {
            "on" | "yes" | "y" | "true" => "write `true`, without quotes",
            "off" | "no" | "n" | "false" => "write `false`, without quotes",
            _ => "write `true` or `false`",
        };
        self.wrong(node, "`true` or `false`", Some(hint.to_owned()));
        None
    }
}
