//! DNS answers of every kind, from a server that speaks bytes.

use std::net::IpAddr;

use cauce_net::{Mx, ResolveError, Resolver, ResolverSetting};

use crate::fake::dns::{A, AAAA, Answer, Dns, MX, NO_ERROR, REFUSED, SERVFAIL};

fn ips(texts: &[&str]) -> Answer {
    Answer::Ips(texts.iter().map(|text| text.parse().unwrap()).collect())
}

async fn asking(table: Vec<(&'static str, u16, Answer)>) -> (Resolver, Dns) {
    let dns = Dns::start(table).await;
    (Resolver::new(ResolverSetting::Server(dns.address)).unwrap(), dns)
}

#[tokio::test]
async fn addresses_of_both_families_come_ipv4_first() {
    let (resolver, _dns) = asking(vec![
        ("shop.demo", A, ips(&["192.0.2.7", "192.0.2.8"])),
        ("shop.demo", AAAA, ips(&["2001:db8::7"])),
    ])
    .await;
    let found = resolver.lookup_ip("Shop.demo").await.unwrap();
    let mut v4: Vec<IpAddr> = found[..2].to_vec();
    v4.sort();
    assert_eq!(v4, ["192.0.2.7", "192.0.2.8"].map(|ip| ip.parse::<IpAddr>().unwrap()));
    assert_eq!(found[2..], ["2001:db8::7".parse::<IpAddr>().unwrap()]);
}

#[tokio::test]
async fn one_family_in_trouble_does_not_hide_the_other() {
    let (resolver, _dns) =
        asking(vec![("half.demo", A, ips(&["192.0.2.7"])), ("half.demo", AAAA, Answer::Code(SERVFAIL))])
            .await;
    let found = resolver.lookup_ip("half.demo").await.unwrap();
    assert_eq!(found, ["192.0.2.7".parse::<IpAddr>().unwrap()]);
}

#[tokio::test]
async fn literals_and_localhost_are_answered_without_a_question() {
    let (resolver, dns) = asking(vec![]).await;
    for (host, expected) in [
        ("192.0.2.1", "192.0.2.1"),
        ("::1", "::1"),
        ("localhost", "127.0.0.1"),
        ("a.LOCALHOST.", "127.0.0.1"),
    ] {
        let found = resolver.lookup_ip(host).await.unwrap();
        assert_eq!(found.first(), Some(&expected.parse::<IpAddr>().unwrap()), "{host}");
    }
    assert!(resolver.lookup_mx("192.0.2.1").await.is_err());
    assert_eq!(dns.asked(), []);
}

#[tokio::test]
async fn the_three_ways_to_have_no_address_stay_apart() {
    let (resolver, _dns) = asking(vec![
        ("empty.demo", A, Answer::Code(NO_ERROR)),
        ("empty.demo", AAAA, Answer::Code(NO_ERROR)),
        ("broken.demo", A, Answer::Code(SERVFAIL)),
        ("broken.demo", AAAA, Answer::Code(SERVFAIL)),
        ("doubt.demo", A, Answer::Code(NO_ERROR)),
        ("doubt.demo", AAAA, Answer::Code(SERVFAIL)),
        ("torn.demo", AAAA, Answer::Code(SERVFAIL)),
    ])
    .await;
    let error = |host| {
        let resolver = resolver.clone();
        async move { resolver.lookup_ip(host).await.unwrap_err() }
    };
    let missing = error("missing.demo").await;
    assert!(matches!(missing, ResolveError::NoDomain { .. }), "{missing:?}");
    assert_eq!(missing.to_string(), "the name `missing.demo` does not exist");
    let empty = error("empty.demo").await;
    assert!(matches!(empty, ResolveError::NoRecords { .. }), "{empty:?}");
    assert_eq!(empty.to_string(), "the name `empty.demo` has no address");
    for host in ["broken.demo", "doubt.demo", "torn.demo"] {
        let broken = error(host).await;
        assert!(matches!(broken, ResolveError::Temporary { .. }), "{broken:?}");
    }
}

#[tokio::test]
async fn the_ways_to_have_no_mail_host_stay_apart() {
    let (resolver, _dns) = asking(vec![
        ("empty.demo", MX, Answer::Code(NO_ERROR)),
        ("broken.demo", MX, Answer::Code(SERVFAIL)),
        ("refused.demo", MX, Answer::Code(REFUSED)),
    ])
    .await;
    let missing = resolver.lookup_mx("missing.demo").await.unwrap_err();
    assert!(matches!(missing, ResolveError::NoDomain { .. }), "{missing:?}");
    let empty = resolver.lookup_mx("empty.demo").await.unwrap_err();
    assert_eq!(empty.to_string(), "the name `empty.demo` has no mail host");
    for domain in ["broken.demo", "refused.demo"] {
        let error = resolver.lookup_mx(domain).await.unwrap_err();
        assert!(matches!(error, ResolveError::Temporary { .. }), "{domain}: {error:?}");
    }
}

#[tokio::test]
async fn mail_hosts_come_in_order_of_preference() {
    let hosts = vec![(20, "B.mail.demo"), (10, "z.mail.demo"), (10, "a.mail.demo")];
    let (resolver, _dns) = asking(vec![("shop.demo", MX, Answer::Mx(hosts))]).await;
    let found = resolver.lookup_mx("shop.demo").await.unwrap();
    let expected = [(10, "a.mail.demo"), (10, "z.mail.demo"), (20, "b.mail.demo")];
    assert_eq!(found, expected.map(|(preference, host)| Mx { preference, exchange: host.to_owned() }));
}

#[tokio::test]
async fn a_null_mx_is_one_host_without_a_name() {
    let (resolver, _dns) = asking(vec![("nomail.demo", MX, Answer::Mx(vec![(0, "")]))]).await;
    let found = resolver.lookup_mx("nomail.demo").await.unwrap();
    assert_eq!(found, [Mx { preference: 0, exchange: String::new() }]);
}

#[tokio::test]
async fn an_answer_is_asked_for_once_and_kept() {
    let (resolver, dns) = asking(vec![("shop.demo", MX, Answer::Mx(vec![(10, "mail.demo")]))]).await;
    let first = resolver.lookup_mx("shop.demo").await.unwrap();
    let second = resolver.clone().lookup_mx("SHOP.demo.").await.unwrap();
    assert_eq!(first, second);
    assert_eq!(dns.asked(), [("shop.demo".to_owned(), MX)]);
}

#[tokio::test]
async fn what_is_no_name_is_not_asked_for() {
    let (resolver, dns) = asking(vec![]).await;
    let long = "a".repeat(64) + ".demo";
    for host in ["", "a b.demo", "a\\.demo", "a/b", "a..demo", "x@y.demo", "[::1", long.as_str()] {
        let error = resolver.lookup_ip(host).await.unwrap_err();
        assert!(matches!(error, ResolveError::Name { .. }), "{host}: {error:?}");
    }
    assert_eq!(dns.asked(), []);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_temporary_error() {
    let closed = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let resolver = Resolver::new(ResolverSetting::Server(closed)).unwrap();
    let error = resolver.lookup_mx("shop.demo").await.unwrap_err();
    assert!(matches!(error, ResolveError::Temporary { .. }), "{error:?}");
}
