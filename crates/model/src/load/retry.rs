//! `retry` and `timeout`.

use std::time::Duration;

use serde_json::Value;

use super::amount::{DAY, SECOND};
use super::known;
use super::node::{Fields, Node};
use super::reader::Reader;
use crate::workflow::Retry;

/// Attempts after the first.
const MOST_ATTEMPTS: u32 = 20;

/// The waits of `retry: default`, for those who only say how often.
const USUAL_BACKOFF: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(10),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
];

impl Reader<'_> {
    pub(super) fn timeout(&mut self, fields: &Fields<'_>) -> Option<Duration> {
        let node = fields.get("timeout")?;
        self.duration(&node, SECOND, DAY)
    }

    pub(super) fn retry(&mut self, fields: &Fields<'_>) -> Option<Retry> {
        let node = fields.get("retry")?;
        match node.value {
            Value::Object(map) => self.custom_retry(&Fields { map, at: node.at.clone() }),
            Value::Number(number) => {
                let hint = format!("write `retry: {{ max: {number}, backoff: 10s }}`");
                self.wrong(&node, "`default`, `none`, or `{ max, backoff }`", Some(hint));
                None
            }
            Value::Bool(on) => {
                let hint = format!("write `retry: {}`", if *on { "default" } else { "none" });
                self.wrong(&node, "`default`, `none`, or `{ max, backoff }`", Some(hint));
                None
            }
            Value::Null | Value::String(_) | Value::Array(_) => {
                let never =
                    self.choice(&node, &[("default", false), ("none", true)], "`{ max, backoff }`")?;
                Some(if never { Retry::Never } else { Retry::Default })
            }
        }
    }

    fn custom_retry(&mut self, fields: &Fields<'_>) -> Option<Retry> {
        let meant = self.check_keys(fields, &known::RETRY);
        let backoff = match fields.get("backoff") {
            Some(node) => self.backoff(&node),
            None => Some(USUAL_BACKOFF.to_vec()),
        };
        let Some(max) = fields.get("max") else {
            if !meant.contains(&"max") {
                self.missing(
                    &fields.at,
                    "`retry` does not say how often: `max` is missing",
                    "write `max: 5`",
                );
            }
            return None;
        };
        let max = self.whole(&max, 1, MOST_ATTEMPTS, "to never try again write `retry: none`")?;
        Some(Retry::Custom { max, backoff: backoff? })
    }

    fn backoff(&mut self, node: &Node<'_>) -> Option<Vec<Duration>> {
        let least = Duration::from_millis(1);
        let Value::Array(items) = node.value else {
            return self.duration(node, least, DAY).map(|wait| vec![wait]);
        };
        if items.is_empty() {
            self.empty(node, "write at least one wait, such as `[2s, 10s, 1m]`");
            return None;
        }
        let waits: Vec<_> = node.items(items).iter().map(|item| self.duration(item, least, DAY)).collect();
        waits.into_iter().collect()
    }
}
