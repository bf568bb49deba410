//! Who may knock at the pages: people and programs of this machine, not other web sites through a person's browser.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Bodies of the stand-ins' APIs and forms.
pub(crate) const BODY_LIMIT: usize = 256 * 1024;

/// No scripts, no frames around us, nothing fetched from elsewhere: pictures and fonts in a mail stay unseen.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Refuses strange host names (DNS rebinding) and writes from other sites (request forgery); hardens every answer.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    if !host_is_ours(request.headers()) {
        return (StatusCode::FORBIDDEN, "use an address such as `127.0.0.1` or `localhost`").into_response();
    }
    if comes_from_another_site(request.method(), request.headers()) {
        return (StatusCode::FORBIDDEN, "this request comes from another site").into_response();
    }
    let mut response = next.run(request).await;
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// No `Host` at all is a program of old, never a browser.
fn host_is_ours(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else { return true };
    let Some(authority) = host.to_str().ok().and_then(|text| text.parse::<Uri>().ok()) else { return false };
    authority.host().is_some_and(|name| {
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        name.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok()
    })
}

/// Browsers say where a request comes from (Fetch Metadata); programs say nothing.
fn comes_from_another_site(method: &Method, headers: &HeaderMap) -> bool {
    let origin = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    !method.is_safe() && !matches!(origin, None | Some(b"same-origin" | b"none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))])
    }

    #[test]
    fn only_addresses_and_localhost_are_our_names() {
        for (host, ours) in [
            ("127.0.0.1:8711", true),
            ("localhost:8711", true),
            ("LOCALHOST", true),
            ("[::1]:8711", true),
            ("evil.net:8711", false),
            ("localhost.evil.net", false),
            ("", false),
        ] {
            assert_eq!(host_is_ours(&headers("host", host)), ours, "{host}");
        }
        assert!(host_is_ours(&HeaderMap::new()));
    }

    #[test]
    fn another_site_may_look_but_not_write() {
        let cross = headers("sec-fetch-site", "cross-site");
        assert!(comes_from_another_site(&Method::POST, &cross));
        assert!(!comes_from_another_site(&Method::GET, &cross));
        assert!(comes_from_another_site(&Method::POST, &headers("sec-fetch-site", "same-site")));
        assert!(!comes_from_another_site(&Method::POST, &headers("sec-fetch-site", "same-origin")));
        assert!(!comes_from_another_site(&Method::POST, &HeaderMap::new()));
    }
}
