//! The two services of the trial of neighbours: one writes down when it hears of each event, the other can hang.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::State;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::Instant;

/// When each event of the quiet workflow arrived first.
pub(crate) type Arrivals = Arc<Mutex<HashMap<String, Instant>>>;

/// What the loud ones call.
pub(crate) struct Loud {
    /// Requests that were answered.
    pub(crate) answered: AtomicUsize,
    /// Whether requests wait for better times.
    pub(crate) hangs: watch::Sender<bool>,
}

/// Both services, running.
pub(crate) struct Quarter {
    pub(crate) quiet: String,
    pub(crate) loud_port: u16,
    pub(crate) arrivals: Arrivals,
    pub(crate) loud: Arc<Loud>,
}

async fn arrive(State(arrivals): State<Arrivals>, Json(body): Json<Value>) -> Json<Value> {
    let key = body["key"].as_str().expect("a key").to_owned();
    arrivals.lock().expect("the arrivals").entry(key).or_insert_with(Instant::now);
    Json(json!({}))
}

async fn answer(State(loud): State<Arc<Loud>>) -> Json<Value> {
    let mut hangs = loud.hangs.subscribe();
    hangs.wait_for(|hangs| !hangs).await.expect("whoever mends it is there");
    loud.answered.fetch_add(1, Ordering::SeqCst);
    Json(json!({}))
}

/// Binds on every loopback address, so that one service can be many destinations.
async fn serve(router: axum::Router) -> u16 {
    let listener = TcpListener::bind("0.0.0.0:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(axum::serve(listener, router).into_future());
    port
}

impl Quarter {
    pub(crate) async fn start() -> Self {
        let arrivals = Arrivals::default();
        let loud = Arc::new(Loud { answered: AtomicUsize::new(0), hangs: watch::Sender::new(false) });
        let router = axum::Router::new().route("/quiet/call", post(arrive));
        let quiet_port = serve(router.with_state(Arc::clone(&arrivals))).await;
        let router = axum::Router::new().route("/flood/call", post(answer));
        let loud_port = serve(router.with_state(Arc::clone(&loud))).await;
        Self { quiet: format!("http://127.0.0.1:{quiet_port}"), loud_port, arrivals, loud }
    }
}
