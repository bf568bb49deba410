//! Idempotency keys: an answer once given is given again, and a key never stands for two requests.

use std::collections::{HashMap, VecDeque};

use sha2::{Digest, Sha256};

use super::answer::{Answer, Refusal};

/// The oldest keys are forgotten first.
const MOST_KEYS: usize = 10_000;

/// What makes two requests the same.
pub(crate) type Fingerprint = [u8; 32];

pub(crate) fn fingerprint(method: &str, email: &str, body: &[u8]) -> Fingerprint {
    let mut hash = Sha256::new();
    for part in [method.as_bytes(), email.as_bytes(), body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

pub(crate) struct Remembered {
    answers: HashMap<String, (Fingerprint, Answer)>,
    order: VecDeque<String>,
}

impl Remembered {
    pub(crate) fn new() -> Self {
        Self { answers: HashMap::new(), order: VecDeque::new() }
    }

    /// The answer this key got before.
    pub(crate) fn recall(&self, key: &str, asked: &Fingerprint) -> Result<Option<Answer>, Refusal> {
        match self.answers.get(key) {
            None => Ok(None),
            Some((known, answer)) if known == asked => Ok(Some(answer.clone())),
            Some(_) => Err(Refusal::KeyReused),
        }
    }

    pub(crate) fn keep(&mut self, key: String, asked: Fingerprint, answer: Answer) {
        if self.order.len() >= MOST_KEYS
            && let Some(oldest) = self.order.pop_front()
        {
            self.answers.remove(&oldest);
        }
        self.order.push_back(key.clone());
        self.answers.insert(key, (asked, answer));
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_of_a_request_do_not_run_into_each_other() {
        assert_ne!(fingerprint("PUT", "ab", b"c"), fingerprint("PUT", "a", b"bc"));
        assert_eq!(fingerprint("PUT", "a", b"b"), fingerprint("PUT", "a", b"b"));
    }

    #[test]
    fn the_oldest_keys_are_forgotten_first() {
        let mut remembered = Remembered::new();
        let (asked, answer) =
            (fingerprint("PUT", "a", b""), Answer { status: StatusCode::OK, body: json!(1) });
        for number in 0..=MOST_KEYS {
            remembered.keep(number.to_string(), asked, answer.clone());
        }
        assert_eq!(remembered.recall("0", &asked), Ok(None));
        assert_eq!(remembered.recall("1", &asked), Ok(Some(answer)));
        assert_eq!(remembered.recall("1", &fingerprint("PUT", "b", b"")), Err(Refusal::KeyReused));
    }
}
