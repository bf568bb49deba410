//! One request and one response, with a note of how far it came.

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Request, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use url::Position;

use super::link::{Link, Message};
use super::pool::Pool;
use super::wire::Origin;
use super::{HttpErrorKind, HttpRequest, HttpResponse, Phase, Sent, Stream};

/// What every request says of its sender unless it says so itself.
const USER_AGENT: &str = concat!("cauce/", env!("CARGO_PKG_VERSION"));

/// How far the exchanges of one request have come. Kept outside the future, so it outlives a time-out.
#[derive(Default)]
pub(super) struct Progress {
    answered_before: AtomicBool,
    in_body: AtomicBool,
    on_connection: AtomicBool,
}

impl Progress {
    /// Whether a byte may have left: from the moment a connection was given to the request.
    pub(super) fn sent(&self) -> Sent {
        let maybe = [&self.answered_before, &self.on_connection];
        if maybe.into_iter().any(|flag| flag.load(Ordering::Relaxed)) { Sent::Maybe } else { Sent::No }
    }

    pub(super) fn phase(&self) -> Phase {
        if self.in_body.load(Ordering::Relaxed) {
            Phase::Body
        } else if self.on_connection.load(Ordering::Relaxed) {
            Phase::Response
        } else {
            Phase::Connect
        }
    }

    fn begins(&self) {
        self.in_body.store(false, Ordering::Relaxed);
        self.on_connection.store(false, Ordering::Relaxed);
    }

    fn is_on_connection(&self, is: bool) {
        self.on_connection.store(is, Ordering::Relaxed);
    }

    fn answered(&self) {
        self.answered_before.store(true, Ordering::Relaxed);
        self.in_body.store(true, Ordering::Relaxed);
    }
}

/// Sends the request as it is and reads the whole response.
pub(super) async fn exchange(
    pool: &Pool,
    request: &HttpRequest,
    progress: &Progress,
) -> Result<HttpResponse, HttpErrorKind> {
    let mut message = build(request)?;
    progress.begins();
    let origin = Origin::of(&request.url);
    loop {
        let (mut link, is_new) = match pool.take(&origin) {
            Some(link) => (link, false),
            None => (pool.open(&origin).await?, true),
        };
        progress.is_on_connection(true);
        let mut failed = match link.send(message).await {
            Ok(response) => {
                progress.answered();
                let (head, body) = response.into_parts();
                let body = match &request.stream {
                    Some(stream) if head.status.is_success() => pass_on(&mut link, body, stream).await?,
                    _ => read(&mut link, body, request.max_body).await?,
                };
                pool.put(origin, link);
                let (status, url) = (head.status.as_u16(), request.url.clone());
                return Ok(HttpResponse { status, headers: head.headers, body, url });
            }
            Err(failed) => failed,
        };
        // The other side closed a kept connection before a byte of this went out: a new one may take it.
        let unsent = failed.take_message();
        progress.is_on_connection(unsent.is_none());
        match unsent {
            Some(unsent) if !is_new => message = unsent,
            _ => return Err(HttpErrorKind::Protocol { source: Box::new(failed.into_error()) }),
        }
    }
}

/// The request as a connection to its origin takes it.
fn build(request: &HttpRequest) -> Result<Message, HttpErrorKind> {
    let wrong = |reason: String| HttpErrorKind::Url { reason };
    let url = &request.url;
    let path: Uri = url[Position::BeforePath..Position::AfterQuery]
        .parse()
        .map_err(|error: http::uri::InvalidUri| wrong(error.to_string()))?;
    let host = HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort])
        .map_err(|error| wrong(error.to_string()))?;
    let mut message = Request::new(Full::new(request.body.clone()));
    *message.method_mut() = request.method.clone();
    *message.uri_mut() = path;
    *message.headers_mut() = request.headers.clone();
    message.headers_mut().insert(header::HOST, host);
    message.headers_mut().entry(header::USER_AGENT).or_insert(HeaderValue::from_static(USER_AGENT));
    Ok(message)
}

/// The whole body, or an error as soon as it is known to be too large.
async fn read(link: &mut Link, mut body: Incoming, limit: usize) -> Result<Bytes, HttpErrorKind> {
    let too_large = || HttpErrorKind::BodyTooLarge { limit };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let mut whole = BytesMut::new();
    while let Some(frame) = link.drive(body.frame()).await {
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

/// Hands the body on piece by piece; what is left for the response is empty.
async fn pass_on(link: &mut Link, mut body: Incoming, stream: &Stream) -> Result<Bytes, HttpErrorKind> {
    let too_large = || HttpErrorKind::BodyTooLarge { limit: stream.most };
    if body.size_hint().lower() > stream.most as u64 {
        return Err(too_large());
    }
    let mut left = stream.most;
    while let Some(frame) = link.drive(body.frame()).await {
        let frame = frame.map_err(|error| HttpErrorKind::Protocol { source: Box::new(error) })?;
        if let Ok(piece) = frame.into_data() {
            left = left.checked_sub(piece.len()).ok_or_else(too_large)?;
            stream.to.send(piece).await.map_err(|_| HttpErrorKind::Unwanted)?;
        }
    }
    Ok(Bytes::new())
}
