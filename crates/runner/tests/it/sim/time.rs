//! The simulator's time as a node's ports: the clock shows it, a pause is an event in its queue.

use std::time::Duration;

use async_trait::async_trait;
use cauce_model::{Clock, Time};
use cauce_runner::Pause;
use tokio::sync::oneshot;

use super::world::{Happening, Place, World};

/// Longer pauses never end in a simulation.
const FOR_EVER: Duration = Duration::from_secs(10 * 366 * 24 * 60 * 60);

impl Clock for World {
    fn now(&self) -> Time {
        self.time()
    }
}

/// The pauses of one node.
pub(crate) struct Pauses {
    pub(crate) world: World,
    pub(crate) place: Place,
}

#[async_trait]
impl Pause for Pauses {
    async fn pause(&self, span: Duration) {
        if span > FOR_EVER {
            return std::future::pending().await;
        }
        let (bell, rung) = oneshot::channel();
        self.world.lock().after(span, Happening::Timer { at: self.place, bell });
        // The bell is dropped unrung only together with the world.
        drop(rung.await);
    }
}
