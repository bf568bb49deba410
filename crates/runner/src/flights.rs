//! The attempts of one run that are under way: each can be cut off alone, with some grace.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use cauce_engine::StepCall;
use cauce_model::{StepPath, Time};
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::effect::{self, Landing, Owner};
use crate::node::Node;

/// An attempt that came back.
pub(crate) struct Landed {
    pub(crate) call: StepCall,
    pub(crate) landing: Landing,
}

/// The attempts under way.
#[derive(Default)]
pub(crate) struct Flights {
    tasks: JoinSet<Landed>,
    under_way: HashMap<StepPath, Flight>,
}

struct Flight {
    cancelled: CancellationToken,
    task: AbortHandle,
    /// Until when it may go on although it was cut off.
    grace: Option<Time>,
}

impl Flights {
    pub(crate) fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Begins an attempt.
    pub(crate) fn start(&mut self, node: &Arc<Node>, owner: &Owner, call: StepCall) {
        let cancelled = CancellationToken::new();
        let path = call.path.clone();
        let (node, owner, token) = (Arc::clone(node), owner.clone(), cancelled.clone());
        let task = self.tasks.spawn(async move {
            let landing = effect::attempt(&node, &owner, &call, token).await;
            Landed { call, landing }
        });
        self.under_way.insert(path, Flight { cancelled, task, grace: None });
    }

    /// Tells an attempt to come back soon. Again is the same as once.
    pub(crate) fn cut(&mut self, path: &StepPath, now: Time, grace: Duration) {
        if let Some(flight) = self.under_way.get_mut(path)
            && flight.grace.is_none()
        {
            flight.cancelled.cancel();
            flight.grace = Some(now.after(grace));
        }
    }

    /// When the grace of the next one ends.
    pub(crate) fn next_grace(&self) -> Option<Time> {
        self.under_way.values().filter_map(|flight| flight.grace).min()
    }

    /// Ends those whose grace is over; whether they happened is not known.
    pub(crate) fn give_up(&mut self, now: Time) -> Vec<StepPath> {
        let over = |flight: &Flight| flight.grace.is_some_and(|grace| grace <= now);
        let mut paths: Vec<_> =
            self.under_way.iter().filter(|(_, flight)| over(flight)).map(|(path, _)| path.clone()).collect();
        paths.sort_unstable();
        for path in &paths {
            if let Some(flight) = self.under_way.remove(path) {
                flight.task.abort();
            }
        }
        paths
    }

    /// The next attempt that comes back. One that was given up does not.
    pub(crate) async fn land(&mut self) -> Option<Landed> {
        loop {
            match self.tasks.join_next().await? {
                // One that was given up may have come back at the same moment.
                Ok(landed) if self.under_way.remove(&landed.call.path).is_some() => return Some(landed),
                Ok(_) => {}
                // Attempts catch their own panics; only an abort comes here, and who aborted has seen to the rest.
                Err(error) => tracing::debug!(%error, "an attempt was cut off"),
            }
        }
    }

    /// Drops everything.
    pub(crate) fn drop_all(&mut self) {
        self.tasks.abort_all();
        self.under_way.clear();
    }
}
