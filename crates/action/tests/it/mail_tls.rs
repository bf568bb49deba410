//! TLS with the mail relay: from the first byte, by STARTTLS, and what must not be believed before it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use cauce_action::SmtpRelay;
use cauce_model::{Failure, Happened};
use cauce_net::Tls;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use tokio::io::BufStream;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::parts::{call, dialer, door_to, loopback, run};
use crate::scripted::{Say, talk, willing};

struct Secure {
    address: SocketAddr,
    certificate: CertificateDer<'static>,
    /// What was said before TLS, and under it.
    before: Arc<Mutex<Vec<String>>>,
    under: Arc<Mutex<Vec<String>>>,
}

/// A relay with a certificate for `localhost`. With an answer to STARTTLS it begins in the clear.
async fn secure(starttls: Option<&'static str>) -> Secure {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (before, under) = (Arc::default(), Arc::default());
    let (seen_before, seen_under) = (Arc::clone(&before), Arc::clone(&under));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut plain = BufStream::new(stream);
            if let Some(answer) = starttls {
                let clear = move |line: &str| match line.get(..4) {
                    Some("EHLO") => Say::Line("250-mail.demo\r\n250 STARTTLS"),
                    Some("STAR") => Say::Line(answer),
                    _ => willing(line),
                };
                if talk(&mut plain, true, &seen_before, &clear).await.is_none() {
                    continue;
                }
            }
            let Ok(stream) = acceptor.accept(plain.into_inner()).await else { continue };
            talk(&mut BufStream::new(stream), starttls.is_none(), &seen_under, &willing).await;
        }
    });
    Secure { address, certificate, before, under }
}

async fn send(server: &Secure, scheme: &str, tls: Tls) -> Result<Value, Failure> {
    let url = format!("{scheme}://ana:s3cret@localhost:{}", server.address.port());
    let relay =
        SmtpRelay::parse(&url, Some("news@shop.example".to_owned()), dialer(loopback()), tls).unwrap();
    let input = json!({"to": "ana@shop.example", "subject": "Hi", "text": "Hello"});
    run("email.send@1", call(input), &door_to(relay)).await
}

fn trusting(server: &Secure) -> Tls {
    Tls::trusting(std::slice::from_ref(&server.certificate)).unwrap()
}

#[tokio::test]
async fn smtps_is_tls_from_the_first_byte() {
    let server = secure(None).await;
    assert_eq!(send(&server, "smtps", trusting(&server)).await.unwrap()["response"], "fine");
}

#[tokio::test]
async fn starttls_is_taken_and_the_password_goes_under_it() {
    let server = secure(Some("220 go ahead")).await;
    assert_eq!(send(&server, "smtp", trusting(&server)).await.unwrap()["response"], "fine");
    assert_eq!(*server.before.lock().unwrap(), ["EHLO shop.example", "STARTTLS"]);
    let under = server.under.lock().unwrap().clone();
    assert_eq!(under.first().map(String::as_str), Some("EHLO shop.example"));
    assert!(under.iter().any(|line| line.starts_with("AUTH PLAIN ")), "{under:?}");
}

#[tokio::test]
async fn what_is_said_before_tls_is_forgotten_under_it() {
    let server = secure(Some("220 go ahead\r\n250 injected")).await;
    let output = send(&server, "smtp", trusting(&server)).await.unwrap();
    assert_eq!(output["response"], "fine");
    assert!(server.under.lock().unwrap().iter().any(|line| line.starts_with("AUTH PLAIN ")));
}

#[tokio::test]
async fn an_untrusted_certificate_gets_no_password_and_no_mail() {
    for (scheme, server) in [("smtps", secure(None).await), ("smtp", secure(Some("220 go ahead")).await)] {
        let failure = send(&server, scheme, Tls::system().unwrap()).await.unwrap_err();
        assert_eq!((failure.error.code.as_str(), failure.happened), ("A003", Happened::No), "{failure}");
        assert!(failure.error.message.contains("TLS"), "{failure}");
        assert!(server.under.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_refused_starttls_ends_the_talk() {
    let server = secure(Some("454 not now")).await;
    let failure = send(&server, "smtp", trusting(&server)).await.unwrap_err();
    assert_eq!((failure.error.code.as_str(), failure.error.status), ("A012", Some(454)), "{failure}");
}
