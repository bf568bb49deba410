//! The address guard: which socket addresses may be dialled.

mod allow;
mod ranges;

pub use allow::{Allow, AllowError};
pub use ranges::{Range, SPECIAL};

use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// Which addresses may be dialled. The default refuses all that is not globally routable;
/// [`Policy::allow`] opens networks that the operator trusts.
///
/// Shape of the default: the ranges of [`SPECIAL`] are refused, and of IPv6 only `2000::/3`
/// (the part that IANA has given out as global unicast) is left.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    allowed: Vec<Allow>,
}

impl Policy {
    /// The policy with one more network allowed.
    #[must_use]
    pub fn allow(mut self, allow: impl Into<Allow>) -> Self {
        self.allowed.push(allow.into());
        self
    }

    /// What the operator allowed, in the order given.
    pub fn allowed(&self) -> &[Allow] {
        &self.allowed
    }

    /// Whether this address may be dialled.
    ///
    /// An IPv4-mapped IPv6 address is judged as the IPv4 address inside it, since that is what the
    /// kernel dials.
    pub fn judge(&self, address: SocketAddr) -> Result<(), Refusal> {
        let ip = address.ip().to_canonical();
        if self.allowed.iter().any(|allow| allow.covers(ip, address.port())) {
            return Ok(());
        }
        match class(ip) {
            None => Ok(()),
            Some(class) => Err(Refusal { address: SocketAddr::new(ip, address.port()), class }),
        }
    }
}

/// Why this address is not dialled by default, as a word such as `loopback`; `None` for a global one.
fn class(ip: IpAddr) -> Option<&'static str> {
    if let Some(range) = SPECIAL.iter().find(|range| range.net.contains(&ip)) {
        return Some(range.class);
    }
    match ip {
        IpAddr::V6(v6) if v6.segments().first().is_some_and(|first| first & 0xe000 != 0x2000) => {
            Some("not global unicast")
        }
        IpAddr::V4(_) | IpAddr::V6(_) => None,
    }
}

/// An address that the policy does not let out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The address as it was judged: IPv4-mapped addresses stand here as IPv4.
    pub address: SocketAddr,
    /// What the address is, for example `loopback`.
    pub class: &'static str,
}

impl Refusal {
    /// The next step for the person who reads the message.
    pub fn hint(&self) -> String {
        let ip = self.address.ip();
        let length = if ip.is_ipv4() { 32 } else { 128 };
        format!("if this host is yours and meant, start with `--allow-net {ip}/{length}`")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` is not dialled: {} address", self.address, self.class)
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(policy: &Policy, address: &str) -> Result<(), &'static str> {
        policy.judge(address.parse().unwrap()).map_err(|refusal| refusal.class)
    }

    #[test]
    fn a_refusal_names_the_address_its_class_and_the_way_to_allow_it() {
        let refusal = Policy::default().judge("[::ffff:127.0.0.1]:80".parse().unwrap()).unwrap_err();
        assert_eq!(refusal.to_string(), "`127.0.0.1:80` is not dialled: loopback address");
        assert_eq!(refusal.hint(), "if this host is yours and meant, start with `--allow-net 127.0.0.1/32`");
    }

    #[test]
    fn an_allowed_network_opens_only_itself() {
        let policy = Policy::default().allow("127.0.0.0/8".parse::<Allow>().unwrap());
        assert_eq!(judge(&policy, "127.9.9.9:25"), Ok(()));
        assert_eq!(judge(&policy, "[::ffff:127.0.0.1]:25"), Ok(()));
        assert_eq!(judge(&policy, "[::1]:25"), Err("loopback"));
        assert_eq!(judge(&policy, "10.0.0.1:25"), Err("private"));
    }

    #[test]
    fn an_allowed_port_opens_only_itself() {
        let policy = Policy::default().allow("127.0.0.1/32:2525".parse::<Allow>().unwrap());
        assert_eq!(judge(&policy, "127.0.0.1:2525"), Ok(()));
        assert_eq!(judge(&policy, "127.0.0.1:2526"), Err("loopback"));
    }

    #[test]
    fn ipv6_outside_the_global_unicast_part_is_refused() {
        for address in ["[4000::1]:80", "[1::1]:80", "[8000::1]:80"] {
            assert_eq!(judge(&Policy::default(), address), Err("not global unicast"), "{address}");
        }
        assert_eq!(judge(&Policy::default(), "[2a00:1450:4001::1]:443"), Ok(()));
    }
}
