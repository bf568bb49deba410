//! Plays Cauce: takes the shop's webhooks and answers as it is told.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::soon;

pub(crate) struct Hook {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

type Told = (Arc<Mutex<VecDeque<u16>>>, mpsc::UnboundedSender<Hook>);

pub(crate) struct Hooks {
    pub(crate) base: String,
    came: mpsc::UnboundedReceiver<Hook>,
}

impl Hooks {
    /// Answers with these codes in turn, then with 202.
    pub(crate) async fn answering(codes: &[u16]) -> Self {
        let (sender, came) = mpsc::unbounded_channel();
        let state: Told = (Arc::new(Mutex::new(codes.iter().copied().collect())), sender);
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(take).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, came }
    }

    pub(crate) async fn next(&mut self) -> Hook {
        soon(self.came.recv()).await.unwrap()
    }
}

async fn take(
    State((codes, sender)): State<Told>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, &'static str) {
    sender.send(Hook { path: uri.path().to_owned(), headers, body }).unwrap();
    let code = codes.lock().unwrap().pop_front().unwrap_or(202);
    (StatusCode::from_u16(code).unwrap(), "{\"outcome\":\"<run>\"}")
}
