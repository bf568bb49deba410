//! Guarded dialling: resolve, judge every address, dial the ones left.

use std::io;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::{Policy, Refusal, ResolveError, Resolver};

/// How long the steps before the first byte may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// From the first dialled address to an open connection, all addresses together.
    pub connect: Duration,
    /// The TLS handshake.
    pub tls: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), tls: Duration::from_secs(10) }
    }
}

/// Why no connection was opened. Whatever it is, nothing was sent.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DialError {
    /// The policy lets none of the host's addresses out.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The host has no address, or it could not be found out.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// No address took the connection.
    #[error("no connection to `{host}:{port}` at {address}")]
    Connect {
        /// The host as it was named.
        host: String,
        /// The port.
        port: u16,
        /// The address that was tried last.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: Arc<io::Error>,
    },
    /// The connection was not open in time.
    #[error("no connection to `{host}:{port}` within {} s", after.as_secs_f32())]
    Timeout {
        /// The host as it was named.
        host: String,
        /// The port.
        port: u16,
        /// The time that was given.
        after: Duration,
    },
}

/// Opens connections to hosts that users name. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Dialer {
    policy: Arc<Policy>,
    resolver: Resolver,
    timeouts: Timeouts,
}

impl Dialer {
    /// A dialler under this policy with the default time-outs.
    pub fn new(policy: Policy, resolver: Resolver) -> Self {
        Self { policy: Arc::new(policy), resolver, timeouts: Timeouts::default() }
    }

    /// The dialler with other time-outs.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// The policy it judges by.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The resolver it asks.
    pub fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// Its time-outs.
    pub fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    /// The addresses of the host that may be dialled, in the order to try them; never none.
    pub async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, DialError> {
        let found = match literal(host, port) {
            Some(address) => vec![address],
            None => {
                let ips = self.resolver.lookup_ip(host).await?;
                ips.into_iter().map(|ip| SocketAddr::new(ip, port)).collect()
            }
        };
        let mut allowed = Vec::new();
        let mut refused = None;
        for address in found {
            match self.policy.judge(address) {
                Ok(()) => allowed.push(address),
                Err(refusal) => {
                    refused.get_or_insert(refusal);
                }
            }
        }
        match refused {
            Some(refusal) if allowed.is_empty() => Err(refusal.into()),
            _ => Ok(allowed),
        }
    }

    /// An open connection to the host, without Nagle's delay.
    ///
    /// `host` is a name, an IPv4 address or an IPv6 address, which may stand in brackets and carry a
    /// numeric zone. Anything that is no canonical address is a name and goes through DNS, so odd
    /// spellings such as `0x7f.1` are judged by what DNS answers, or not found.
    pub async fn dial(&self, host: &str, port: u16) -> Result<TcpStream, DialError> {
        let addresses = self.addresses(host, port).await?;
        let whole = self.timeouts.connect;
        let too_late = || DialError::Timeout { host: host.to_owned(), port, after: whole };
        let stream = timeout(whole, try_all(&addresses, whole)).await.map_err(|_| too_late())?;
        match stream {
            Ok(stream) => Ok(stream),
            Err((_, error)) if error.kind() == io::ErrorKind::TimedOut => Err(too_late()),
            Err((address, error)) => {
                Err(DialError::Connect { host: host.to_owned(), port, address, source: Arc::new(error) })
            }
        }
    }
}

/// The first address that takes a connection. Each gets an even share of the time, so one that
/// swallows packets does not use up the others'.
async fn try_all(addresses: &[SocketAddr], whole: Duration) -> Result<TcpStream, (SocketAddr, io::Error)> {
    let share = whole / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
    let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let mut last = (nowhere, io::Error::new(io::ErrorKind::AddrNotAvailable, "the host has no address"));
    for &address in addresses {
        let attempt = timeout(share, TcpStream::connect(address)).await;
        match attempt.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(stream) => match stream.set_nodelay(true) {
                Ok(()) => return Ok(stream),
                Err(error) => last = (address, error),
            },
            Err(error) => last = (address, error),
        }
    }
    Err(last)
}

/// The address that the host text spells, if it is a canonical one.
fn literal(host: &str, port: u16) -> Option<SocketAddr> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Some(SocketAddr::new(ip, port));
    }
    let (address, zone) = bare.split_once('%')?;
    let ip = address.parse().ok()?;
    // A zone by name would need the system's interface table; 0 makes the dial fail for link-local.
    Some(SocketAddrV6::new(ip, port, 0, zone.parse().unwrap_or(0)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_addresses_are_literals() {
        for host in ["127.0.0.1", "::1", "[::1]", "[fe80::1%2]", "fe80::1%eth0"] {
            assert!(literal(host, 80).is_some(), "{host}");
        }
        for host in ["0x7f.1", "2130706433", "0177.0.0.1", "127.1", "127.0.0.1.", "[127.0.0.1", "localhost"] {
            assert_eq!(literal(host, 80), None, "{host}");
        }
    }

    #[test]
    fn a_zone_does_not_hide_a_link_local_address() {
        let address = literal("[fe80::1%25]", 80).unwrap();
        assert_eq!(Policy::default().judge(address).map_err(|refusal| refusal.class), Err("link-local"));
    }
}
