//! Files from outside: downloaded by a flow, gone through row by row, made of results; and payloads that are as large as files.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cauce_net::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::process::{Server, token, until};
use crate::prove::memory::Memory;

/// Downloads a list, goes through its rows, and through what it made of them.
const LIST: &str = "version: 1
id: list
triggers:
  - { id: hook, use: webhook@1 }
steps:
  - id: get
    use: http.request@1
    with: { url: \"${{ trigger.body.url }}\", save: file }
  - id: rows
    for_each:
      in: steps.get.output.file
      as: row
      on_item_error: continue
      collect: steps.mail.output.address
      do:
        - id: mail
          set: { address: \"${{ row.email | lower }}\", odd: \"${{ 1 // (index - 7) }}\" }
  - id: again
    for_each:
      in: steps.rows.output.results
      do:
        - id: seen
          set: { address: \"${{ item }}\" }
outputs:
  file: ${{ steps.get.output.file }}
  results: ${{ steps.rows.output.results }}
  failed: ${{ steps.rows.output.failed }}
  count: ${{ steps.again.output.count }}
";

/// Keeps a file, however large.
const KEEP: &str = "version: 1
id: keep
triggers:
  - { id: hook, use: webhook@1 }
steps:
  - id: get
    use: http.request@1
    with: { url: \"${{ trigger.body.url }}\", save: file }
outputs: { file: \"${{ steps.get.output.file }}\" }
";

/// Rests between a large answer and its use.
const REST: &str = "version: 1
id: rest
triggers:
  - { id: hook, use: webhook@1 }
steps:
  - id: get
    use: http.request@1
    with: { url: \"${{ trigger.body.url }}\" }
  - { id: rest, wait: 3s }
  - id: measure
    set: { got: \"${{ steps.get.output.body | length }}\", sent: \"${{ trigger.body.note | length }}\" }
outputs: { got: \"${{ steps.measure.output.got }}\", sent: \"${{ steps.measure.output.sent }}\" }
";

/// The row of a list with this number.
fn row(number: usize) -> String {
    format!("Person-{number}@Example.com,{number}\n")
}

/// A list of so many rows.
fn list(rows: usize) -> String {
    (0..rows).fold("email,n\n".to_owned(), |list, number| list + &row(number))
}

/// What the flow makes of it: the eighth row cannot be divided by.
fn results(rows: usize) -> String {
    let line =
        |number| if number == 7 { "null\n".to_owned() } else { format!("\"person-{number}@example.com\"\n") };
    (0..rows).map(line).collect()
}

/// A server of files: `/list/N` has N rows, `/text/N` N bytes in JSON, `/zeros/N` N megabytes.
struct Shelf {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Shelf {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream));
            }
        });
        Self { address, asked }
    }
}

/// One request a connection; who breaks off is not written to any more.
async fn serve(mut stream: TcpStream) -> std::io::Result<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).await?;
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path: Vec<&str> = head.split_whitespace().nth(1).unwrap_or_default().split('/').collect();
    let count: usize = path[2].trim_end_matches(".csv").parse().expect("a number");
    let (kind, body, times) = match path[1] {
        "list" => ("text/csv", list(count).into_bytes(), 1),
        "text" => ("application/json", json!("x".repeat(count)).to_string().into_bytes(), 1),
        _ => ("application/octet-stream", vec![0; 1024 * 1024], count),
    };
    let length = body.len() * times;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    for _ in 0..times {
        stream.write_all(&body).await?;
    }
    stream.flush().await
}

struct House {
    data: tempfile::TempDir,
    flows: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let (data, flows) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        for (name, text) in [("list", LIST), ("keep", KEEP), ("rest", REST)] {
            std::fs::write(flows.path().join(format!("{name}.yaml")), text).expect("a file");
        }
        Self { data, flows }
    }

    fn serve(&self) -> Server {
        let show = |path: &Path| path.display().to_string();
        let (data, flows) = (show(self.data.path()), show(self.flows.path()));
        let arguments = ["--data", &data, "--workflows", &flows, "--allow-net", "127.0.0.0/8"];
        let limits = ["--max-file", "300000000", "--max-body", "2000000"];
        Server::start(&[&arguments[..], &limits[..]].concat(), &[])
    }
}

