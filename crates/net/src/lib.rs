//! The one way out of Cauce: every connection to a host that a user named is opened here.
//!
//! - [`Policy`] judges addresses: only globally routable ones, and what the operator allowed ([`Allow`]).
//! - [`Resolver`] asks DNS and keeps "no such name", "no such records" and "could not find out" apart.
//! - [`Dialer`] resolves, judges each address and dials the ones left, so what was judged is what is dialled.
//! - [`Tls`] puts rustls on a dialled stream.
//! - [`Http`] sends [`HttpRequest`]s through all of them, with [`Limits`] on how many run at once.
//!   An [`HttpError`] says whether anything may have been [`Sent`].
//!
//! This crate knows nothing of workflows, runs or secrets.

mod dial;
mod error;
pub mod guard;
mod http;
mod limits;
mod resolve;
mod tls;

pub use self::dial::{DialError, Dialer, Timeouts};
pub use self::error::Error;
pub use self::guard::{Allow, AllowError, Policy, Refusal};
pub use self::http::{Http, HttpError, HttpErrorKind, HttpRequest, HttpResponse, Phase, Sent, Stream};
pub use self::limits::Limits;
pub use self::resolve::{Mx, ResolveError, Resolver, ResolverSetting};
pub use self::tls::{Tls, TlsError};

pub use ::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
pub use bytes::Bytes;
pub use ipnet::IpNet;
pub use url::Url;
