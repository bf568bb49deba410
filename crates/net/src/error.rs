//! What can go wrong while the way out is built, before anything is dialled.

use hickory_resolver::net::NetError;

/// A failure to set up the resolver or TLS.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The resolver could not be built from its setting.
    #[error("the DNS resolver could not be set up")]
    Resolver(#[source] Box<NetError>),
    /// A certificate given as trusted is not one, or the TLS versions are not to be had.
    #[error("TLS could not be set up")]
    Tls(#[source] rustls::Error),
}
