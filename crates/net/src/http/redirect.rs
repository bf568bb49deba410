//! Redirects: which are followed, and what is not carried to another origin.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, header};

use super::message::check_url;
use super::{HttpErrorKind, HttpRequest, HttpResponse};

/// What comes after a response.
pub(super) enum Next {
    /// The response is the answer.
    Done,
    /// Another request.
    Go(Box<HttpRequest>),
}

/// Decides what comes after this response to this request.
pub(super) fn next(mut request: HttpRequest, response: &HttpResponse) -> Result<Next, HttpErrorKind> {
    let Some(location) = response.header("location") else { return Ok(Next::Done) };
    let safe = matches!(request.method, Method::GET | Method::HEAD);
    let follows = match response.status {
        303 => true,
        301 | 302 | 307 | 308 => safe,
        _ => false,
    };
    if !follows || request.redirects == 0 {
        return Ok(Next::Done);
    }
    let mut url = request.url.join(location).map_err(|error| HttpErrorKind::Url {
        reason: format!("a redirect leads to what is no URL: {error}"),
    })?;
    url.set_fragment(None);
    check_url(&url)?;
    if !safe {
        request.method = Method::GET;
        request.body = Bytes::new();
        request.headers.remove(header::CONTENT_TYPE);
        request.headers.remove(header::CONTENT_ENCODING);
    }
    if url.origin() != request.url.origin() {
        drop_secrets(&mut request.headers);
    }
    request.url = url;
    Ok(Next::Go(Box::new(request)))
}

/// Removes what was meant for the first origin alone.
fn drop_secrets(headers: &mut HeaderMap) {
    let secret: Vec<HeaderName> = headers
        .iter()
        .filter(|(name, value)| value.is_sensitive() || is_secret(name.as_str()))
        .map(|(name, _)| name.clone())
        .collect();
    for name in secret {
        headers.remove(name);
    }
}

/// Whether a header of this (lower-case) name carries a credential.
fn is_secret(name: &str) -> bool {
    matches!(name, "authorization" | "cookie" | "cookie2" | "proxy-authorization")
        || ["api-key", "apikey", "api_key", "auth", "token", "secret", "password", "signature"]
            .iter()
            .any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_carry_credentials_are_known_by_name() {
        for name in [
            "authorization",
            "cookie",
            "proxy-authorization",
            "x-api-key",
            "x-auth-token",
            "apikey",
            "x-secret",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["accept", "content-type", "idempotency-key", "user-agent", "x-request-id"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
