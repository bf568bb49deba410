//! Why a request has no response, and whether it may have arrived all the same.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::{DialError, Refusal, ResolveError, TlsError};

/// Whether the other side may have seen a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It failed before the first byte could leave: trying again cannot do a thing twice.
    No,
    /// A byte may have left, or a redirect was already followed.
    Maybe,
}

/// How far an exchange had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Waiting for a slot, DNS, the connection or TLS.
    Connect,
    /// The request was handed to a connection; no head of a response yet.
    Response,
    /// The head is there, the body not whole.
    Body,
}

impl Phase {
    fn waited_for(self) -> &'static str {
        match self {
            Self::Connect => "connection",
            Self::Response => "response",
            Self::Body => "whole response",
        }
    }
}

/// A request without a response.
#[derive(Debug)]
pub struct HttpError {
    /// Whether the other side may have seen the request.
    pub sent: Sent,
    /// What went wrong.
    pub kind: Box<HttpErrorKind>,
}

impl fmt::Display for HttpError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(out)
    }
}

/// The kind is this error's own text, so its cause is this error's cause.
impl Error for HttpError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.kind.source()
    }
}

impl HttpError {
    /// The next step for the person who reads the message, where there is one.
    pub fn hint(&self) -> Option<String> {
        match self.kind.as_ref() {
            HttpErrorKind::Refused(refusal) => Some(refusal.hint()),
            HttpErrorKind::Url { .. } => Some("write the whole URL, for example `https://host/path`".into()),
            HttpErrorKind::BodyTooLarge { .. } => Some("ask for less, for example with paging".into()),
            _ => None,
        }
    }
}

/// What went wrong with a request.
#[derive(Debug, thiserror::Error)]
pub enum HttpErrorKind {
    /// The URL, or the one a redirect names, cannot be requested.
    #[error("the URL cannot be requested: {reason}")]
    Url {
        /// What is wrong with it; the URL itself may carry secrets and is not repeated.
        reason: String,
    },
    /// A header that the client sets itself, because a wrong one would garble the connection.
    #[error("the header `{name}` cannot be given: it is set from the URL and the body")]
    Header {
        /// The header's name.
        name: String,
    },
    /// The policy does not let the address out.
    #[error(transparent)]
    Refused(Refusal),
    /// The host has no address, or it could not be found out.
    #[error(transparent)]
    Resolve(ResolveError),
    /// The host did not take the connection.
    #[error(transparent)]
    Connect(DialError),
    /// No TLS with the host.
    #[error(transparent)]
    Tls(TlsError),
    /// The time given for the whole exchange was over.
    #[error("no {} within {} s", phase.waited_for(), after.as_secs_f32())]
    Timeout {
        /// How far it had come.
        phase: Phase,
        /// The time that was given.
        after: Duration,
    },
    /// The body of the response is larger than the request allows.
    #[error("the response is larger than {limit} bytes")]
    BodyTooLarge {
        /// The most bytes allowed.
        limit: usize,
    },
    /// Whoever asked for the body takes no more of it.
    #[error("nobody takes the rest of the response")]
    Unwanted,
    /// More redirects than the request allows.
    #[error("more than {limit} redirects")]
    TooManyRedirects {
        /// The most hops allowed.
        limit: u8,
    },
    /// The other side broke off, or did not speak HTTP.
    #[error("the exchange broke off")]
    Protocol {
        /// What hyper said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl From<DialError> for HttpErrorKind {
    fn from(error: DialError) -> Self {
        match error {
            DialError::Refused(refusal) => Self::Refused(refusal),
            DialError::Resolve(error) => Self::Resolve(error),
            DialError::Timeout { after, .. } => Self::Timeout { phase: Phase::Connect, after },
            error @ DialError::Connect { .. } => Self::Connect(error),
        }
    }
}

impl From<TlsError> for HttpErrorKind {
    fn from(error: TlsError) -> Self {
        match error {
            TlsError::Timeout { after, .. } => Self::Timeout { phase: Phase::Connect, after },
            error @ (TlsError::Name { .. } | TlsError::Handshake { .. }) => Self::Tls(error),
        }
    }
}
