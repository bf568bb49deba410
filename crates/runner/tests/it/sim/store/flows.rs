//! Workflows and schedules, through the line.

use async_trait::async_trait;
use cauce_journal::Error;
use cauce_journal::flows::{Flow, Flows, Publish};
use cauce_journal::timers::Timers;
use cauce_model::Time;

use super::{Kind, Line, at_once};

#[async_trait]
impl Flows for Line {
    async fn publish(&self, publish: Publish) -> Result<u32, Error> {
        self.call("publish", Kind::Write, |inside, _| at_once(inside.store.flows.publish(publish))).await
    }

    async fn switch(&self, id: &str, on: bool, at: Time) -> Result<bool, Error> {
        let id = id.to_owned();
        self.call("switch", Kind::Write, move |inside, _| at_once(inside.store.flows.switch(&id, on, at)))
            .await
    }

    async fn retire(&self, id: &str, at: Time) -> Result<(), Error> {
        let id = id.to_owned();
        self.call("retire", Kind::Write, move |inside, _| at_once(inside.store.flows.retire(&id, at))).await
    }

    async fn all(&self) -> Result<Vec<Flow>, Error> {
        self.call("flows", Kind::Read, |inside, _| at_once(inside.store.flows.all())).await
    }

    async fn text(&self, id: &str, version: u32) -> Result<Option<Vec<u8>>, Error> {
        let id = id.to_owned();
        self.call("text", Kind::Read, move |inside, _| at_once(inside.store.flows.text(&id, version))).await
    }

    async fn generation(&self) -> Result<i64, Error> {
        self.call("generation", Kind::Read, |inside, _| at_once(inside.store.flows.generation())).await
    }
}

#[async_trait]
impl Timers for Line {
    async fn cursor(&self, workflow: &str, trigger: &str, now: Time) -> Result<Time, Error> {
        let (workflow, trigger) = (workflow.to_owned(), trigger.to_owned());
        self.call("cursor", Kind::Write, move |inside, _| {
            at_once(inside.store.timers.cursor(&workflow, &trigger, now))
        })
        .await
    }

    async fn skip_to(&self, workflow: &str, trigger: &str, slot: Time) -> Result<(), Error> {
        let (workflow, trigger) = (workflow.to_owned(), trigger.to_owned());
        self.call("skip_to", Kind::Write, move |inside, _| {
            at_once(inside.store.timers.skip_to(&workflow, &trigger, slot))
        })
        .await
    }
}
