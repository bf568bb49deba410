//! Services that take a connection and never answer, or answer a byte a second.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cauce_net::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::crowd::post;
use super::dice::{Dice, seed, setting};
use super::figures::{Figures, quantile};
use super::lives::Lives;
use super::service::{Manner, Service};
use crate::process::{token, until};

/// The time-out of `workflows/other.yaml`, and what may be on top of it on a machine that has other things to do.
const TIMEOUT: Duration = Duration::from_secs(2);
const SLACK: Duration = Duration::from_secs(5);

/// Hosts that hang, each a destination of its own.
const HOSTS: usize = 50;

/// How long each connection was open, from its first byte on.
type Spans = Arc<Mutex<Vec<Duration>>>;

/// Half of the connections hear nothing, the others a byte a second.
async fn hang(stream: TcpStream, drips: bool, spans: Spans) {
    let (mut from, mut to) = stream.into_split();
    let mut request = [0; 1024];
    if from.read(&mut request).await.is_ok_and(|count| count == 0) {
        return;
    }
    let began = Instant::now();
    let dripping = async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 1000000\r\n\r\n";
        for byte in answer.iter().chain(std::iter::repeat(&b'x')) {
            ticks.tick().await;
            if !drips || to.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
        // Kept open: only the other side closes.
        std::future::pending::<()>().await;
        drop(to);
    };
    let closed = async move { while from.read(&mut request).await.is_ok_and(|count| count > 0) {} };
    tokio::select! {
        () = dripping => {}
        () = closed => {}
    }
    spans.lock().expect("the spans").push(began.elapsed());
}

/// Answers as it should.
async fn answer(mut stream: TcpStream) {
    let mut request = [0; 4096];
    if stream.read(&mut request).await.is_ok_and(|count| count > 0) {
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(head).await.expect("an answer");
    }
}

/// A service that hangs until it is mended, on every loopback address.
async fn hanging_service(mended: Arc<AtomicBool>) -> (u16, Spans) {
    let listener = TcpListener::bind("0.0.0.0:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let spans = Spans::default();
    let heard = Arc::clone(&spans);
    tokio::spawn(async move {
        let mut drips = false;
        while let Ok((stream, _)) = listener.accept().await {
            drips = !drips;
            if mended.load(Ordering::SeqCst) {
                tokio::spawn(answer(stream));
            } else {
                tokio::spawn(hang(stream, drips, Arc::clone(&heard)));
            }
        }
    });
    (port, spans)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_that_hang_cost_their_time_out_and_the_others_go_on() {
    let (seed, hung) = (seed(), usize::try_from(setting("CAUCE_PROVE_HUNG", 400)).expect("a count"));
    let mended = Arc::new(AtomicBool::new(false));
    let (port, spans) = hanging_service(Arc::clone(&mended)).await;
    let service = Service::start(Dice::new(seed, 1), Box::new(|_, _, _| Manner::status(200))).await;
    let mut lives = Lives::new(&service);
    let token = token(lives.data.path(), "viewer");
    lives.set("CAUCE_ENV_PORT", &port.to_string());
    let server = lives.start();
    let body = |n: usize| json!({"key": format!("h-{n}"), "host": n % HOSTS + 1});
    let slow = post(&server, "hung", 0..hung, body).await;
    let began = Instant::now();
    let quick = post(&server, "chain", 0..50, |n| json!({"key": format!("q-{n}")})).await;
    for run in &quick {
        let done = server.run_until(&token, run, &["succeeded", "failed", "held"]).await;
        assert_eq!(done["status"], "succeeded", "{done:#}");
    }
    let quick_after = began.elapsed();
    let open = "/api/v1/runs?workflow=hung&status=queued,running,waiting&limit=1";
    let answer = server.ask(Method::GET, open, Some(&token), None).await;
    let still_hung = answer.json["runs"].as_array().map_or(0, Vec::len);
    mended.store(true, Ordering::SeqCst);
    until("every hung call is over", async || {
        let answer = server.ask(Method::GET, open, Some(&token), None).await;
        answer.json["runs"].as_array().is_some_and(Vec::is_empty).then_some(())
    })
    .await;
    let mut ends = BTreeMap::new();
    for run in &slow {
        let run = server.run_until(&token, run, &["succeeded", "failed", "held"]).await;
        *ends.entry(run["status"].as_str().unwrap_or_default().to_owned()).or_insert(0) += 1;
    }
    // Held: nobody can say whether it happened. The rest was kept back from a destination that answers nobody.
    assert!(
        ends.contains_key("held") && ends.keys().all(|end| end == "held" || end == "succeeded"),
        "{ends:?}"
    );
    let mut spans = spans.lock().expect("the spans").clone();
    let longest = quantile(&mut spans, 1000).expect("a connection");
    assert!(longest < TIMEOUT + SLACK, "a connection was open for {longest:?}");
    assert_eq!(server.stop(), Some(0));
    Figures::of("hung services")
        .with("seed", seed)
        .with("hung calls", hung)
        .with("connections that hung", spans.len())
        .with("held", ends.get("held").copied().unwrap_or(0))
        .with("kept back and done later", ends.get("succeeded").copied().unwrap_or(0))
        .with("time-out s", TIMEOUT.as_secs())
        .with("open for ms, median", quantile(&mut spans, 500).unwrap_or_default().as_millis())
        .with("longest", longest.as_millis())
        .with("50 other runs done after ms", quick_after.as_millis())
        .with("before the hung ones were over", still_hung > 0)
        .print();
}
