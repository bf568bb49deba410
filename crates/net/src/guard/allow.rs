//! A network that the operator opens, as written after `--allow-net`.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;

/// A network that may be dialled although the default refuses it, on all ports or on some.
///
/// Written `127.0.0.0/8`, `127.0.0.1`, `127.0.0.1:2525`, `10.0.0.0/8:80,443`, `[::1]:25` or `fd00::/8:25`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// The network.
    pub net: IpNet,
    /// The ports; `None` for all of them.
    pub ports: Option<Vec<u16>>,
}

impl Allow {
    /// Whether the address on this port is in what is allowed.
    pub fn covers(&self, ip: IpAddr, port: u16) -> bool {
        self.net.contains(&ip) && self.ports.as_ref().is_none_or(|ports| ports.contains(&port))
    }
}

impl From<IpNet> for Allow {
    fn from(net: IpNet) -> Self {
        Self { net, ports: None }
    }
}

/// Text that does not name a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a network: {reason}")]
pub struct AllowError {
    /// What was written.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl AllowError {
    /// The next step for the person who reads the message.
    pub fn hint(&self) -> &'static str {
        "write a CIDR such as `10.0.0.0/8`, with ports if you like: `127.0.0.1/32:2525`"
    }
}

impl FromStr for Allow {
    type Err = AllowError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = |reason| AllowError { text: text.to_owned(), reason };
        match text.split_once('/') {
            Some((address, rest)) => {
                let address = address.trim_matches(['[', ']']);
                let ip: IpAddr = address.parse().map_err(|_| fail("no IP address before the `/`"))?;
                let (length, ports) = match rest.split_once(':') {
                    Some((length, ports)) => (length, Some(read_ports(ports).map_err(fail)?)),
                    None => (rest, None),
                };
                let length = length.parse().map_err(|_| fail("no prefix length after the `/`"))?;
                let net = IpNet::new(ip, length).map_err(|_| fail("the prefix length is too long"))?;
                if net.trunc() != net {
                    return Err(fail("the address has bits set after the prefix"));
                }
                Ok(Self { net, ports })
            }
            None => {
                if let Ok(address) = text.parse::<SocketAddr>() {
                    return Ok(Self { net: address.ip().into(), ports: Some(vec![address.port()]) });
                }
                let ip: IpAddr =
                    text.trim_matches(['[', ']']).parse().map_err(|_| fail("it is no IP address"))?;
                Ok(Self::from(IpNet::from(ip)))
            }
        }
    }
}

fn read_ports(text: &str) -> Result<Vec<u16>, &'static str> {
    text.split(',').map(|port| port.parse().map_err(|_| "a port is a number from 0 to 65535")).collect()
}

impl fmt::Display for Allow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.net)?;
        for (index, port) in self.ports.iter().flatten().enumerate() {
            write!(out, "{}{port}", if index == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_and_ports_are_read_from_text_and_written_back() {
        for (text, written) in [
            ("127.0.0.0/8", "127.0.0.0/8"),
            ("127.0.0.1", "127.0.0.1/32"),
            ("127.0.0.1:2525", "127.0.0.1/32:2525"),
            ("127.0.0.1/32:2525", "127.0.0.1/32:2525"),
            ("10.0.0.0/8:80,443", "10.0.0.0/8:80,443"),
            ("::1", "::1/128"),
            ("[::1]", "::1/128"),
            ("[::1]:25", "::1/128:25"),
            ("fd00::/8:25", "fd00::/8:25"),
            ("[fd00::]/8", "fd00::/8"),
        ] {
            assert_eq!(
                text.parse::<Allow>().map(|allow| allow.to_string()).as_deref(),
                Ok(written),
                "{text}"
            );
        }
    }

    #[test]
    fn text_that_names_no_network_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "it is no IP address"),
            ("localhost", "it is no IP address"),
            ("0177.0.0.1", "it is no IP address"),
            ("x/8", "no IP address before the `/`"),
            ("127.0.0.0/x", "no prefix length after the `/`"),
            ("127.0.0.0/33", "the prefix length is too long"),
            ("127.0.0.1/8", "the address has bits set after the prefix"),
            ("127.0.0.1/32:70000", "a port is a number from 0 to 65535"),
            ("127.0.0.1/32:", "a port is a number from 0 to 65535"),
        ] {
            assert_eq!(text.parse::<Allow>().map_err(|error| error.reason), Err(reason), "{text}");
        }
    }
}
