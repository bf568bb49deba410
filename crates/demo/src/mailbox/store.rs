//! The mails kept in memory: a bounded number of a bounded size, the oldest forgotten first.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::clock;

const MOST_MAILS: usize = 1000;
/// Of all mails as they arrived; one mail alone is at most 10 MB.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// What the page shows of a mail.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Content {
    pub(crate) subject: Option<String>,
    pub(crate) message_id: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) html: Option<String>,
}

/// A mail as it arrived, with its envelope.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) number: u64,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) content: Content,
    pub(crate) raw: Vec<u8>,
    pub(crate) received_at: i64,
}

impl Mail {
    pub(crate) fn shown(&self) -> Value {
        json!({
            "n": self.number,
            "from": self.from,
            "to": self.to,
            "subject": self.content.subject,
            "message_id": self.content.message_id,
            "text": self.content.text,
            "html": self.content.html,
            "received_at": clock::rfc3339(self.received_at),
        })
    }
}

pub(crate) struct Store {
    mails: VecDeque<Arc<Mail>>,
    bytes: usize,
    last: u64,
}

impl Store {
    pub(crate) fn new() -> Self {
        Self { mails: VecDeque::new(), bytes: 0, last: 0 }
    }

    /// Keeps a mail and gives it its number; numbers are never used again.
    pub(crate) fn add(&mut self, mut mail: Mail) -> u64 {
        self.last += 1;
        mail.number = self.last;
        self.bytes += mail.raw.len();
        self.mails.push_back(Arc::new(mail));
        while self.mails.len() > 1 && (self.mails.len() > MOST_MAILS || self.bytes > MOST_BYTES) {
            if let Some(oldest) = self.mails.pop_front() {
                self.bytes -= oldest.raw.len();
            }
        }
        self.last
    }

    pub(crate) fn get(&self, number: u64) -> Option<Arc<Mail>> {
        self.mails.iter().find(|mail| mail.number == number).cloned()
    }

    /// The number of the mail with this id.
    pub(crate) fn find(&self, message_id: &str) -> Option<u64> {
        let same = |mail: &&Arc<Mail>| mail.content.message_id.as_deref() == Some(message_id);
        self.mails.iter().find(same).map(|mail| mail.number)
    }

    pub(crate) fn newest_first(&self) -> Vec<Arc<Mail>> {
        self.mails.iter().rev().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.mails.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(size: usize) -> Mail {
        let (from, to) = ("a@b.dev".into(), vec!["c@d.dev".into()]);
        Mail { number: 0, from, to, content: Content::default(), raw: vec![b'x'; size], received_at: 0 }
    }

    #[test]
    fn the_oldest_mails_are_forgotten_first_and_numbers_go_on() {
        let mut store = Store::new();
        for _ in 0..=MOST_MAILS {
            store.add(mail(1));
        }
        assert_eq!((store.mails.len(), store.bytes), (MOST_MAILS, MOST_MAILS));
        assert!(store.get(1).is_none() && store.get(2).is_some());
        store.clear();
        assert_eq!(store.add(mail(1)), MOST_MAILS as u64 + 2);
    }

    #[test]
    fn large_mails_push_out_the_oldest() {
        let mut store = Store::new();
        for _ in 0..3 {
            store.add(mail(MOST_BYTES / 2));
        }
        assert_eq!(store.newest_first().iter().map(|mail| mail.number).collect::<Vec<_>>(), [3, 2]);
        store.add(mail(MOST_BYTES + 1));
        assert_eq!(store.newest_first().len(), 1);
    }
}
