//! The service that flows call. It answers as it is told to, and writes down everything it was asked: by which life of
//! the server, with which key and bytes, and whether its answer left.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use cauce_runner::{Pause, RuntimePause};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::dice::Dice;

/// One request of an effect.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    /// The life of the server that sent it.
    pub(crate) life: u64,
    /// Its place among all requests.
    pub(crate) number: u64,
    /// What was answered, and when; nothing where the sender was gone before.
    pub(crate) answered: Option<(u16, Instant)>,
    /// The number that went out with the answer; each answer has another.
    pub(crate) grant: u64,
}

/// Everything about one step of one run that reached the service.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
    /// The sender's key of the event.
    pub(crate) event: String,
    pub(crate) idempotency_key: String,
    /// Method and headers.
    pub(crate) head: String,
    pub(crate) body: Bytes,
    pub(crate) asks: Vec<Ask>,
    /// Where a later request was not the first one again.
    pub(crate) differs: Option<String>,
}

/// The run and the step of an effect, such as `chain/first`.
pub(crate) type Place = (String, String);

/// How to answer.
pub(crate) struct Manner {
    pub(crate) status: u16,
    pub(crate) after: Duration,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
}

impl Manner {
    pub(crate) const fn status(status: u16) -> Self {
        Self { status, after: Duration::ZERO, headers: Vec::new() }
    }
}

/// Decides how to answer: the place, the requests of this effect before this one, and chance.
pub(crate) type Manners = Box<dyn Fn(&Place, &[Ask], &mut Dice) -> Manner + Send + Sync>;

struct Inner {
    book: Mutex<Book>,
    manners: Manners,
}

/// What the service knows.
pub(crate) struct Book {
    pub(crate) effects: BTreeMap<Place, Effect>,
    pub(crate) requests: u64,
    dice: Dice,
}

/// The running service. It ends with the test.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) address: String,
    pub(crate) port: u16,
    inner: Arc<Inner>,
}

impl Service {
    pub(crate) async fn start(dice: Dice, manners: Manners) -> Self {
        // On every address, so that one service can be many destinations.
        let listener = TcpListener::bind("0.0.0.0:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let address = format!("http://127.0.0.1:{port}");
        let book = Book { effects: BTreeMap::new(), requests: 0, dice };
        let inner = Arc::new(Inner { book: Mutex::new(book), manners });
        let router = axum::Router::new()
            .route("/{life}/{flow}/{step}", axum::routing::any(receive))
            .with_state(Arc::clone(&inner));
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { address, port, inner }
    }

    /// Its address for one life of the server.
    pub(crate) fn for_life(&self, life: u64) -> String {
        format!("{}/{life}", self.address)
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.inner.book.lock().expect("the book")
    }
}

async fn receive(
    State(service): State<Arc<Inner>>,
    Path((life, flow, step)): Path<(u64, String, String)>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let said: Value = serde_json::from_slice(&body).unwrap_or_default();
    let place = (text(&said["run"]), format!("{flow}/{step}"));
    let (index, manner, grant) = {
        let mut book = service.book.lock().expect("the book");
        book.requests += 1;
        let number = book.requests;
        let grant = book.dice.between(0, 1 << 32);
        let Book { effects, dice, .. } = &mut *book;
        let effect = effects.entry(place.clone()).or_insert_with(|| Effect {
            event: text(&said["key"]),
            idempotency_key: key(&headers),
            head: head(&method, &headers),
            body: body.clone(),
            asks: Vec::new(),
            differs: None,
        });
        compare(effect, &method, &headers, &body);
        let manner = (service.manners)(&place, &effect.asks, dice);
        effect.asks.push(Ask { life, number, answered: None, grant });
        (effect.asks.len() - 1, manner, grant)
    };
    // When the sender is killed meanwhile, this ends here and the request stays without an answer.
    if !manner.after.is_zero() {
        RuntimePause.pause(manner.after).await;
    }
    let mut book = service.book.lock().expect("the book");
    let effect = book.effects.get_mut(&place).expect("it was written down");
    effect.asks[index].answered = Some((manner.status, Instant::now()));
    answer(&manner, grant)
}

fn answer(manner: &Manner, grant: u64) -> Response {
    let status = StatusCode::from_u16(manner.status).expect("a status");
    let mut response = (status, axum::Json(json!({"grant": grant}))).into_response();
    for (name, value) in &manner.headers {
        response.headers_mut().insert(*name, HeaderValue::from_static(value));
    }
    response
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn key(headers: &HeaderMap) -> String {
    headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned()
}

fn head(method: &Method, headers: &HeaderMap) -> String {
    let named = headers.iter().filter(|(name, _)| *name != "host");
    let mut lines: Vec<String> = named.map(|(name, value)| format!("{name}: {value:?}")).collect();
    lines.sort_unstable();
    format!("{method} {}", lines.join(", "))
}

/// Notes where a request is not the first one again, byte for byte.
fn compare(effect: &mut Effect, method: &Method, headers: &HeaderMap, body: &Bytes) {
    let head = head(method, headers);
    if effect.differs.is_none() && (effect.head != head || effect.body != body) {
        effect.differs = Some(format!("{} {:?} and then {head} {body:?}", effect.head, effect.body));
    }
}
