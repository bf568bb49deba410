//! Many events at once, over several connections.

use std::ops::Range;
use std::sync::Arc;

use cauce_net::Method;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::process::{Server, client, try_ask};

/// Connections that post at once.
const LANES: usize = 32;

/// Posts an event for each number; returns the runs. Who is told to come again later does.
pub(crate) async fn post(
    server: &Server,
    flow: &str,
    numbers: Range<usize>,
    body: fn(usize) -> Value,
) -> Vec<String> {
    let url: Arc<str> = format!("{}/hooks/{flow}/hook", server.address).into();
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        let (url, mine) = (Arc::clone(&url), numbers.clone().skip(lane).step_by(LANES));
        lanes.spawn(async move {
            let client = client();
            let mut runs = Vec::new();
            for number in mine {
                let body = body(number);
                loop {
                    let answer = try_ask(&client, Method::POST, &url, None, Some(&body)).await;
                    let answer = answer.unwrap_or_else(|error| panic!("{url}: {error}"));
                    if answer.status == 202 {
                        runs.push(answer.json["run_id"].as_str().expect("a run").to_owned());
                        break;
                    }
                    assert_eq!(answer.status, 503, "{}", answer.text);
                    tokio::task::yield_now().await;
                }
            }
            runs
        });
    }
    lanes.join_all().await.into_iter().flatten().collect()
}