async fn download(server: &Server, token: &str, file: &Value) -> String {
    let id = file["file"].as_str().unwrap_or_else(|| panic!("no file: {file}"));
    server.ask(Method::GET, &format!("/api/v1/files/{id}"), Some(token), None).await.text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_downloaded_list_is_gone_through_and_its_results_are_a_list_again() {
    let (shelf, house) = (Shelf::start().await, House::new());
    let server = house.serve();
    let token = token(house.data.path(), "viewer");
    let run = server.begin("list/hook", &json!({"url": format!("{}/list/2500.csv", shelf.address)})).await;
    let run = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let outputs = &run["outputs"];
    assert_eq!((&outputs["count"], &outputs["failed"]), (&json!(2500), &json!(1)));
    assert_eq!(
        (&outputs["file"]["name"], &outputs["file"]["type"]),
        (&json!("2500.csv"), &json!("text/csv"))
    );
    assert_eq!(outputs["results"]["name"], "rows.jsonl");
    assert_eq!(download(&server, &token, &outputs["file"]).await, list(2500));
    assert_eq!(download(&server, &token, &outputs["results"]).await, results(2500));
}

#[tokio::test(flavor = "multi_thread")]
async fn results_are_the_same_bytes_when_the_process_dies_in_the_middle() {
    let (shelf, house) = (Shelf::start().await, House::new());
    let mut server = house.serve();
    let token = token(house.data.path(), "viewer");
    let rows = 60_000;
    let id = server.begin("list/hook", &json!({"url": format!("{}/list/{rows}.csv", shelf.address)})).await;
    for share in [6, 2] {
        until("the loop has come so far", async || {
            let run = server.ask(Method::GET, &format!("/api/v1/runs/{id}"), Some(&token), None).await.json;
            let done = run["run"]["steps"][1]["passes"]["done"].as_u64()?;
            let is_over = run["run"]["status"] != "running";
            (is_over || done > rows / share).then_some(())
        })
        .await;
        server.kill();
        server = house.serve();
    }
    let run = server.run_until(&token, &id, &["succeeded", "failed", "held"]).await;
    assert_eq!(run["status"], "succeeded", "{run:#}");
    assert_eq!(run["outputs"]["count"], rows);
    let rows = usize::try_from(rows).expect("a size");
    assert!(
        download(&server, &token, &run["outputs"]["results"]).await == results(rows),
        "not the same bytes"
    );
    assert_eq!(shelf.asked.load(Ordering::SeqCst), 1, "what was downloaded is not asked for again");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_size_of_a_download_costs_no_memory() {
    let (shelf, house) = (Shelf::start().await, House::new());
    let server = house.serve();
    let token = token(house.data.path(), "viewer");
    let memory = Memory::watch(server.id());
    let run = server.begin("keep/hook", &json!({"url": format!("{}/zeros/200", shelf.address)})).await;
    let run = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
    assert_eq!(run["outputs"]["file"]["size"], 200 * 1024 * 1024, "{run:#}");
    let grown = memory.grown();
    assert!(grown < 60, "{grown} MB for a file of 200 MB");
    let too_large = server.begin("keep/hook", &json!({"url": format!("{}/zeros/400", shelf.address)})).await;
    let run = server.run_until(&token, &too_large, &["succeeded", "failed", "held"]).await;
    assert_eq!((&run["status"], &run["error"]["code"]), (&json!("failed"), &json!("A008")), "{run:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_payload_survives_the_process_and_is_read_whole() {
    let (shelf, house) = (Shelf::start().await, House::new());
    let server = house.serve();
    let token = token(house.data.path(), "viewer");
    let body = json!({"url": format!("{}/text/600000", shelf.address), "note": "n".repeat(500_000)});
    let id = server.begin("rest/hook", &body).await;
    server.run_until(&token, &id, &["waiting"]).await;
    server.kill();
    let server = house.serve();
    let run = server.run_until(&token, &id, &["succeeded", "failed", "held"]).await;
    assert_eq!(run["outputs"], json!({"got": 600_000, "sent": 500_000}), "{run:#}");
    assert_eq!(shelf.asked.load(Ordering::SeqCst), 1, "the answer was read back");
    let output = &run["steps"][0]["output"];
    assert_eq!(output["$cut"], true);
    assert!(output["bytes"].as_u64().is_some_and(|bytes| bytes > 600_000), "{}", output["bytes"]);
    let path = format!("/api/v1/runs/{id}/payload");
    let whole = server.ask(Method::GET, &format!("{path}?of=output&step=get"), Some(&token), None).await;
    assert_eq!(whole.json["body"].as_str().map(str::len), Some(600_000));
    let data = server.ask(Method::GET, &format!("{path}?of=data"), Some(&token), None).await;
    assert_eq!(data.json["body"], body);
    let missing =
        server.ask(Method::GET, &format!("{path}?of=output&step=nowhere"), Some(&token), None).await;
    assert_eq!(missing.status, 404, "{}", missing.text);
    assert_eq!(server.ask(Method::GET, &format!("{path}?of=data"), None, None).await.status, 401);
}
