//! Taking ports, and serving pages on them until the demo stops.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::Router;
use tokio::net::{TcpListener, UdpSocket};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Error;

/// A free UDP port whose TCP twin is taken is no use; so many are tried.
const TWIN_TRIES: u32 = 16;

/// Listens on the wished port, or on a free one when it is taken.
pub(crate) async fn tcp(what: &'static str, ip: IpAddr, port: u16) -> Result<TcpListener, Error> {
    let wished = SocketAddr::new(ip, port);
    match TcpListener::bind(wished).await {
        Err(error) if may_move(&error, port) => {
            let address = SocketAddr::new(ip, 0);
            TcpListener::bind(address).await.map_err(|source| Error::Bind { what, address, source })
        }
        bound => bound.map_err(|source| Error::Bind { what, address: wished, source }),
    }
}

/// The same port for UDP and TCP, as DNS wants it (RFC 7766).
pub(crate) async fn twins(
    what: &'static str,
    ip: IpAddr,
    port: u16,
) -> Result<(UdpSocket, TcpListener), Error> {
    let mut address = SocketAddr::new(ip, port);
    let mut tries = 0;
    loop {
        match bind_twins(address).await {
            Ok(twins) => return Ok(twins),
            Err(error) if may_move(&error, address.port()) || (address.port() == 0 && tries < TWIN_TRIES) => {
                address.set_port(0);
                tries += 1;
            }
            Err(source) => return Err(Error::Bind { what, address, source }),
        }
    }
}

async fn bind_twins(address: SocketAddr) -> io::Result<(UdpSocket, TcpListener)> {
    let udp = UdpSocket::bind(address).await?;
    let tcp = TcpListener::bind(udp.local_addr()?).await?;
    Ok((udp, tcp))
}

fn may_move(error: &io::Error, port: u16) -> bool {
    port != 0 && matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied)
}

/// The address under which a listener is reached from this machine.
pub(crate) fn reached(what: &'static str, bound: io::Result<SocketAddr>) -> Result<SocketAddr, Error> {
    let unknown = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
    let mut address = bound.map_err(|source| Error::Bind { what, address: unknown, source })?;
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    Ok(address)
}

/// Serves a router until the demo stops.
pub(crate) fn serve(tasks: &TaskTracker, stop: &CancellationToken, listener: TcpListener, router: Router) {
    let stopped = stop.clone().cancelled_owned();
    let server = axum::serve(listener, router).with_graceful_shutdown(stopped);
    tasks.spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "a demo stand-in stopped serving");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn a_taken_port_is_replaced_by_a_free_one() {
        let first = tcp("shop", HERE, 0).await.unwrap();
        let taken = first.local_addr().unwrap().port();
        let second = tcp("shop", HERE, taken).await.unwrap();
        assert_ne!(second.local_addr().unwrap().port(), taken);

        let (udp, twin) = twins("DNS zone", HERE, taken).await.unwrap();
        assert_ne!(udp.local_addr().unwrap().port(), taken);
        assert_eq!(udp.local_addr().unwrap(), twin.local_addr().unwrap());
    }

    #[tokio::test]
    async fn an_address_of_another_machine_is_an_error_that_names_the_stand_in() {
        let elsewhere = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
        let error = tcp("shop", elsewhere, 0).await.unwrap_err();
        assert_eq!(error.to_string(), "the demo's shop cannot listen on `192.0.2.1:0`");
        assert!(std::error::Error::source(&error).is_some());
    }

    #[test]
    fn every_address_is_reached_over_loopback() {
        let all: SocketAddr = "0.0.0.0:8711".parse().unwrap();
        assert_eq!(reached("shop", Ok(all)).unwrap().to_string(), "127.0.0.1:8711");
        let all: SocketAddr = "[::]:8711".parse().unwrap();
        assert_eq!(reached("shop", Ok(all)).unwrap().to_string(), "[::1]:8711");
    }
}
