//! Dialling: what DNS answers is judged, and only what was judged is dialled.

use std::net::IpAddr;

use cauce_net::{DialError, Policy};

use crate::fake::dns::{A, AAAA, Answer, Dns};
use crate::fake::web::{Reply, Web, dialer, policy};

fn ips(texts: &[&str]) -> Answer {
    Answer::Ips(texts.iter().map(|text| text.parse::<IpAddr>().unwrap()).collect())
}

#[tokio::test]
async fn a_public_name_with_a_private_address_is_refused() {
    let dns =
        Dns::start(vec![("rebind.demo", A, ips(&["127.0.0.1"])), ("rebind.demo", AAAA, ips(&["fd00::1"]))])
            .await;
    let error = dialer(Policy::default(), dns.address).dial("rebind.demo", 80).await.unwrap_err();
    let DialError::Refused(refusal) = error else { panic!("{error:?}") };
    assert_eq!((refusal.address.to_string().as_str(), refusal.class), ("127.0.0.1:80", "loopback"));
}

#[tokio::test]
async fn of_several_addresses_only_the_allowed_ones_are_left() {
    let dns = Dns::start(vec![
        ("mixed.demo", A, ips(&["10.0.0.1", "127.0.0.1", "198.51.100.9"])),
        ("mixed.demo", AAAA, ips(&["2606:4700:4700::1111", "fe80::1"])),
    ])
    .await;
    let dialer = dialer(policy(&["127.0.0.0/8".to_owned()]), dns.address);
    let found: Vec<String> =
        dialer.addresses("mixed.demo", 25).await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(found, ["127.0.0.1:25", "[2606:4700:4700::1111]:25"]);
}

#[tokio::test]
async fn a_name_is_dialled_at_the_address_that_was_judged() {
    let web = Web::start(|_| Reply::Close).await;
    let dns = Dns::start(vec![("shop.demo", A, ips(&["127.0.0.1"]))]).await;
    let dialer = dialer(policy(&[web.address.to_string()]), dns.address);
    let stream = dialer.dial("shop.demo", web.address.port()).await.unwrap();
    assert_eq!(stream.peer_addr().unwrap(), web.address);
    assert!(stream.nodelay().unwrap());
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_does_not_answer() {
    let web = Web::start(|_| Reply::Close).await;
    let dns = Dns::start(vec![("two.demo", A, ips(&["127.0.0.2", "127.0.0.1"]))]).await;
    let dialer = dialer(policy(&["127.0.0.0/8".to_owned()]), dns.address);
    let stream = dialer.dial("two.demo", web.address.port()).await.unwrap();
    assert_eq!(stream.peer_addr().unwrap(), web.address);
}

#[tokio::test]
async fn odd_spellings_of_loopback_are_names_and_not_addresses() {
    let dns = Dns::start(vec![]).await;
    let dialer = dialer(Policy::default(), dns.address);
    for host in ["0x7f.1", "2130706433", "0177.0.0.1", "127.1", "0x7f000001", "127.0.0.1."] {
        let error = dialer.dial(host, 80).await.unwrap_err();
        assert!(matches!(error, DialError::Resolve(_) | DialError::Refused(_)), "{host}: {error:?}");
    }
}

#[tokio::test]
async fn localhost_is_judged_like_any_host() {
    let dns = Dns::start(vec![]).await;
    let error = dialer(Policy::default(), dns.address).dial("localhost", 80).await.unwrap_err();
    assert!(matches!(error, DialError::Refused(_)), "{error:?}");
    assert_eq!(dns.asked(), []);
}

#[tokio::test]
async fn a_closed_port_is_told_with_host_and_address() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dns = Dns::start(vec![]).await;
    let dialer = dialer(policy(&["127.0.0.0/8".to_owned()]), dns.address);
    let error = dialer.dial("127.0.0.1", closed.port()).await.unwrap_err();
    let port = closed.port();
    assert_eq!(error.to_string(), format!("no connection to `127.0.0.1:{port}` at 127.0.0.1:{port}"));
}
