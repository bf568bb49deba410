//! The HTTP client: HTTP/1.1 over guarded connections, kept open for the next request to the same host.

mod error;
mod exchange;
mod message;
mod redirect;
mod wire;

pub use error::{HttpError, HttpErrorKind, Phase, Sent};
pub use message::{HttpRequest, HttpResponse};

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;

use self::exchange::Progress;
use self::redirect::Next;
use self::wire::Connector;
use crate::{Dialer, Limits, Tls};

/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(30);
/// How many unused connections are kept for one host: as many as [`Limits`] lets be in use at once, or a busy host would
/// see connections come and go all the time.
const IDLE_PER_HOST: usize = 64;
/// The most bytes that the head of a response may have.
const HEAD: usize = 256 * 1024;

/// An HTTP client whose every connection goes through the guard. Cheap to clone; clones share the
/// open connections and the limits.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client<Connector, Full<Bytes>>,
    limits: Limits,
}

impl Http {
    /// A client that dials with this dialler. Connections are judged when they are dialled and live in
    /// this client's pool, so one client has one policy.
    pub fn new(dialer: Dialer, tls: Tls, limits: Limits) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .http1_max_buf_size(HEAD)
            .build(Connector::new(dialer, tls));
        Self { client, limits }
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
            let response = exchange::exchange(&self.client, &request, progress).await?;
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
