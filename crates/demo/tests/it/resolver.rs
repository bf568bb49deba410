//! The zone as the resolver of the engine sees it.

use cauce_demo::{DEAD, Demo, GOOD};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;

use crate::{demo, soon};

fn resolver(demo: &Demo) -> TokioResolver {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = demo.dns.port();
        connection
    });
    let server = NameServerConfig::new(demo.dns.ip(), true, connections.to_vec());
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()).build().unwrap()
}

#[tokio::test]
async fn a_resolver_finds_mail_hosts_and_understands_every_kind_of_no() {
    let demo = demo().await;
    let resolver = resolver(&demo);
    for (name, expected) in
        [(GOOD, "10 mail.cauce-good.dev."), (DEAD, "0 ."), ("yahoo.com", "5 mta5.am0.yahoodns.net.")]
    {
        let found = soon(resolver.mx_lookup(format!("{name}."))).await.unwrap();
        let exchanges: Vec<String> = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::MX(mx) => Some(format!("{} {}", mx.preference, mx.exchange)),
                _ => None,
            })
            .collect();
        assert_eq!(exchanges, [expected], "{name}");
    }
    let host = soon(resolver.lookup_ip("mail.cauce-good.dev.")).await.unwrap();
    assert_eq!(host.iter().collect::<Vec<_>>(), [demo.smtp.ip()]);
    let nowhere = soon(resolver.mx_lookup("cauce-nowhere.dev.")).await.unwrap_err();
    assert!(nowhere.is_nx_domain(), "{nowhere}");
    let other_kind = soon(resolver.ipv6_lookup("mail.cauce-good.dev.")).await.unwrap_err();
    assert!(other_kind.is_no_records_found() && !other_kind.is_nx_domain(), "{other_kind}");
    demo.stop().await;
}
