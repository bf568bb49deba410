//! DNS: addresses and mail hosts of names, with the three ways to have no answer kept apart.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use tokio::time::timeout;

use crate::Error;

/// How long a look-up may take in all.
const WHOLE: Duration = Duration::from_secs(5);
/// How long one question to one server may take before it is asked again.
const ATTEMPT: Duration = Duration::from_secs(2);
/// How many answers are kept.
const CACHE: u64 = 1024;

/// Whom to ask. The operator chooses this, so it is not guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResolverSetting {
    /// The servers and the hosts file of this machine.
    #[default]
    System,
    /// One server, over UDP and, for long answers, TCP; the hosts file is not read.
    Server(SocketAddr),
}

/// A host that takes mail for a domain (RFC 5321 section 5.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mx {
    /// Lower is tried first.
    pub preference: u16,
    /// The host in lower-case ASCII without the last dot; empty for a null MX (RFC 7505).
    pub exchange: String,
}

/// Why a look-up has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ResolveError {
    /// DNS says that the name does not exist (NXDOMAIN).
    #[error("the name `{name}` does not exist")]
    NoDomain {
        /// The name asked for.
        name: String,
    },
    /// The name exists, without records of the kind asked for.
    #[error("the name `{name}` has no {wanted}")]
    NoRecords {
        /// The name asked for.
        name: String,
        /// What was asked for, for example `address`.
        wanted: &'static str,
    },
    /// It could not be found out: time-out, SERVFAIL, REFUSED or a broken answer. It may work later.
    #[error("the name `{name}` could not be looked up")]
    Temporary {
        /// The name asked for.
        name: String,
        /// What the resolver said.
        #[source]
        source: Box<NetError>,
    },
    /// This is no name that DNS could know.
    #[error("`{name}` is not a host name")]
    Name {
        /// The text that was given.
        name: String,
    },
}

/// A caching DNS client. Cheap to clone; clones share the cache.
#[derive(Clone)]
pub struct Resolver {
    inner: TokioResolver,
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Resolver").finish_non_exhaustive()
    }
}

impl Resolver {
    /// A resolver that asks whom the setting names. Asks nothing yet.
    pub fn new(setting: ResolverSetting) -> Result<Self, Error> {
        let (config, mut options) = match setting {
            ResolverSetting::Server(server) => one_server(server),
            ResolverSetting::System => system(),
        };
        options.timeout = ATTEMPT;
        options.attempts = 2;
        options.cache_size = CACHE;
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        *builder.options_mut() = options;
        let inner = builder.build().map_err(|source| Error::Resolver(Box::new(source)))?;
        Ok(Self { inner })
    }

    /// The addresses of a host, IPv4 first. IP literals and `localhost` are answered without a question.
    pub async fn lookup_ip(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
        if let Ok(ip) = host.parse::<IpAddr>() {
            return Ok(vec![ip]);
        }
        if is_localhost(host) {
            return Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]);
        }
        let name = to_name(host)?;
        let (v4, v6) =
            tokio::join!(self.ask(name.clone(), RecordType::A, host), self.ask(name, RecordType::AAAA, host));
        join_addresses(v4, v6)
    }

    /// The mail hosts of a domain, the preferred first. A null MX is one entry with an empty exchange.
    ///
    /// Falling back to the domain's own address (RFC 5321 section 5.1) is the caller's to decide.
    pub async fn lookup_mx(&self, domain: &str) -> Result<Vec<Mx>, ResolveError> {
        if domain.parse::<IpAddr>().is_ok() {
            return Err(ResolveError::Name { name: domain.to_owned() });
        }
        let mut name = to_name(domain)?;
        name.set_fqdn(true);
        let found = self.ask(name, RecordType::MX, domain).await?;
        let mut hosts: Vec<Mx> = found
            .into_iter()
            .filter_map(|record| match record {
                RData::MX(mx) => Some(Mx {
                    preference: mx.preference,
                    exchange: mx.exchange.to_ascii().trim_end_matches('.').to_ascii_lowercase(),
                }),
                _ => None,
            })
            .collect();
        hosts.sort();
        Ok(hosts)
    }

    /// The records of one kind, never none of them.
    async fn ask(&self, name: Name, kind: RecordType, shown: &str) -> Result<Vec<RData>, ResolveError> {
        let lookup = timeout(WHOLE, self.inner.lookup(name, kind)).await.unwrap_or(Err(NetError::Timeout));
        let wanted = if kind == RecordType::MX { "mail host" } else { "address" };
        let no_records = || ResolveError::NoRecords { name: shown.to_owned(), wanted };
        match lookup {
            Ok(lookup) => {
                let records: Vec<RData> = lookup
                    .answers()
                    .iter()
                    .filter(|record| record.record_type() == kind)
                    .map(|record| record.data.clone())
                    .collect();
                if records.is_empty() { Err(no_records()) } else { Ok(records) }
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) => match none.response_code {
                ResponseCode::NXDomain => Err(ResolveError::NoDomain { name: shown.to_owned() }),
                ResponseCode::NoError => Err(no_records()),
                code => Err(temporary(shown, NetError::Dns(DnsError::ResponseCode(code)))),
            },
            Err(source) => Err(temporary(shown, source)),
        }
    }
}

