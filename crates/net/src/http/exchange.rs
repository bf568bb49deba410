//! One request and one response, with a note of how far it came.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Request, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::client::legacy::{Client, Error as ClientError};

use super::wire::{ConnectError, Connector};
use super::{HttpErrorKind, HttpRequest, HttpResponse, Phase, Sent};

/// What every request says of its sender unless it says so itself.
const USER_AGENT: &str = concat!("cauce/", env!("CARGO_PKG_VERSION"));

/// How far the exchanges of one request have come. Kept outside the future, so it outlives a time-out.
#[derive(Default)]
pub(super) struct Progress {
    answered_before: AtomicBool,
    in_body: AtomicBool,
    connection: Mutex<Option<CaptureConnection>>,
}

impl Progress {
    /// Whether a byte may have left: from the moment a connection was given to the request.
    pub(super) fn sent(&self) -> Sent {
        if self.answered_before.load(Ordering::Relaxed) || self.connected() { Sent::Maybe } else { Sent::No }
    }

    pub(super) fn phase(&self) -> Phase {
        if self.in_body.load(Ordering::Relaxed) {
            Phase::Body
        } else if self.connected() {
            Phase::Response
        } else {
            Phase::Connect
        }
    }

    fn connected(&self) -> bool {
        let watched = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        watched.as_ref().is_some_and(|capture| capture.connection_metadata().is_some())
    }

    fn watch(&self, capture: CaptureConnection) {
        self.in_body.store(false, Ordering::Relaxed);
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(capture);
    }

    fn answered(&self) {
        self.answered_before.store(true, Ordering::Relaxed);
        self.in_body.store(true, Ordering::Relaxed);
    }
}

/// Sends the request as it is and reads the whole response.
pub(super) async fn exchange(
    client: &Client<Connector, Full<Bytes>>,
    request: &HttpRequest,
    progress: &Progress,
) -> Result<HttpResponse, HttpErrorKind> {
    let mut message = build(request)?;
    progress.watch(capture_connection(&mut message));
    let response = client.request(message).await.map_err(explain)?;
    progress.answered();
    let (head, body) = response.into_parts();
    Ok(HttpResponse {
        status: head.status.as_u16(),
        headers: head.headers,
        body: read(body, request.max_body).await?,
        url: request.url.clone(),
    })
}

fn build(request: &HttpRequest) -> Result<Request<Full<Bytes>>, HttpErrorKind> {
    let mut url = request.url.clone();
    url.set_fragment(None);
    let uri: Uri = url
        .as_str()
        .parse()
        .map_err(|error: http::uri::InvalidUri| HttpErrorKind::Url { reason: error.to_string() })?;
    let mut message = Request::new(Full::new(request.body.clone()));
    *message.method_mut() = request.method.clone();
    *message.uri_mut() = uri;
    *message.headers_mut() = request.headers.clone();
    message.headers_mut().entry(header::USER_AGENT).or_insert(HeaderValue::from_static(USER_AGENT));
    Ok(message)
}

/// The whole body, or an error as soon as it is known to be too large.
async fn read(mut body: Incoming, limit: usize) -> Result<Bytes, HttpErrorKind> {
    let too_large = || HttpErrorKind::BodyTooLarge { limit };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| HttpErrorKind::Protocol { source: Box::new(error) })?;
        if let Ok(chunk) = frame.into_data() {
            if chunk.len() > limit - whole.len() {
                return Err(too_large());
            }
            whole.extend_from_slice(&chunk);
        }
    }
    Ok(whole.freeze())
}

/// Finds our own connector's error inside hyper's, so callers see what happened and not where.
fn explain(error: ClientError) -> HttpErrorKind {
    let mut inside: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(layer) = inside {
        match layer.downcast_ref::<ConnectError>() {
            Some(ConnectError::Dial(dial)) => return dial.clone().into(),
            Some(ConnectError::Tls(tls)) => return tls.clone().into(),
            None => inside = layer.source(),
        }
    }
    HttpErrorKind::Protocol { source: Box::new(error) }
}
