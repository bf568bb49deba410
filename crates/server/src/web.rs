//! The web app's files, embedded in the binary. Paths without an ending are pages of the app and get its index.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::problem::Refusal;

struct File {
    name: &'static str,
    mime: &'static str,
    etag: &'static str,
    bytes: &'static [u8],
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// No script but our own files, no frame, no other host.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

/// Serves a file of the app, or its index.
pub(crate) async fn serve(request: Request) -> Response {
    let path = request.uri().path();
    let is_page = path.rsplit('/').next().is_none_or(|last| !last.contains('.'));
    let reads = matches!(request.method().as_str(), "GET" | "HEAD");
    if path.starts_with("/api/") || path.starts_with("/hooks/") || !reads {
        return Refusal::missing(format!("there is nothing at `{path}`")).into_response();
    }
    let name = if is_page { "/index.html" } else { path };
    match FILES.binary_search_by_key(&name, |file| file.name).ok().and_then(|place| FILES.get(place)) {
        Some(file) => file.answer(request.headers()),
        None => Refusal::missing(format!("there is no file `{path}`")).into_response(),
    }
}

impl File {
    fn answer(&self, asked: &HeaderMap) -> Response {
        let known =
            asked.get(header::IF_NONE_MATCH).is_some_and(|etag| etag.as_bytes() == self.etag.as_bytes());
        let takes_gzip = asked
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.split(',').any(|part| part.trim().starts_with("gzip")));
        let (bytes, packed) = match self.gzip {
            Some(gzip) if takes_gzip => (gzip, true),
            _ => (self.bytes, false),
        };
        let mut response =
            if known { StatusCode::NOT_MODIFIED.into_response() } else { Response::new(Body::from(bytes)) };
        let headers = response.headers_mut();
        let cache = if self.name.starts_with("/assets/") {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.mime));
        headers.insert(header::ETAG, HeaderValue::from_static(self.etag));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        if packed && !known {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_there_and_the_table_is_sorted() {
        assert!(FILES.is_sorted_by_key(|file| file.name));
        assert!(FILES.iter().any(|file| file.name == "/index.html"));
    }
}
