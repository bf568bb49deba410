//! The demo's stand-ins, and what has to be set so that the shipped flows reach them.

use std::net::SocketAddr;

use anyhow::Context;
use cauce_demo::{Demo, Ports, Setting};
use cauce_model::{Clock, SystemClock};
use cauce_net::Allow;
use cauce_server::DemoPages;

use crate::wiring::Outside;

/// The CRM's token in the demo. It guards nothing: the CRM is a stand-in on loopback.
const CRM_TOKEN: &str = "demo-crm-token";
/// Whom the demo's mails are from.
const FROM: &str = "Cauce demo <hello@cauce-good.dev>";

/// Starts the stand-ins and turns everything that leads out towards them. What the operator set stays as it is.
pub(crate) async fn start(listen: SocketAddr, hooks: &str, outside: &mut Outside) -> anyhow::Result<Demo> {
    let mut setting = Setting::new(hooks, CRM_TOKEN, || SystemClock.now().micros());
    // Whoever asks for any free port wants several servers side by side.
    if listen.port() != 8710 {
        setting.ports = Ports::FREE;
    }
    let demo = Demo::start(setting).await.context("the demo could not be started")?;
    for address in demo.addresses() {
        let text = match address {
            SocketAddr::V4(v4) => format!("{}/32:{}", v4.ip(), v4.port()),
            SocketAddr::V6(v6) => format!("{}/128:{}", v6.ip(), v6.port()),
        };
        outside.allow.push(text.parse::<Allow>().context("an address of the demo cannot be allowed")?);
    }
    outside.dns.get_or_insert(demo.dns);
    outside.relay.get_or_insert(format!("smtp://{}", demo.smtp));
    outside.from.get_or_insert(FROM.to_owned());
    outside.extra_disposable.push(cauce_demo::DISPOSABLE.to_owned());
    let report_to = format!("owner@{}", cauce_demo::GOOD);
    let ours = [
        ("CRM_TOKEN", CRM_TOKEN),
        ("CRM_URL", demo.crm.as_str()),
        ("MAIL_API_URL", demo.mailbox_page.as_str()),
        ("REPORT_TO", report_to.as_str()),
        ("SHOP_URL", demo.shop.as_str()),
    ];
    for (name, value) in ours {
        if !outside.variables.iter().any(|(known, _)| known == name) {
            outside.variables.push((name.to_owned(), value.to_owned()));
        }
    }
    Ok(demo)
}

/// The pages, for the web app.
pub(crate) fn pages(demo: &Demo) -> DemoPages {
    DemoPages { shop: demo.shop.clone(), crm: demo.crm.clone(), mailbox: demo.mailbox_page.clone() }
}
