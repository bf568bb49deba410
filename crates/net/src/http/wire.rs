//! What a request goes over: a stream from our dialler, with TLS for `https`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use url::Url;

use super::HttpErrorKind;
use crate::{Dialer, Tls};

/// Where a connection goes to, and what it speaks: requests to the same origin may share one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    secure: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of a URL that was checked.
    pub(super) fn of(url: &Url) -> Self {
        let secure = url.scheme() == "https";
        Self {
            secure,
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port().unwrap_or(if secure { 443 } else { 80 }),
        }
    }
}

/// Opens the connections of the client.
#[derive(Debug, Clone)]
pub(super) struct Connector {
    dialer: Dialer,
    tls: Tls,
}

impl Connector {
    pub(super) fn new(dialer: Dialer, tls: Tls) -> Self {
        Self { dialer, tls }
    }

    pub(super) async fn connect(&self, to: &Origin) -> Result<Pipe, HttpErrorKind> {
        let stream = self.dialer.dial(&to.host, to.port).await?;
        if !to.secure {
            return Ok(Pipe::Plain(stream));
        }
        let stream = self.tls.connect(&to.host, stream, self.dialer.timeouts().tls).await?;
        Ok(Pipe::Tls(Box::new(stream)))
    }
}

/// A stream with or without TLS.
#[derive(Debug)]
pub(super) enum Pipe {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl AsyncRead for Pipe {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
