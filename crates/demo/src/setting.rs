//! How the stand-ins are set up.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// The wished ports. A taken port is replaced by a free one; 0 is any free port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// The shop's page and API.
    pub shop: u16,
    /// The CRM's page and API.
    pub crm: u16,
    /// The mailbox's page and API.
    pub mailbox_page: u16,
    /// The mailbox's SMTP listener.
    pub smtp: u16,
    /// The DNS zone, UDP and TCP.
    pub dns: u16,
}

impl Ports {
    /// Any free ports.
    pub const FREE: Self = Self { shop: 0, crm: 0, mailbox_page: 0, smtp: 0, dns: 0 };
}

impl Default for Ports {
    fn default() -> Self {
        Self { shop: 8711, crm: 8712, mailbox_page: 8713, smtp: 8725, dns: 8753 }
    }
}

/// What [`crate::Demo::start`] needs to know.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The address all stand-ins listen on.
    pub listen: IpAddr,
    /// The wished ports.
    pub ports: Ports,
    /// The base address of Cauce on this machine (`http://127.0.0.1:8710`), to which the shop posts.
    pub hooks: String,
    /// The key of the shop's signature over its webhooks (HMAC-SHA256, hex); without one they are not signed.
    pub secret: Option<String>,
    /// The bearer token the CRM asks for.
    pub crm_token: String,
    /// How long the shop waits before each further attempt at a webhook; as many retries as entries.
    pub retries: Vec<Duration>,
    /// The present, in unix microseconds.
    pub clock: fn() -> i64,
}

impl Setting {
    /// Loopback, the usual ports, unsigned webhooks, four retries within half a minute.
    #[must_use]
    pub fn new(hooks: impl Into<String>, crm_token: impl Into<String>, clock: fn() -> i64) -> Self {
        Self {
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            ports: Ports::default(),
            hooks: hooks.into(),
            secret: None,
            crm_token: crm_token.into(),
            retries: [1, 3, 8, 20].map(Duration::from_secs).to_vec(),
            clock,
        }
    }
}
