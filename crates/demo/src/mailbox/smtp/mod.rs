//! The SMTP listener (RFC 5321), in reading order: `lines` come in, are read as a `command`, and a `session`
//! answers them with a `reply`.

mod command;
mod lines;
mod path;
mod reply;
mod session;

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Mailbox;

const CONNECTIONS: usize = 100;

/// Takes mail until the demo stops.
pub(crate) fn serve(
    tasks: &TaskTracker,
    stop: &CancellationToken,
    mailbox: Arc<Mailbox>,
    listener: TcpListener,
) {
    tasks.spawn(accept(tasks.clone(), stop.clone(), mailbox, listener));
}

async fn accept(tasks: TaskTracker, stop: CancellationToken, mailbox: Arc<Mailbox>, listener: TcpListener) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::task::yield_now().await;
            continue;
        };
        let place = places.clone().try_acquire_owned().ok();
        let (mailbox, stop) = (mailbox.clone(), stop.clone());
        tasks.spawn(async move {
            let ended = match &place {
                Some(_) => session::converse(stream, &mailbox, &stop, session::Limits::default()).await,
                None => session::turn_away(stream).await,
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "an SMTP connection broke");
            }
            drop(place);
        });
    }
}
