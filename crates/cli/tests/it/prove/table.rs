//! A flow that goes through a table of very many rows: in chunks, with flat memory, and on from the row where it died.

use cauce_net::{Bytes, HttpRequest, Method, Url};
use serde_json::{Value, json};

use super::counting::{Counts, counting_service};
use super::dice::{Dice, seed, setting};
use super::figures::Figures;
use super::lives::Lives;
use super::memory::Memory;
use super::service::{Manner, Service};
use crate::process::{Server, client, token, until};

/// Rows that may be done again after the process died, with the same keys: the 16 under way, and those whose results were
/// not written yet. No row rests on another, so results are written together: after 200 ms, or when 512 entries wait, of
/// which each row leaves four: `number` is done, `call` began, `call` is done, and so is the pass.
const NOT_WRITTEN: usize = 16 + 512 / 4 + 1;
/// The row that cannot be worked on.
const BAD: usize = 3;

fn table(rows: usize) -> String {
    let mut text = String::from("key,amount\n");
    for row in 0..rows {
        let amount = if row == BAD { "much".to_owned() } else { row.to_string() };
        text.push_str(&format!("r-{row},{amount}\n"));
    }
    text
}

/// Uploads a table and returns the file as runs take it.
async fn upload(server: &Server, token: &str, text: String) -> Value {
    let url: Url = format!("{}/api/v1/files?name=rows.csv", server.address).parse().expect("an address");
    let bearer = format!("Bearer {token}").parse().expect("a header value");
    let request = HttpRequest::new(Method::POST, url)
        .header("authorization".parse().expect("a header name"), bearer)
        .header("content-type".parse().expect("a header name"), "text/csv".parse().expect("a header value"))
        .body(Bytes::from(text));
    let answer = client().send(request).await.expect("an answer");
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
    body["file"].clone()
}

async fn heard_of(counts: &Counts, many: usize) {
    until(&format!("{many} rows are done"), async || {
        (counts.lock().expect("the counts").all >= many).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_table_is_gone_through_once_row_by_row_across_a_kill_with_flat_memory() {
    let (seed, rows) = (seed(), usize::try_from(setting("CAUCE_PROVE_ROWS", 6_000)).expect("a count"));
    let service = Service::start(Dice::new(seed, 1), Box::new(|_, _, _| Manner::status(200))).await;
    let (address, counts) = counting_service(rows).await;
    let mut lives = Lives::new(&service);
    lives.set("CAUCE_ENV_OTHER", &address);
    let server = lives.start();
    let token = token(lives.data.path(), "editor");
    let file = upload(&server, &token, table(rows)).await;
    let run = server.begin("rows/list", &json!({ "file": file })).await;
    heard_of(&counts, rows / 3).await;
    server.kill();
    let server = lives.start();
    // What a loop needs it has by then: from here on memory must not grow with the rows.
    heard_of(&counts, rows / 2).await;
    let memory = Memory::watch(server.id());
    let done = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
    let output = &done["outputs"]["rows"];
    assert_eq!(done["status"], "succeeded", "{done:#}");
    assert_eq!(*output, json!({"count": rows, "succeeded": rows - 1, "failed": 1}), "{done:#}");
    let counts = counts.lock().expect("the counts");
    let missing: Vec<usize> = (0..rows).filter(|row| *row != BAD && counts.each[*row] == 0).collect();
    assert_eq!(missing, [0_usize; 0], "every row was done");
    assert_eq!(counts.each[BAD], 0, "the bad one was not");
    let again = counts.all - (rows - 1);
    assert!(again <= NOT_WRITTEN, "{again} rows were done again, {NOT_WRITTEN} could be unwritten");
    Figures::of("a long table")
        .with("seed", seed)
        .with("rows", rows)
        .with("rows done again after the kill", again)
        .with("resident memory at most, MB", memory.most())
        .with("grown over the second half, MB", memory.grown())
        .print();
    assert!(memory.grown() < 48, "memory grew by {} MB over half of {rows} rows", memory.grown());
}
