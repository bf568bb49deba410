//! Starting, falling back to free ports, refusing wrong settings, stopping.

use std::net::Ipv4Addr;

use cauce_demo::{Demo, Error};
use tokio::net::TcpStream;

use crate::smtp::Client;
use crate::{NOWHERE, demo, setting, soon};

#[tokio::test]
async fn all_addresses_are_told_and_taken_ports_are_replaced() {
    let first = demo().await;
    let mut wish = setting(NOWHERE);
    let [shop, crm, mailbox_page, smtp, dns] = first.addresses()[..] else { panic!("five addresses") };
    wish.ports.shop = shop.port();
    wish.ports.crm = crm.port();
    wish.ports.mailbox_page = mailbox_page.port();
    wish.ports.smtp = smtp.port();
    wish.ports.dns = dns.port();
    let second = Demo::start(wish).await.unwrap();

    assert_eq!((first.smtp, first.dns), (smtp, dns));
    assert_eq!(first.shop, format!("http://{shop}"));
    for (ours, theirs) in first.addresses().iter().zip(second.addresses()) {
        assert_ne!(*ours, theirs);
        soon(TcpStream::connect(theirs)).await.unwrap();
    }
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_demo_that_listens_everywhere_is_reached_over_loopback() {
    let mut wish = setting(NOWHERE);
    wish.listen = Ipv4Addr::UNSPECIFIED.into();
    let demo = Demo::start(wish).await.unwrap();
    assert!(demo.addresses().iter().all(|address| address.ip() == Ipv4Addr::LOCALHOST));
    assert!(demo.shop.starts_with("http://127.0.0.1:"), "{}", demo.shop);
    demo.stop().await;
}

#[tokio::test]
async fn wrong_settings_do_not_start() {
    let error = Demo::start(setting("https://hooks.dev")).await.unwrap_err();
    assert!(matches!(&error, Error::Hooks(base) if base == "https://hooks.dev"), "{error}");
    let mut wish = setting(NOWHERE);
    wish.crm_token.clear();
    assert!(matches!(Demo::start(wish).await.unwrap_err(), Error::EmptyToken));
}

#[tokio::test]
async fn stopping_says_goodbye_and_closes_every_door() {
    let demo = demo().await;
    let addresses = demo.addresses();
    let mut client = Client::with_envelope(demo.smtp).await;
    let _idle = soon(TcpStream::connect(addresses[0])).await.unwrap();
    soon(demo.stop()).await;
    assert!(client.reply().await.starts_with("421 "));
    assert!(client.is_over().await);
    for address in addresses {
        assert!(soon(TcpStream::connect(address)).await.is_err(), "{address}");
    }
}

#[tokio::test]
async fn a_demo_that_is_dropped_stops_as_well() {
    let demo = demo().await;
    let mut client = Client::to(demo.smtp).await;
    drop(demo);
    assert!(client.reply().await.starts_with("421 "));
}
