//! The zone's two listeners: UDP, and TCP with a length before each message (RFC 7766).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::answer;
use super::zone::Zone;

/// Longer questions are cut, and refused as unreadable.
const DATAGRAM: usize = 4096;
const CONNECTIONS: usize = 64;
const IDLE: Duration = Duration::from_secs(10);

/// Answers until the demo stops.
pub(crate) fn serve(
    tasks: &TaskTracker,
    stop: &CancellationToken,
    zone: Zone,
    (udp, tcp): (UdpSocket, TcpListener),
) {
    let zone = Arc::new(zone);
    tasks.spawn(datagrams(zone.clone(), udp, stop.clone()));
    tasks.spawn(connections(tasks.clone(), zone, tcp, stop.clone()));
}

async fn datagrams(zone: Arc<Zone>, socket: UdpSocket, stop: CancellationToken) {
    let mut buffer = [0; DATAGRAM];
    loop {
        let received = tokio::select! {
            () = stop.cancelled() => return,
            received = socket.recv_from(&mut buffer) => received,
        };
        // An error here is an earlier answer that met a closed port: the client's affair.
        let Ok((length, client)) = received else { continue };
        let Some(answer) = buffer.get(..length).and_then(|question| answer::to(&zone, question, true)) else {
            continue;
        };
        if let Err(error) = socket.send_to(&answer, client).await {
            tracing::debug!(%error, %client, "a DNS answer was not sent");
        }
    }
}

async fn connections(tasks: TaskTracker, zone: Arc<Zone>, listener: TcpListener, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let (place, stream) = tokio::select! {
            () = stop.cancelled() => return,
            next = next(&places, &listener) => next,
        };
        let (zone, stop) = (zone.clone(), stop.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                ended = converse(&zone, stream) => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a DNS connection broke");
                    }
                }
            }
            drop(place);
        });
    }
}

/// The next connection, once there is a place for it.
async fn next(
    places: &Arc<Semaphore>,
    listener: &TcpListener,
) -> (tokio::sync::OwnedSemaphorePermit, TcpStream) {
    loop {
        let place = places.clone().acquire_owned().await.expect("the semaphore is never closed");
        if let Ok((stream, _)) = listener.accept().await {
            return (place, stream);
        }
        tokio::task::yield_now().await;
    }
}

async fn converse(zone: &Zone, mut stream: TcpStream) -> io::Result<()> {
    loop {
        let Ok(length) = timeout(IDLE, stream.read_u16()).await else { return Ok(()) };
        let length = match length {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut question = vec![0; usize::from(length)];
        timeout(IDLE, stream.read_exact(&mut question)).await??;
        let Some(answer) = answer::to(zone, &question, false) else { return Ok(()) };
        let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
        let mut framed = length.to_be_bytes().to_vec();
        framed.extend_from_slice(&answer);
        timeout(IDLE, stream.write_all(&framed)).await??;
    }
}
