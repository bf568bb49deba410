//! What all pages have in common.

use axum::http::{Method, StatusCode};

use crate::browser::{get, send};
use crate::{NOWHERE, demo};

#[tokio::test]
async fn every_page_says_that_nothing_leaves_and_leads_to_the_others() {
    let demo = demo().await;
    for address in [&demo.shop, &demo.crm, &demo.mailbox_page] {
        let page = get(address).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Demo stand-in: nothing leaves this machine."));
        for link in [demo.shop.as_str(), &demo.crm, &demo.mailbox_page, NOWHERE] {
            assert!(page.body.contains(&format!("href=\"{link}\"")), "{address} {link}");
        }
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
        assert!(!page.body.contains("<script"));
    }
    demo.stop().await;
}

#[tokio::test]
async fn the_pages_speak_spanish_to_those_who_prefer_it() {
    let demo = demo().await;
    for (address, title) in [(&demo.shop, "Tienda"), (&demo.crm, "CRM"), (&demo.mailbox_page, "Buzón")] {
        let page = send(Method::GET, address, &[("accept-language", "es-PE,es;q=0.9,en;q=0.5")], "").await;
        assert_eq!(page.header("content-language"), "es");
        assert!(page.body.contains("<html lang=\"es\">") && page.body.contains(&format!("<h1>{title}</h1>")));
        assert!(page.body.contains("nada sale de este equipo"));
    }
    demo.stop().await;
}

#[tokio::test]
async fn other_web_sites_are_kept_out() {
    let demo = demo().await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let sign_up = format!("{}/signup", demo.shop);
    let forged =
        send(Method::POST, &sign_up, &[form, ("sec-fetch-site", "cross-site")], "name=a&email=b").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    for address in [&demo.shop, &demo.crm, &demo.mailbox_page] {
        let rebound = send(Method::GET, address, &[("host", "evil.net")], "").await;
        assert_eq!(rebound.status, StatusCode::FORBIDDEN, "{address}");
    }
    demo.stop().await;
}
