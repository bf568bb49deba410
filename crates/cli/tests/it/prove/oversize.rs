//! Bodies that are too much: long, deep, wide, or small ones that would become large.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::dice::Dice;
use super::figures::Figures;
use super::lives::Lives;
use super::memory::Memory;
use super::service::{Manner, Service};
use crate::process::{PATIENCE, Server, token};

const MIB: usize = 1024 * 1024;
/// By how much memory may grow over any of it.
const MOST_GROWTH: u64 = 50;

/// Sends a body with these headers as far as the server takes it, and returns the status it answers.
async fn send(server: &Server, headers: &str, chunks: impl Iterator<Item = Vec<u8>>) -> u16 {
    let host = server.address.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(host).await.expect("a connection");
    let head = format!("POST /hooks/chain/hook HTTP/1.1\r\nhost: {host}\r\n{headers}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("the head goes out");
    let (mut from, mut to) = stream.split();
    // The answer may come before the end of the body, and the body may not be taken any further.
    let sending = async {
        for chunk in chunks {
            if to.write_all(&chunk).await.is_err() {
                return;
            }
        }
    };
    let reading = async {
        let mut answer = Vec::new();
        while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
            match from.read_buf(&mut answer).await {
                Ok(count) if count > 0 => {}
                ended => panic!("{ended:?} behind {:?}", String::from_utf8_lossy(&answer)),
            }
        }
        String::from_utf8_lossy(&answer).into_owned()
    };
    let both = async {
        tokio::pin!(reading);
        tokio::select! {
            answer = &mut reading => answer,
            () = sending => reading.await,
        }
    };
    let answer = tokio::time::timeout(PATIENCE, both).await.expect("an answer");
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

fn json_of(body: &[u8]) -> String {
    format!("content-type: application/json\r\ncontent-length: {}", body.len())
}

/// A body whole.
async fn send_whole(server: &Server, body: Vec<u8>) -> u16 {
    send(server, &json_of(&body), std::iter::once(body)).await
}

/// Bytes that unpack to a thousand times as much.
fn bomb(megabytes: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b'0'; MIB];
    for _ in 0..megabytes {
        packed.write_all(&zeros).expect("memory");
    }
    packed.finish().expect("memory")
}

fn nested(depth: usize) -> Vec<u8> {
    [b"[".repeat(depth), b"]".repeat(depth)].concat()
}

/// An object with this many keys.
fn wide(keys: usize) -> Vec<u8> {
    let fields: Vec<String> = (0..keys).map(|n| format!("\"k{n:x}\":{n}")).collect();
    format!("{{{}}}", fields.join(",")).into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_beyond_all_measure_are_refused_and_cost_little_memory() {
    let service = Service::start(Dice::new(0, 1), Box::new(|_, _, _| Manner::status(200))).await;
    let mut lives = Lives::new(&service);
    let server = lives.start();
    send_whole(&server, b"{}".to_vec()).await;
    let hundred = 100 * MIB;
    let long = format!("content-type: application/json\r\ncontent-length: {hundred}");
    let chunked = "content-type: application/json\r\ntransfer-encoding: chunked";
    let chunk = || [format!("{MIB:x}\r\n").into_bytes(), vec![b' '; MIB], b"\r\n".to_vec()].concat();
    let packed = bomb(512);
    let gzip = format!("{}\r\ncontent-encoding: gzip", json_of(&packed));
    let (deep, countless, many) = (nested(10_000), wide(1_000_000), wide(70_000));
    let mut figures = Figures::of("oversize");
    let memory = Memory::watch(server.id());
    for (what, expected) in [
        ("100 MiB", 413),
        ("100 MiB in chunks", 413),
        ("10,000 levels", 400),
        ("1,000,000 keys", 413),
        ("as many keys as fit", 422),
        ("a gzip bomb of 512 MiB", 400),
    ] {
        let began = Instant::now();
        let status = match what {
            "100 MiB" => send(&server, &long, (0..100).map(|_| vec![b' '; MIB])).await,
            "100 MiB in chunks" => send(&server, chunked, (0..100).map(|_| chunk())).await,
            "10,000 levels" => send_whole(&server, deep.clone()).await,
            "1,000,000 keys" => send_whole(&server, countless.clone()).await,
            "as many keys as fit" => send_whole(&server, many.clone()).await,
            _ => send(&server, &gzip, std::iter::once(packed.clone())).await,
        };
        assert_eq!(status, expected, "{what}");
        figures = figures.with(what, format!("{status} in {} ms", began.elapsed().as_millis()));
    }
    let grown = memory.grown();
    figures.with("memory grew by MB", grown).print();
    assert!(grown < MOST_GROWTH, "memory grew by {grown} MB");
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_countless_values_is_refused_before_it_is_read() {
    let service = Service::start(Dice::new(0, 1), Box::new(|_, _, _| Manner::status(200))).await;
    let mut lives = Lives::new(&service);
    lives.set("CAUCE_MAX_BODY", &(25 * MIB).to_string());
    let server = lives.start();
    send_whole(&server, b"{}".to_vec()).await;
    let mut figures = Figures::of("countless values");
    for (keys, expected) in [(1_000_000, 413), (190_000, 202)] {
        let mut body = format!("{{\"key\":\"{keys}\",").into_bytes();
        body.extend_from_slice(&wide(keys)[1..]);
        let memory = Memory::watch(server.id());
        let began = Instant::now();
        let status = send_whole(&server, body).await;
        let (took, grown) = (began.elapsed().as_millis(), memory.grown());
        figures = figures.with(&format!("{keys} keys"), format!("{status} in {took} ms, {grown} MB"));
        assert_eq!(status, expected, "{keys} keys");
        assert!(status != 413 || grown < MOST_GROWTH, "memory grew by {grown} MB");
    }
    figures.print();
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_would_unpack_to_a_gigabyte_is_not_unpacked() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let packed = bomb(1024);
    let size = packed.len();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {size}\r\nconnection: close\r\n\r\n"
            );
            let mut request = [0; 4096];
            let count = stream.read(&mut request).await.expect("a request");
            assert!(count > 0);
            stream.write_all(head.as_bytes()).await.expect("a head");
            stream.write_all(&packed).await.expect("a body");
        }
    });
    let service = Service::start(Dice::new(0, 1), Box::new(|_, _, _| Manner::status(200))).await;
    let mut lives = Lives::new(&service);
    let token = token(lives.data.path(), "viewer");
    lives.set("CAUCE_ENV_OTHER", &address);
    let server = lives.start();
    let memory = Memory::watch(server.id());
    let run = server.begin("other/hook", &json!({"key": "bomb"})).await;
    let done = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
    let grown = memory.grown();
    assert!(grown < MOST_GROWTH, "memory grew by {grown} MB: {}", done["status"]);
    let packed = format!("{} KiB", size / 1024);
    Figures::of("gzip bomb as an answer")
        .with("bytes sent", packed)
        .with("would be MiB", 1024)
        .with("the run", &done["status"])
        .with("memory grew by MB", grown)
        .print();
    assert_eq!(server.stop(), Some(0));
}
