//! The HTTP client: HTTP/1.1 over guarded connections, kept open for the next request to the same host.

mod error;
mod exchange;
mod link;
mod message;
mod pool;
mod redirect;
mod wire;

pub use error::{HttpError, HttpErrorKind, Phase, Sent};
pub use message::{HttpRequest, HttpResponse, Stream};

use tokio::time::timeout;

use self::exchange::Progress;
use self::pool::Pool;
use self::redirect::Next;
use self::wire::Connector;
use crate::{Dialer, Limits, Tls};

/// An HTTP client whose every connection goes through the guard. Cheap to clone; clones share the
/// open connections and the limits.
#[derive(Debug, Clone)]
pub struct Http {
    pool: Pool,
    limits: Limits,
}

impl Http {
    /// A client that dials with this dialler. Connections are judged when they are dialled and live in
    /// this client's pool, so one client has one policy.
    pub fn new(dialer: Dialer, tls: Tls, limits: Limits) -> Self {
        Self { pool: Pool::new(Connector::new(dialer, tls)), limits }
    }

    /// Sends the request, follows redirects as it allows, and reads the whole response. Any status is
    /// a response; an error means that there is none.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let progress = Progress::default();
        let within = request.timeout;
        // Boxed: the state of the exchange is large, and callers keep this future inside theirs.
        match timeout(within, Box::pin(self.follow(request, &progress))).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(kind)) => Err(HttpError { sent: progress.sent(), kind: Box::new(kind) }),
            Err(_) => {
                let kind = HttpErrorKind::Timeout { phase: progress.phase(), after: within };
                Err(HttpError { sent: progress.sent(), kind: Box::new(kind) })
            }
        }
    }

    async fn follow(
        &self,
        mut request: HttpRequest,
        progress: &Progress,
    ) -> Result<HttpResponse, HttpErrorKind> {
        request.check()?;
        let limit = request.redirects;
        let mut followed = 0;
        loop {
            let slot = self.limits.slot(&message::destination(&request.url)).await;
            let response = exchange::exchange(&self.pool, &request, progress).await?;
            drop(slot);
            request = match redirect::next(request, &response)? {
                Next::Done => return Ok(response),
                Next::Go(_) if followed == limit => {
                    return Err(HttpErrorKind::TooManyRedirects { limit });
                }
                Next::Go(next) => *next,
            };
            followed += 1;
        }
    }
}
