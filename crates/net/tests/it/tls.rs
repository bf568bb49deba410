//! TLS: a trusted certificate works, an untrusted one and a server without TLS fail before anything is sent.

use std::net::SocketAddr;
use std::sync::Arc;

use cauce_net::{Http, HttpErrorKind, HttpRequest, Limits, Phase, Policy, Sent, Tls};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::fake::web::{dialer, policy};

/// An `https` server with a certificate of its own for this name.
async fn secure(name: &str) -> (SocketAddr, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
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
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            if stream.read(&mut request).await.is_ok_and(|length| length > 0) {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret").await.unwrap();
                stream.flush().await.unwrap();
            }
        }
    });
    (address, certificate)
}

fn client(tls: Tls) -> Http {
    let allowed: Policy = policy(&["127.0.0.0/8".to_owned(), "::1".to_owned()]);
    Http::new(dialer(allowed, SocketAddr::from(([127, 0, 0, 1], 9))), tls, Limits::default())
}

fn get(host: &str, address: SocketAddr) -> HttpRequest {
    HttpRequest::get(format!("https://{host}:{}/", address.port()).parse().unwrap())
}

#[tokio::test]
async fn a_trusted_certificate_for_the_host_is_taken() {
    let (address, certificate) = secure("localhost").await;
    let http = client(Tls::trusting(&[certificate]).unwrap());
    assert_eq!(http.send(get("localhost", address)).await.unwrap().body, "secret");
}

#[tokio::test]
async fn an_untrusted_certificate_fails_before_anything_is_sent() {
    let (address, _) = secure("localhost").await;
    let error = client(Tls::system().unwrap()).send(get("localhost", address)).await.unwrap_err();
    assert!(matches!(*error.kind, HttpErrorKind::Tls(_)), "{error:?}");
    assert_eq!((error.sent, error.to_string().as_str()), (Sent::No, "no TLS with `localhost`"));
}

#[tokio::test]
async fn a_certificate_for_another_name_fails() {
    let (address, certificate) = secure("shop.demo").await;
    let http = client(Tls::trusting(&[certificate]).unwrap());
    let error = http.send(get("localhost", address)).await.unwrap_err();
    assert!(matches!(*error.kind, HttpErrorKind::Tls(_)), "{error:?}");
}

#[tokio::test]
async fn a_server_without_tls_fails_before_anything_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"220 mail.demo ESMTP\r\n").await.unwrap();
        }
    });
    let error = client(Tls::system().unwrap()).send(get("127.0.0.1", address)).await.unwrap_err();
    assert!(matches!(*error.kind, HttpErrorKind::Tls(_)), "{error:?}");
    assert_eq!(error.sent, Sent::No);
}

#[tokio::test]
async fn a_handshake_that_hangs_times_out_with_nothing_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut request = get("127.0.0.1", listener.local_addr().unwrap());
    request.timeout = std::time::Duration::from_millis(200);
    let error = client(Tls::system().unwrap()).send(request).await.unwrap_err();
    assert!(matches!(*error.kind, HttpErrorKind::Timeout { phase: Phase::Connect, .. }), "{error:?}");
    assert_eq!(error.sent, Sent::No);
}
