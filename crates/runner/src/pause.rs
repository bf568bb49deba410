//! How to wait: a port, so that the simulator's time can pass at once.

use std::time::Duration;

use async_trait::async_trait;

/// How to wait.
#[async_trait]
pub trait Pause: Send + Sync {
    /// Returns after this long.
    async fn pause(&self, span: Duration);
}

/// The runtime's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct RuntimePause;

#[async_trait]
impl Pause for RuntimePause {
    #[expect(clippy::disallowed_methods, reason = "the one place that waits for real")]
    async fn pause(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}
