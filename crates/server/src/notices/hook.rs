//! Digests for programs: one POST of JSON.

use std::time::Duration;

use async_trait::async_trait;
use cauce_journal::notices::{Group, Letter};
use cauce_net::{Bytes, Http, HttpRequest, Method, Sent};
use serde_json::{Value, json};

use super::compose::{Shown, Written, run_url};

/// How long a webhook may take.
const WITHIN: Duration = Duration::from_secs(30);
/// The most of an answer that is read.
const MOST_ANSWER: usize = 64 * 1024;

/// A letter that nobody took, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheard {
    /// Whether it may have been taken all the same.
    pub in_doubt: bool,
    /// Whether it can never be: its address is none.
    pub hopeless: bool,
    /// What went wrong.
    pub why: String,
}

impl Unheard {
    /// It was surely not taken.
    #[must_use]
    pub fn surely(why: &str) -> Self {
        Self { in_doubt: false, hopeless: false, why: why.to_owned() }
    }
}

/// How webhooks are called.
#[async_trait]
pub trait Hook: Send + Sync {
    /// Posts `body` once. A 2xx means that it was taken.
    async fn call(&self, url: &str, key: &str, body: Value) -> Result<(), Unheard>;
}

#[async_trait]
impl Hook for Http {
    async fn call(&self, url: &str, key: &str, body: Value) -> Result<(), Unheard> {
        let url = url.parse().map_err(|error| Unheard::surely(&format!("it is no URL: {error}")))?;
        let mut request = HttpRequest::new(Method::POST, url).body(Bytes::from(body.to_string()));
        for (name, value) in [("content-type", "application/json"), ("idempotency-key", key)] {
            let (Ok(name), Ok(value)) = (name.parse(), value.parse()) else { continue };
            request = request.header(name, value);
        }
        request.timeout = WITHIN;
        request.max_body = MOST_ANSWER;
        request.redirects = 0;
        match self.send(request).await {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
            Ok(answer) => Err(Unheard {
                in_doubt: answer.status >= 500,
                hopeless: false,
                why: format!("it answered `{}`", answer.status),
            }),
            Err(error) => {
                Err(Unheard { in_doubt: error.sent == Sent::Maybe, hopeless: false, why: error.to_string() })
            }
        }
    }
}

/// What a webhook gets. `text` is what chat programs show.
pub(super) fn webhook(letter: &Letter, groups: &[Group], shown: &Shown, written: &Written) -> Value {
    let notices: Vec<Value> = groups
        .iter()
        .map(|group| {
            let notice = &group.notice;
            let hold = shown.holds.get(&notice.workflow).filter(|_| notice.hold_reason.is_some());
            json!({
                "kind": notice.kind.word(),
                "workflow": notice.workflow,
                "name": shown.name(&notice.workflow),
                "count": group.count,
                "first_at": group.first_at,
                "last_at": notice.at,
                "step": (!notice.step.is_empty()).then_some(&notice.step),
                "code": (!notice.code.is_empty()).then_some(&notice.code),
                "status": notice.status,
                "hold_reason": notice.hold_reason,
                "message": notice.message,
                "hint": notice.hint,
                "run_id": group.run,
                "url": run_url(&shown.address, group.run),
                "waiting_behind": hold.map(|hold| hold.behind),
            })
        })
        .collect();
    json!({
        "id": letter.id, "type": "notices", "at": letter.at, "subject": written.subject, "text": written.text,
        "notices": notices,
    })
}
