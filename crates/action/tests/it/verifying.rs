//! `email.verify`, and the verification that it shares with the server.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use async_trait::async_trait;
use cauce_action::{Cx, NetDns, VerifySetting, verify_address};
use cauce_net::{Resolver, ResolverSetting};
use cauce_verify::{Mx, Resolve, ResolveError};
use serde_json::json;

use crate::parts::{NOW, call, door, loopback, run};

/// A DNS where `shop.demo` takes mail, `gone.demo` does not exist and all else is out of order.
struct Zone;

#[async_trait]
impl Resolve for Zone {
    async fn mx(&self, domain: &str) -> Result<Vec<Mx>, ResolveError> {
        match domain {
            "shop.demo" => Ok(vec![Mx { preference: 10, exchange: "mx.shop.demo".to_owned() }]),
            "gone.demo" => Err(ResolveError::NoDomain),
            _ => Err(ResolveError::Temporary("no answer".to_owned())),
        }
    }

    async fn ip(&self, domain: &str) -> Result<Vec<IpAddr>, ResolveError> {
        match domain {
            "mx.shop.demo" => Ok(vec![IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7))]),
            "gone.demo" => Err(ResolveError::NoDomain),
            _ => Err(ResolveError::Temporary("no answer".to_owned())),
        }
    }
}

#[tokio::test]
async fn the_verdict_comes_from_dns() {
    let door = Cx { dns: Arc::new(Zone), ..door(loopback()) };
    for (email, verdict, reason) in [
        ("ana@shop.demo", "deliverable", "ok_provider_unprobed"),
        ("ana@gone.demo", "undeliverable", "domain_nxdomain"),
        ("ana@slow.demo", "unknown", "dns_temporary_error"),
        ("no address", "undeliverable", "syntax_invalid"),
    ] {
        let output = run("email.verify@1", call(json!({"email": email})), &door).await.unwrap();
        assert_eq!((&output["verdict"], &output["reason"]), (&json!(verdict), &json!(reason)), "{email}");
        assert_eq!(output["checked_at"], "2026-11-24T00:00:00Z");
    }
}

#[tokio::test]
async fn the_mode_syntax_asks_nobody() {
    let input = json!({"email": "ana@slow.demo", "mode": "syntax"});
    let output = run("email.verify@1", call(input), &door(loopback())).await.unwrap();
    assert_eq!(output["reason"], "smtp_skipped");
}

#[tokio::test]
async fn what_this_version_lacks_is_refused() {
    for (input, part) in [
        (json!({"email": "a@shop.demo", "mode": "full"}), "the mode `full` is not available in this version"),
        (json!({"email": "a@shop.demo", "mode": "quick"}), "`quick` is not a mode"),
        (json!({"email": "a@shop.demo", "policy": {}}), "`email.verify@1` has no input `policy`"),
        (json!({"email": 5}), "the input `email` is a number, not a text"),
    ] {
        let failure = run("email.verify@1", call(input), &door(loopback())).await.unwrap_err();
        assert_eq!((failure.error.code.as_str(), failure.error.message.as_str()), ("A001", part));
    }
}

#[tokio::test]
async fn the_operators_own_domains_count_as_disposable() {
    let setting = VerifySetting { extra_disposable: vec!["shop.demo".to_owned()] };
    let result = verify_address("ana@shop.demo", "fast", &setting, &Zone, NOW).await.unwrap();
    assert_eq!(
        (&result["reason"], &result["recommendation"]),
        (&json!("disposable_domain"), &json!("reject"))
    );
}

#[tokio::test]
async fn a_dns_server_that_is_not_there_is_a_temporary_trouble() {
    let nowhere = std::net::SocketAddr::from(([127, 0, 0, 1], 9));
    let dns = NetDns::new(Resolver::new(ResolverSetting::Server(nowhere)).unwrap());
    let (mx, ip) = tokio::join!(dns.mx("shop.demo"), dns.ip("shop.demo"));
    assert!(matches!(mx, Err(ResolveError::Temporary(_))), "{mx:?}");
    assert!(matches!(ip, Err(ResolveError::Temporary(_))), "{ip:?}");
}
