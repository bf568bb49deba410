//! The port to DNS.

use std::net::IpAddr;

use async_trait::async_trait;

/// A host that takes mail for a domain (RFC 5321 section 5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mx {
    /// Lower is tried first.
    pub preference: u16,
    /// The host in lower-case ASCII without the last dot; empty for a null MX (RFC 7505).
    pub exchange: String,
}

/// Why there is no answer. The difference decides between "undeliverable" and "unknown".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// DNS says that the name does not exist (NXDOMAIN).
    #[error("the name does not exist")]
    NoDomain,
    /// The name exists without such records.
    #[error("the name has no such records")]
    NoRecords,
    /// It could not be found out, for this reason. It may work later.
    #[error("the name could not be looked up: {0}")]
    Temporary(String),
}

/// Looks names up. A name is lower-case ASCII without a last dot and has at least two labels.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// The MX records, in any order; never none of them.
    async fn mx(&self, domain: &str) -> Result<Vec<Mx>, ResolveError>;

    /// The addresses of both families; never none of them.
    async fn ip(&self, domain: &str) -> Result<Vec<IpAddr>, ResolveError>;
}
