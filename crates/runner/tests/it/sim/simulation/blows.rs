//! What is done to nodes: started, killed, frozen, stopped, declared dead.

use std::time::Duration;

use cauce_model::SessionId;
use futures_util::FutureExt;

use super::super::node::Node;
use super::super::world::{Act, Inside, Place};
use super::Simulation;

impl Simulation {
    /// A blow by chance.
    pub(super) fn blow(&self, inside: &mut Inside) -> Act {
        let node = inside.dice.index(self.setup.nodes);
        match inside.dice.below(10) {
            0..=2 => Act::Kill(Place { node, life: 0 }),
            3 => Act::Stop { node },
            4 => Act::Misjudge { node },
            _ => {
                let (span, buried) = (inside.dice.millis(500, 60_000), inside.dice.chance(700));
                Act::Freeze { node, span, buried }
            }
        }
    }

    pub(super) fn boot(&mut self, node: usize) {
        if self.nodes[node].is_some() {
            return;
        }
        self.lives[node] += 1;
        let place = Place { node, life: self.lives[node] };
        let session = {
            let mut inside = self.world.lock();
            let now = inside.now();
            let session = SessionId::from_uuid(inside.dice.id(now));
            if self.setup.nodes == 1 {
                // The lock on the folder proves that whoever was there before is dead.
                inside.bury_all();
            }
            let opened = inside.store.sessions.open(session).now_or_never();
            assert!(matches!(opened, Some(Ok(()))), "{opened:?}");
            inside.up[node] = Some((place.life, session));
            inside.oracle.seen.boots += 1;
            inside.note(|| format!("{place} starts as {session}"));
            session
        };
        let node = Node::start(&self.world, place, session, self.setup.setting.clone(), self.setup.own_plans);
        self.nodes[place.node] = Some(node);
        self.turn(place);
    }

    /// The process is gone, and everything that was in its memory.
    pub(super) fn kill(&mut self, place: Place) {
        let Some(node) = self.nodes[place.node].take_if(|node| node.place == place) else { return };
        {
            let mut inside = self.world.lock();
            inside.note(|| format!("{place} is gone"));
            inside.oracle.seen.kills += 1;
            inside.up[place.node] = None;
            let (boot, bury) = (inside.dice.millis(100, 20_000), inside.dice.millis(1000, 20_000));
            inside.act_after(boot, Act::Boot { node: place.node });
            inside.act_after(bury, Act::Bury(node.session));
        }
        drop(node);
    }

    pub(super) fn freeze(&mut self, node: usize, span: Duration, buried: bool) {
        let Some(node) = self.nodes[node].as_mut().filter(|node| !node.frozen) else { return };
        node.frozen = true;
        let mut inside = self.world.lock();
        inside.note(|| format!("{} is frozen for {span:?}", node.place));
        inside.oracle.seen.freezes += 1;
        inside.act_after(span, Act::Thaw(node.place));
        if buried {
            let after = inside.dice.millis(0, 60_000);
            inside.act_after(after.min(span), Act::Bury(node.session));
        }
    }

    pub(super) fn thaw(&mut self, place: Place) {
        if let Some(node) = self.nodes[place.node].as_mut().filter(|node| node.place == place) {
            node.frozen = false;
            self.world.lock().note(|| format!("{place} goes on"));
        }
        self.turn(place);
    }

    /// Asks a node to end; when it has, its process is gone.
    pub(super) fn stop(&mut self, node: usize) {
        let Some(node) = self.nodes[node].as_mut().filter(|node| !node.stopping && !node.frozen) else {
            return;
        };
        node.stopping = true;
        let (runner, world, place) = (node.runner.clone(), self.world.clone(), node.place);
        world.lock().note(|| format!("{place} is asked to stop"));
        world.lock().oracle.seen.stops += 1;
        node.runtime.spawn(async move {
            runner.stop().await;
            world.lock().act_after(Duration::from_millis(1), Act::Kill(place));
        });
        self.turn(place);
    }

    /// A node learned that it is dead: its process ends.
    pub(super) fn fenced(&mut self, place: Place) {
        let mut inside = self.world.lock();
        if inside.closed.contains(&place) {
            return;
        }
        inside.note(|| format!("{place} learns that it is dead"));
        inside.closed.push(place);
        let span = inside.dice.millis(0, 3000);
        inside.act_after(span, Act::Kill(place));
    }

    pub(super) fn misjudge(&mut self, node: usize) {
        if let Some(session) = self.nodes[node].as_ref().map(|node| node.session) {
            self.world.lock().bury(session);
        }
    }
}

impl Inside {
    pub(super) fn bury(&mut self, session: SessionId) {
        self.note(|| format!("{session} is buried"));
        self.oracle.buried(session);
        let buried = self.store.sessions.bury(session).now_or_never();
        assert!(matches!(buried, Some(Ok(()))), "{buried:?}");
    }

    fn bury_all(&mut self) {
        let all = self.store.sessions.all().now_or_never().and_then(Result::ok).unwrap_or_default();
        for seen in all.into_iter().filter(|seen| !seen.dead) {
            self.bury(seen.session);
        }
    }
}
