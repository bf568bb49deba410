//! The names the zone knows. The domains stand under a real top-level domain, for the verifier rightly refuses
//! reserved ones such as `.test`; they mean something only to whoever asks this zone.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use hickory_proto::rr::rdata::{A, AAAA, MX, SOA};
use hickory_proto::rr::{Name, RData, Record, RecordType};

/// A domain that takes mail.
pub const GOOD: &str = "cauce-good.dev";
/// A domain that says it takes no mail: a null MX (RFC 7505).
pub const DEAD: &str = "cauce-dead.dev";
/// A domain that takes mail for an hour; for the verifier's list of disposable domains.
pub const DISPOSABLE: &str = "cauce-disposable.dev";

/// Mail providers whose domains pass, so that a newcomer's own address does. Their hosts lead to the demo's mailbox.
pub(crate) const PROVIDERS: [(&str, &str); 5] = [
    ("gmail.com", "gmail-smtp-in.l.google.com"),
    ("icloud.com", "mx01.mail.icloud.com"),
    ("outlook.com", "outlook-com.olc.protection.outlook.com"),
    ("proton.me", "mail.protonmail.ch"),
    ("yahoo.com", "mta5.am0.yahoodns.net"),
];

const TTL: u32 = 60;

/// What there is to say about a name.
#[derive(Debug)]
pub(crate) enum Found {
    /// The name has records of this type.
    Records(Vec<Record>),
    /// The name exists, but not with this type.
    NoRecords(Record),
    /// No such name.
    NoName(Record),
}

/// Every name with its records; keys are lower case with a dot at the end.
pub(crate) struct Zone {
    names: BTreeMap<String, Vec<RData>>,
    apexes: Vec<Name>,
}

impl Zone {
    /// The demo's names; mail hosts are at `mail_host`.
    pub(crate) fn new(mail_host: IpAddr) -> Self {
        let mut zone = Self { names: BTreeMap::new(), apexes: Vec::new() };
        let mail_host = match mail_host {
            ip if ip.is_unspecified() => RData::A(A(Ipv4Addr::LOCALHOST)),
            IpAddr::V4(ip) => RData::A(A(ip)),
            IpAddr::V6(ip) => RData::AAAA(AAAA(ip)),
        };
        for domain in [GOOD, DISPOSABLE] {
            let host = format!("mail.{domain}");
            zone.add(domain, mail_host.clone());
            zone.add_mail(domain, 10, &host);
            zone.add(&host, mail_host.clone());
        }
        zone.add(DEAD, mail_host.clone());
        zone.add_mail(DEAD, 0, ".");
        for (domain, host) in PROVIDERS {
            zone.add_mail(domain, 5, host);
            zone.add(host, mail_host.clone());
        }
        for domain in [GOOD, DEAD, DISPOSABLE].into_iter().chain(PROVIDERS.map(|(domain, _)| domain)) {
            zone.add_authority(domain);
        }
        zone
    }

    /// The records of a name; letters of either case mean the same (RFC 4343).
    pub(crate) fn look_up(&self, name: &Name, kind: RecordType) -> Found {
        let Some(all) = self.names.get(&key(name)) else { return Found::NoName(self.authority(name)) };
        let records: Vec<Record> = all
            .iter()
            .filter(|data| kind == RecordType::ANY || data.record_type() == kind)
            .map(|data| Record::from_rdata(name.clone(), TTL, data.clone()))
            .collect();
        if records.is_empty() { Found::NoRecords(self.authority(name)) } else { Found::Records(records) }
    }

    fn add(&mut self, name: &str, data: RData) {
        self.names.entry(key(&absolute(name))).or_default().push(data);
    }

    fn add_mail(&mut self, domain: &str, preference: u16, host: &str) {
        self.add(domain, RData::MX(MX::new(preference, absolute(host))));
    }

    fn add_authority(&mut self, domain: &str) {
        let apex = absolute(domain);
        self.add(domain, RData::SOA(authority_data(&apex)));
        self.apexes.push(apex);
    }

    /// The SOA that goes with "no": resolvers keep the answer as long as it says (RFC 2308).
    fn authority(&self, name: &Name) -> Record {
        let apex = self.apexes.iter().find(|apex| apex.zone_of(name)).cloned().unwrap_or_else(Name::root);
        let data = authority_data(&apex);
        Record::from_rdata(apex, TTL, RData::SOA(data))
    }
}

fn authority_data(apex: &Name) -> SOA {
    SOA::new(apex.clone(), apex.clone(), 1, 3600, 600, 86_400, TTL)
}

fn absolute(name: &str) -> Name {
    let mut name = Name::from_ascii(name).expect("the zone's own names are well formed");
    name.set_fqdn(true);
    name
}

fn key(name: &Name) -> String {
    let mut key = name.to_ascii().to_ascii_lowercase();
    if !key.ends_with('.') {
        key.push('.');
    }
    key
}
