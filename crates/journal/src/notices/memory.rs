//! Notices in memory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use async_trait::async_trait;
use cauce_model::{RunId, RunStatus, Time};
use uuid::Uuid;

use super::{Body, Group, IN_A_ROW, Kind, Letter, Notice, Notices, Question, Receiver, Settled, in_a_row};
use crate::Error;
use crate::memory::Memory;

/// Everything that is kept of notices.
#[derive(Default)]
pub(crate) struct Desk {
    groups: BTreeMap<(String, Kind, String), Group>,
    streaks: BTreeMap<String, (u64, Time)>,
    letters: BTreeMap<Uuid, Letter>,
    receivers: BTreeMap<String, (u32, Time)>,
}

impl Desk {
    /// Takes a notice; a failure counts towards those in a row.
    pub(crate) fn add(&mut self, notice: Notice, run: RunId) {
        let group = Group::new(notice, run);
        if group.notice.kind == Kind::Failed {
            let workflow = group.notice.workflow.clone();
            let (count, since) = self.streaks.entry(workflow).or_insert((0, group.notice.at));
            *count += 1;
            let (count, since) = (*count, *since);
            if let Some(row) = in_a_row(&group, count, since)
                && (count == IN_A_ROW || self.groups.contains_key(&row.key()))
            {
                self.merge(row);
            }
        }
        self.merge(group);
    }

    /// A run of a workflow ended well, or not.
    pub(crate) fn ended(&mut self, workflow: &str, status: RunStatus) {
        if status == RunStatus::Succeeded {
            self.streaks.remove(workflow);
        }
    }

    /// Takes a question; one that is known already stays as it is.
    pub(crate) fn ask(&mut self, question: Question) {
        let letter = Letter::asking(question);
        self.letters.entry(letter.id).or_insert(letter);
    }

    fn merge(&mut self, group: Group) {
        match self.groups.entry(group.key()) {
            Entry::Vacant(free) => drop(free.insert(group)),
            Entry::Occupied(mut known) => known.get_mut().merge(group),
        }
    }

    fn waits(&self, receiver: &str) -> bool {
        self.letters.values().any(|letter| letter.is_digest() && letter.receiver == receiver)
    }

    fn seal(&mut self, letter: Letter) -> bool {
        let Body::Digest { groups, .. } = &letter.body else { return false };
        let known =
            |told: &Group| self.groups.get(&told.key()).is_some_and(|group| group.count >= told.count);
        if self.waits(&letter.receiver) || !groups.iter().all(known) {
            return false;
        }
        for told in groups {
            if let Entry::Occupied(mut known) = self.groups.entry(told.key()) {
                match known.get().without(told) {
                    Some(left) => drop(known.insert(left)),
                    None => drop(known.remove()),
                }
            }
        }
        self.letters.insert(letter.id, letter);
        true
    }

    fn settle(&mut self, id: Uuid, settled: Settled) {
        let Some(mut letter) = self.letters.remove(&id) else { return };
        let attempts = self.receivers.get(&letter.receiver).map_or(0, |(attempts, _)| *attempts);
        match (settled, letter.body) {
            (Settled::Delivered { next_at }, Body::Digest { .. }) => {
                self.receivers.insert(letter.receiver, (0, next_at));
            }
            (Settled::Back { at }, Body::Digest { groups, .. }) => {
                self.receivers.insert(letter.receiver, (attempts + 1, at));
                groups.into_iter().for_each(|group| self.merge(group));
            }
            (Settled::Later { at } | Settled::Back { at }, body) => {
                letter = Letter { attempts: letter.attempts + 1, next_at: at, body, ..letter };
                self.letters.insert(id, letter);
            }
            (Settled::Delivered { .. } | Settled::Dropped, _) => {}
        }
    }
}

#[async_trait]
impl Notices for Memory {
    async fn open(&self, limit: u32) -> Result<Vec<Group>, Error> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.state().desk.groups.values().take(limit).cloned().collect())
    }

    async fn receiver(&self, receiver: &str) -> Result<Receiver, Error> {
        let state = self.state();
        let known = state.desk.receivers.get(receiver).copied();
        Ok(Receiver {
            attempts: known.map_or(0, |(attempts, _)| attempts),
            next_at: known.map(|(_, next_at)| next_at),
            waits: state.desk.waits(receiver),
        })
    }

    async fn seal(&self, letter: Letter) -> Result<bool, Error> {
        Ok(self.state().desk.seal(letter))
    }

    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Letter>, Error> {
        let state = self.state();
        let mut due: Vec<Letter> =
            state.desk.letters.values().filter(|letter| letter.next_at <= now).cloned().collect();
        due.sort_by_key(|letter| (letter.next_at, letter.id));
        due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(due)
    }

    async fn next_due(&self) -> Result<Option<Time>, Error> {
        Ok(self.state().desk.letters.values().map(|letter| letter.next_at).min())
    }

    async fn settle(&self, letter: Uuid, settled: Settled) -> Result<(), Error> {
        self.state().desk.settle(letter, settled);
        Ok(())
    }
}
