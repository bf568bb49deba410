//! Workflows in memory.

use async_trait::async_trait;
use cauce_model::Time;

use super::{Flow, Flows, Publish};
use crate::memory::{Memory, State};
use crate::{Change, Error};

/// A workflow with every version; the last one is the newest.
pub(crate) struct Stored {
    flow: Flow,
    versions: Vec<Vec<u8>>,
}

#[async_trait]
impl Flows for Memory {
    async fn publish(&self, publish: Publish) -> Result<u32, Error> {
        let id = publish.id.clone();
        let (version, changed) = self.state().publish(publish);
        if changed {
            self.hints.tell(Change::Flow(id));
        }
        Ok(version)
    }

    async fn switch(&self, id: &str, on: bool, at: Time) -> Result<bool, Error> {
        let mut state = self.state();
        let Some(stored) = state.flows.get_mut(id).filter(|stored| !stored.flow.retired) else {
            return Ok(false);
        };
        if stored.flow.on != on {
            stored.flow.on = on;
            stored.flow.updated_at = at;
            state.generation += 1;
            self.hints.tell(Change::Flow(id.to_owned()));
        }
        Ok(true)
    }

    async fn retire(&self, id: &str, at: Time) -> Result<(), Error> {
        let mut state = self.state();
        if let Some(stored) = state.flows.get_mut(id).filter(|stored| !stored.flow.retired) {
            stored.flow.on = false;
            stored.flow.retired = true;
            stored.flow.updated_at = at;
            state.generation += 1;
            self.hints.tell(Change::Flow(id.to_owned()));
        }
        Ok(())
    }

    async fn all(&self) -> Result<Vec<Flow>, Error> {
        Ok(self.state().flows.values().map(|stored| stored.flow.clone()).collect())
    }

    async fn text(&self, id: &str, version: u32) -> Result<Option<Vec<u8>>, Error> {
        let index = usize::try_from(version).ok().and_then(|version| version.checked_sub(1));
        let state = self.state();
        Ok(index.and_then(|index| state.flows.get(id)?.versions.get(index).cloned()))
    }

    async fn generation(&self) -> Result<i64, Error> {
        Ok(self.state().generation)
    }
}

impl State {
    /// The newest version's number, and whether anything changed.
    fn publish(&mut self, publish: Publish) -> (u32, bool) {
        let Publish { id, text, origin, at, author: _ } = publish;
        let Some(stored) = self.flows.get_mut(&id) else {
            let flow = Flow {
                id: id.clone(),
                on: true,
                retired: false,
                version: 1,
                text: text.clone(),
                origin,
                updated_at: at,
            };
            self.flows.insert(id, Stored { flow, versions: vec![text] });
            self.generation += 1;
            return (1, true);
        };
        let flow = &mut stored.flow;
        if flow.text == text && flow.origin == origin && !flow.retired {
            return (flow.version, false);
        }
        if flow.text != text {
            stored.versions.push(text.clone());
            flow.version += 1;
            flow.text = text;
        }
        flow.on |= flow.retired;
        flow.retired = false;
        flow.origin = origin;
        flow.updated_at = at;
        self.generation += 1;
        (flow.version, true)
    }
}
