//! What can go wrong while the stand-ins start.

use std::io;
use std::net::SocketAddr;

/// Why the stand-ins did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither the wished nor any free port could be taken.
    #[error("the demo's {what} cannot listen on `{address}`")]
    Bind {
        /// Which stand-in.
        what: &'static str,
        /// The address that was tried last.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The shop posts to this machine only.
    #[error("the demo's shop cannot post to `{0}`: not an http address of this machine")]
    Hooks(String),
    /// An empty token would let everybody in.
    #[error("the demo's CRM needs a token, and the one given is empty")]
    EmptyToken,
}