fn temporary(name: &str, source: NetError) -> ResolveError {
    ResolveError::Temporary { name: name.to_owned(), source: Box::new(source) }
}

/// Both families as one answer. One family's trouble does not hide the other's addresses, and
/// "does not exist" is only said when neither family is in doubt.
fn join_addresses(
    v4: Result<Vec<RData>, ResolveError>,
    v6: Result<Vec<RData>, ResolveError>,
) -> Result<Vec<IpAddr>, ResolveError> {
    match (v4, v6) {
        (Err(first @ ResolveError::Temporary { .. }), Err(_)) => Err(first),
        (Err(_), Err(second @ ResolveError::Temporary { .. })) => Err(second),
        (Err(first @ ResolveError::NoDomain { .. }), Err(_)) => Err(first),
        (Err(_), Err(second)) => Err(second),
        (v4, v6) => Ok(v4.into_iter().chain(v6).flatten().filter_map(|record| record.ip_addr()).collect()),
    }
}

fn is_localhost(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// The name to ask for. A name with a dot is taken as whole, so the machine's search list can turn
/// only single words into other names.
fn to_name(host: &str) -> Result<Name, ResolveError> {
    let wrong = || ResolveError::Name { name: host.to_owned() };
    let odd = |symbol: char| symbol.is_ascii() && !(symbol.is_ascii_alphanumeric() || "-_.".contains(symbol));
    if host.is_empty() || host.len() > 253 || host.chars().any(odd) {
        return Err(wrong());
    }
    let mut name = Name::from_utf8(host).map_err(|_| wrong())?;
    if host.contains('.') {
        name.set_fqdn(true);
    }
    Ok(name)
}

fn one_server(server: SocketAddr) -> (ResolverConfig, ResolverOpts) {
    let mut name_server = NameServerConfig::udp_and_tcp(server.ip());
    for connection in &mut name_server.connections {
        connection.port = server.port();
    }
    let mut options = ResolverOpts::default();
    options.use_hosts_file = ResolveHosts::Never;
    (ResolverConfig::from_name_servers(vec![name_server]), options)
}

/// The machine's own setting; without one, a server on this machine is asked, as the C library does.
fn system() -> (ResolverConfig, ResolverOpts) {
    match hickory_resolver::system_conf::read_system_conf() {
        Ok((config, options)) if !config.name_servers().is_empty() => (config, options),
        Ok((_, options)) => (one_server(SocketAddr::from((Ipv4Addr::LOCALHOST, 53))).0, options),
        Err(error) => {
            tracing::warn!(%error, "the machine's DNS setting cannot be read; 127.0.0.1:53 is asked");
            (one_server(SocketAddr::from((Ipv4Addr::LOCALHOST, 53))).0, ResolverOpts::default())
        }
    }
}
