//! The mail hosts of a domain.

use std::net::IpAddr;

use crate::{DnsCheck, DnsStatus, Mx, MxHost, Reason, Resolve, ResolveError, special};

/// What asking DNS came to.
pub(crate) struct Mail {
    /// What it found, for the result.
    pub check: DnsCheck,
    /// What speaks against the domain; `None` when there is somewhere to deliver to.
    pub against: Option<Reason>,
    /// What was asked and what was said, in order.
    pub said: Vec<(String, String)>,
}

/// Asks for the mail hosts and, without any, for the domain's own addresses (RFC 5321 section 5.1).
pub(crate) async fn mail_hosts(domain: &str, resolver: &dyn Resolve) -> Mail {
    let asked = format!("MX {domain}");
    match resolver.mx(domain).await {
        Ok(hosts) if hosts.is_empty() => own_addresses(domain, resolver, vec![(asked, "none".into())]).await,
        Ok(hosts) => with_hosts(asked, hosts),
        Err(ResolveError::NoRecords) => {
            own_addresses(domain, resolver, vec![(asked, "no MX records".into())]).await
        }
        Err(error) => failed(&error, DnsCheck::default(), vec![(asked, error.to_string())]),
    }
}

fn with_hosts(asked: String, mut hosts: Vec<Mx>) -> Mail {
    hosts.sort_by(|one, other| (one.preference, &one.exchange).cmp(&(other.preference, &other.exchange)));
    let answer: Vec<String> = hosts.iter().map(|mx| format!("{} {}.", mx.preference, mx.exchange)).collect();
    let null_mx = hosts.iter().all(|mx| mx.exchange.is_empty());
    let unroutable = hosts.iter().all(|mx| is_unroutable(&mx.exchange));
    let against = match (null_mx, unroutable) {
        (true, _) => Some(Reason::NullMx),
        (false, true) => Some(Reason::UnroutableMx),
        (false, false) => None,
    };
    let status = if against.is_none() { DnsStatus::Ok } else { DnsStatus::NoMailHost };
    let mx = hosts.into_iter().map(|mx| MxHost { preference: mx.preference, host: mx.exchange }).collect();
    Mail {
        check: DnsCheck {
            status: Some(status),
            mx: Some(mx),
            implicit_mx: Some(false),
            null_mx: Some(null_mx),
            ..DnsCheck::default()
        },
        against,
        said: vec![(asked, answer.join(", "))],
    }
}

/// A mail host that no server of the internet can reach: no name, an address in place of a name (which
/// RFC 5321 section 5.1 does not allow), or a name set apart.
fn is_unroutable(exchange: &str) -> bool {
    exchange.is_empty() || exchange.parse::<IpAddr>().is_ok() || special::is_special_use(exchange)
}

async fn own_addresses(domain: &str, resolver: &dyn Resolve, mut said: Vec<(String, String)>) -> Mail {
    let asked = format!("A, AAAA {domain}");
    let none = DnsCheck { mx: Some(Vec::new()), null_mx: Some(false), ..DnsCheck::default() };
    match resolver.ip(domain).await {
        Ok(ips) if !ips.is_empty() => {
            let texts = |v4| ips.iter().filter(|ip| ip.is_ipv4() == v4).map(ToString::to_string).collect();
            let (a, aaaa): (Vec<String>, Vec<String>) = (texts(true), texts(false));
            said.push((asked, [a.clone(), aaaa.clone()].concat().join(", ")));
            let check = DnsCheck {
                status: Some(DnsStatus::Ok),
                implicit_mx: Some(true),
                a: Some(a),
                aaaa: Some(aaaa),
                ..none
            };
            Mail { check, against: None, said }
        }
        Ok(_) => no_addresses(none, asked, said),
        Err(ResolveError::NoRecords) => no_addresses(none, asked, said),
        Err(error) => {
            said.push((asked, error.to_string()));
            failed(&error, none, said)
        }
    }
}

fn no_addresses(none: DnsCheck, asked: String, mut said: Vec<(String, String)>) -> Mail {
    said.push((asked, "no addresses".to_owned()));
    let check = DnsCheck {
        status: Some(DnsStatus::NoMailHost),
        implicit_mx: Some(false),
        a: Some(Vec::new()),
        aaaa: Some(Vec::new()),
        ..none
    };
    Mail { check, against: Some(Reason::DomainNoMailHost), said }
}

fn failed(error: &ResolveError, check: DnsCheck, said: Vec<(String, String)>) -> Mail {
    let (status, reason) = match error {
        ResolveError::NoDomain => (DnsStatus::Nxdomain, Reason::DomainNxdomain),
        ResolveError::NoRecords => (DnsStatus::NoMailHost, Reason::DomainNoMailHost),
        ResolveError::Temporary(_) => (DnsStatus::TemporaryError, Reason::DnsTemporaryError),
    };
    Mail { check: DnsCheck { status: Some(status), ..check }, against: Some(reason), said }
}

/// Mail services by the ends of their hosts' names.
static PROVIDERS: &[(&str, &str)] = &[
    ("amazonaws.com", "amazon"),
    ("barracudanetworks.com", "barracuda"),
    ("google.com", "google"),
    ("googlemail.com", "google"),
    ("icloud.com", "apple"),
    ("kundenserver.de", "ionos"),
    ("mail.ru", "mail_ru"),
    ("mailgun.org", "mailgun"),
    ("messagingengine.com", "fastmail"),
    ("mimecast.com", "mimecast"),
    ("mx.microsoft", "microsoft"),
    ("outlook.com", "microsoft"),
    ("ovh.net", "ovh"),
    ("pphosted.com", "proofpoint"),
    ("protonmail.ch", "proton"),
    ("qq.com", "tencent"),
    ("secureserver.net", "godaddy"),
    ("sendgrid.net", "sendgrid"),
    ("yahoodns.net", "yahoo"),
    ("yandex.net", "yandex"),
    ("yandex.ru", "yandex"),
    ("zoho.com", "zoho"),
    ("zoho.eu", "zoho"),
];

/// Whose mail service the preferred host belongs to, where that is known.
pub(crate) fn provider(hosts: &[MxHost]) -> Option<&'static str> {
    let host = &hosts.first()?.host;
    PROVIDERS.iter().find_map(|(end, provider)| {
        host.strip_suffix(end)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
            .then_some(*provider)
    })
}
