//! An HTTP/1.1 server that answers by a function and notes what it was sent.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use cauce_net::{Dialer, Http, HttpRequest, Limits, Policy, Resolver, ResolverSetting, Tls, Url};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};

/// What the server does once it has read a request.
pub(crate) enum Reply {
    /// Writes this as it is and keeps the connection.
    Text(String),
    /// Closes the connection.
    Close,
    /// Keeps the connection and says nothing.
    Silence,
}

/// A response with this status, these headers and this body.
pub(crate) fn response(status: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    Reply::Text(format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()))
}

pub(crate) struct Web {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl Web {
    pub(crate) async fn start(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (requests, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let (seen, opened, answer) = (Arc::clone(&requests), Arc::clone(&connections), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                opened.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&answer)));
            }
        });
        Self { address, requests, connections }
    }

    /// The requests so far, each as head and body, the head in lower case.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> HttpRequest {
        HttpRequest::get(self.url(path))
    }
}

async fn serve<F: Fn(&str) -> Reply>(stream: TcpStream, seen: Arc<Mutex<Vec<String>>>, answer: Arc<F>) {
    let mut stream = BufStream::new(stream);
    while let Some(request) = read(&mut stream).await {
        seen.lock().unwrap().push(request.clone());
        match answer(&request) {
            Reply::Text(text) => {
                if stream.write_all(text.as_bytes()).await.is_err() || stream.flush().await.is_err() {
                    return;
                }
            }
            Reply::Close => return,
            Reply::Silence => std::future::pending().await,
        }
    }
}

/// One request, or nothing when the other side has closed.
async fn read(stream: &mut BufStream<TcpStream>) -> Option<String> {
    let mut text = String::new();
    while !text.ends_with("\r\n\r\n") {
        if stream.read_line(&mut text).await.ok()? == 0 {
            return None;
        }
    }
    text = text.to_lowercase();
    let length =
        text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(text + &String::from_utf8(body).unwrap())
}

/// A policy that allows these and nothing else that is special.
pub(crate) fn policy(allowed: &[String]) -> Policy {
    allowed
        .iter()
        .fold(Policy::default(), |policy, text| policy.allow(text.parse::<cauce_net::Allow>().unwrap()))
}

/// A dialler that asks DNS at this address.
pub(crate) fn dialer(policy: Policy, dns: SocketAddr) -> Dialer {
    Dialer::new(policy, Resolver::new(ResolverSetting::Server(dns)).unwrap())
}

/// A client that may reach loopback. No test of it asks DNS.
pub(crate) fn client() -> Http {
    client_with(policy(&["127.0.0.0/8".to_owned()]), Limits::default())
}

pub(crate) fn client_with(policy: Policy, limits: Limits) -> Http {
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
    Http::new(dialer(policy, nowhere), Tls::system().unwrap(), limits)
}
