//! The verifier's DNS port over the one way out.

use std::net::IpAddr;

use async_trait::async_trait;
use cauce_net::Resolver;
use cauce_verify::{Mx, Resolve, ResolveError};

/// DNS for mail domains.
#[derive(Clone, Debug)]
pub struct NetDns {
    resolver: Resolver,
}

impl NetDns {
    /// Asks this resolver.
    #[must_use]
    pub const fn new(resolver: Resolver) -> Self {
        Self { resolver }
    }
}

fn translated(error: cauce_net::ResolveError) -> ResolveError {
    match error {
        cauce_net::ResolveError::NoDomain { .. } => ResolveError::NoDomain,
        cauce_net::ResolveError::NoRecords { .. } => ResolveError::NoRecords,
        other => ResolveError::Temporary(other.to_string()),
    }
}

#[async_trait]
impl Resolve for NetDns {
    async fn mx(&self, domain: &str) -> Result<Vec<Mx>, ResolveError> {
        let found = self.resolver.lookup_mx(domain).await.map_err(translated)?;
        Ok(found.into_iter().map(|mx| Mx { preference: mx.preference, exchange: mx.exchange }).collect())
    }

    async fn ip(&self, domain: &str) -> Result<Vec<IpAddr>, ResolveError> {
        self.resolver.lookup_ip(domain).await.map_err(translated)
    }
}
