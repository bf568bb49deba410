//! A service that counts how often it hears of each of very many: books of the usual kind would fill the machine.

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// How often each was heard of.
pub(crate) type Counts = Arc<Mutex<Counted>>;

/// By number, and all together.
pub(crate) struct Counted {
    pub(crate) each: Vec<u8>,
    pub(crate) all: usize,
}

async fn count(State(counts): State<Counts>, Json(body): Json<Value>) -> Json<Value> {
    let number = body["key"].as_str().and_then(|key| key.rsplit_once('-')).expect("a key such as `b-7`").1;
    let number: usize = number.parse().expect("a number");
    let mut counts = counts.lock().expect("the counts");
    counts.each[number] += 1;
    counts.all += 1;
    Json(json!({}))
}

/// Starts the service for so many of them.
pub(crate) async fn counting_service(events: usize) -> (String, Counts) {
    let counts: Counts = Arc::new(Mutex::new(Counted { each: vec![0; events], all: 0 }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let router =
        axum::Router::new().route("/other/call", axum::routing::post(count)).with_state(Arc::clone(&counts));
    tokio::spawn(axum::serve(listener, router).into_future());
    (address, counts)
}
