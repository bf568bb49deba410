//! TLS for dialled streams: rustls with ring, trusting the machine's roots.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::Error;

/// Why there is no TLS on a stream. No byte of the caller's was sent.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TlsError {
    /// The host is neither a DNS name nor an address, so no certificate can be for it.
    #[error("`{host}` cannot be in a certificate")]
    Name {
        /// The host as it was named.
        host: String,
    },
    /// The handshake failed: an untrusted or wrong certificate, or no TLS on the other side.
    #[error("no TLS with `{host}`")]
    Handshake {
        /// The host as it was named.
        host: String,
        /// What rustls or the system said.
        #[source]
        source: Arc<io::Error>,
    },
    /// The handshake took too long.
    #[error("no TLS with `{host}` within {} s", after.as_secs_f32())]
    Timeout {
        /// The host as it was named.
        host: String,
        /// The time that was given.
        after: Duration,
    },
}

/// A TLS client's settings, built once and shared by clones.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ClientConfig>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl Tls {
    /// TLS that trusts the machine's roots, or Mozilla's where the machine has none.
    pub fn system() -> Result<Self, Error> {
        Self::trusting(&[])
    }

    /// TLS that trusts these certificates as well, for hosts with a CA of their own.
    pub fn trusting(extra: &[CertificateDer<'static>]) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        let native = rustls_native_certs::load_native_certs();
        for error in &native.errors {
            tracing::debug!(%error, "a root certificate of this machine cannot be read");
        }
        roots.add_parsable_certificates(native.certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        for certificate in extra {
            roots.add(certificate.clone()).map_err(Error::Tls)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(Error::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config) })
    }

    /// TLS on the stream, with a certificate that is good for the host.
    pub async fn connect<S>(&self, host: &str, stream: S, within: Duration) -> Result<TlsStream<S>, TlsError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        let name =
            ServerName::try_from(bare.to_owned()).map_err(|_| TlsError::Name { host: host.to_owned() })?;
        let handshake = TlsConnector::from(Arc::clone(&self.config)).connect(name, stream);
        match timeout(within, handshake).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(source)) => Err(TlsError::Handshake { host: host.to_owned(), source: Arc::new(source) }),
            Err(_) => Err(TlsError::Timeout { host: host.to_owned(), after: within }),
        }
    }
}
