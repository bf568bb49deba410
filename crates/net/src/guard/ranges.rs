//! The address ranges that are never dialled unless allowed, each with the document that sets it apart.
//!
//! Sources: the IANA special-purpose address registries for IPv4 and IPv6, and vendors' metadata services.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// A range of addresses with a use of its own.
#[derive(Debug)]
pub struct Range {
    /// The range.
    pub net: IpNet,
    /// What it is, for messages: "`ADDRESS` is not dialled: CLASS address".
    pub class: &'static str,
    /// Where the fact is written down.
    pub source: &'static str,
}

const fn v4(octets: [u8; 4], length: u8, class: &'static str, source: &'static str) -> Range {
    let [a, b, c, d] = octets;
    Range { net: IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), length), class, source }
}

const fn v6(start: [u16; 3], length: u8, class: &'static str, source: &'static str) -> Range {
    let [a, b, c] = start;
    let address = Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0);
    Range { net: IpNet::new_assert(IpAddr::V6(address), length), class, source }
}

const fn single_v6(address: Ipv6Addr, class: &'static str, source: &'static str) -> Range {
    Range { net: IpNet::new_assert(IpAddr::V6(address), 128), class, source }
}

/// The special ranges; the first that holds an address names its class, so narrow ones come first.
pub static SPECIAL: &[Range] = &[
    v4([169, 254, 169, 254], 32, "cloud metadata", "AWS, Azure and Google Cloud instance metadata"),
    v4([168, 63, 129, 16], 32, "cloud metadata", "Azure platform address 168.63.129.16"),
    v4([100, 100, 100, 200], 32, "cloud metadata", "Alibaba Cloud instance metadata"),
    v4([255, 255, 255, 255], 32, "broadcast", "RFC 8190, RFC 919"),
    v4([0, 0, 0, 0], 8, "unspecified", "RFC 791 section 3.2"),
    v4([10, 0, 0, 0], 8, "private", "RFC 1918"),
    v4([100, 64, 0, 0], 10, "shared (carrier-grade NAT)", "RFC 6598"),
    v4([127, 0, 0, 0], 8, "loopback", "RFC 1122 section 3.2.1.3"),
    v4([169, 254, 0, 0], 16, "link-local", "RFC 3927"),
    v4([172, 16, 0, 0], 12, "private", "RFC 1918"),
    v4([192, 0, 0, 0], 24, "protocol assignment", "RFC 6890 section 2.1"),
    v4([192, 0, 2, 0], 24, "documentation", "RFC 5737"),
    v4([192, 88, 99, 0], 24, "6to4 relay", "RFC 7526"),
    v4([192, 168, 0, 0], 16, "private", "RFC 1918"),
    v4([198, 18, 0, 0], 15, "benchmarking", "RFC 2544"),
    v4([198, 51, 100, 0], 24, "documentation", "RFC 5737"),
    v4([203, 0, 113, 0], 24, "documentation", "RFC 5737"),
    v4([224, 0, 0, 0], 4, "multicast", "RFC 5771"),
    v4([240, 0, 0, 0], 4, "reserved", "RFC 1112 section 4"),
    single_v6(Ipv6Addr::UNSPECIFIED, "unspecified", "RFC 4291 section 2.5.2"),
    single_v6(Ipv6Addr::LOCALHOST, "loopback", "RFC 4291 section 2.5.3"),
    v6([0, 0, 0], 96, "IPv4-compatible", "RFC 4291 section 2.5.5.1, deprecated"),
    v6([0x64, 0xff9b, 0], 96, "NAT64", "RFC 6052"),
    v6([0x64, 0xff9b, 1], 48, "NAT64", "RFC 8215"),
    v6([0x100, 0, 0], 64, "discard", "RFC 6666"),
    v6([0x2001, 0, 0], 32, "Teredo", "RFC 4380"),
    v6([0x2001, 0x10, 0], 28, "ORCHID", "RFC 4843"),
    v6([0x2001, 0x20, 0], 28, "ORCHID", "RFC 7343"),
    v6([0x2001, 0xdb8, 0], 32, "documentation", "RFC 3849"),
    v6([0x2001, 0, 0], 23, "protocol assignment", "RFC 2928"),
    v6([0x2002, 0, 0], 16, "6to4", "RFC 3056"),
    v6([0x3fff, 0, 0], 20, "documentation", "RFC 9637"),
    v6([0x5f00, 0, 0], 16, "segment routing", "RFC 9602"),
    v6([0xfc00, 0, 0], 7, "private", "RFC 4193"),
    v6([0xfe80, 0, 0], 10, "link-local", "RFC 4291 section 2.5.6"),
    v6([0xfec0, 0, 0], 10, "site-local", "RFC 3879, deprecated"),
    v6([0xff00, 0, 0], 8, "multicast", "RFC 4291 section 2.7"),
];
