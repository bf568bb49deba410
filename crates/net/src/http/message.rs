//! A request and its response.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tokio::sync::mpsc;
use url::Url;

use super::HttpErrorKind;

/// A request. [`HttpRequest::new`] fills in the defaults; the fields may then be set.
#[derive(Clone)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// An `http` or `https` URL without a user name or password.
    pub url: Url,
    /// The headers. `Host`, the framing headers and `Connection` are the client's own.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
    /// The time for everything: waiting for a slot, redirects and the body included. Default 30 s.
    pub timeout: Duration,
    /// The most bytes of a response body. Default 5 MiB.
    pub max_body: usize,
    /// Where the body of a response of 200 to 299 goes piece by piece, instead of into the response. The channel ends with
    /// the request; whether the body was whole, the response says.
    pub stream: Option<Stream>,
    /// The most redirects to follow; 0 hands a redirect back as a response. Default 5.
    ///
    /// GET and HEAD follow 301, 302, 303, 307 and 308; other methods follow only 303, which makes them a GET.
    pub redirects: u8,
}

impl HttpRequest {
    /// A request without headers or body, with the default limits.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            timeout: Duration::from_secs(30),
            max_body: 5 * 1024 * 1024,
            stream: None,
            redirects: 5,
        }
    }

    /// A GET with the default limits.
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// The request with this header; an earlier one of the same name is replaced.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The request with this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub(super) fn check(&self) -> Result<(), HttpErrorKind> {
        check_url(&self.url)?;
        match OWN_HEADERS.iter().find(|name| self.headers.contains_key(*name)) {
            Some(name) => Err(HttpErrorKind::Header { name: name.to_string() }),
            None => Ok(()),
        }
    }
}

/// Where a body goes that is not to be in memory.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Takes its pieces. The other side waits while this is full, and the exchange ends when nobody takes them any more.
    pub to: mpsc::Sender<Bytes>,
    /// The most bytes.
    pub most: usize,
}

/// Header values and the query stay out: both carry secrets.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("to", &destination(&self.url))
            .field("path", &self.url.path())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Headers that frame or route the message. Two opinions on them are how requests get smuggled.
static OWN_HEADERS: &[HeaderName] = &[
    header::HOST,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Whether the URL may be requested at all.
pub(super) fn check_url(url: &Url) -> Result<(), HttpErrorKind> {
    let wrong = |reason: String| Err(HttpErrorKind::Url { reason });
    if !matches!(url.scheme(), "http" | "https") {
        return wrong(format!("the scheme is `{}`, not `http` or `https`", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("it carries a user name or password; send those in a header".to_owned());
    }
    if url.host_str().is_none_or(str::is_empty) {
        return wrong("it names no host".to_owned());
    }
    if url.port() == Some(0) {
        return wrong("no server listens on port 0".to_owned());
    }
    Ok(())
}

/// `host:port` of the URL.
pub(super) fn destination(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

/// A response, whole.
#[derive(Debug, Clone)]
pub struct HttpResponse {
    /// The status, 200 to 599; 1xx are not shown.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came, within the request's limit.
    pub body: Bytes,
    /// Where it came from, after redirects.
    pub url: Url,
}

impl HttpResponse {
    /// A header's text; `None` when it is absent or no visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
