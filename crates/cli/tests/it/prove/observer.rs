//! Who reads the list of runs all the while, and remembers which were over: what was once shown as over must stay so.

use std::collections::HashMap;
use std::time::Duration;

use cauce_net::Method;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::senders::Shown;
use super::service::Service;
use crate::process::{client, try_ask};

/// The time between two looks.
const RHYTHM: Duration = Duration::from_millis(100);

/// When a run was first seen to be over: in which life, and behind how many requests to the service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) life: u64,
    pub(crate) requests: u64,
}

/// Starts looking; the looks end when whoever shows the server goes away.
pub(crate) fn observe(
    shown: watch::Receiver<Shown>,
    service: Service,
    token: String,
) -> JoinHandle<HashMap<String, Mark>> {
    tokio::spawn(async move {
        let client = client();
        let mut seen = HashMap::new();
        let mut ticks = tokio::time::interval(RHYTHM);
        while shown.has_changed().is_ok() {
            ticks.tick().await;
            let Shown { address, life } = shown.borrow().clone();
            if address.is_empty() {
                continue;
            }
            let url = format!("{address}/api/v1/runs?status=succeeded&limit=200");
            let Ok(answer) = try_ask(&client, Method::GET, &url, Some(&token), None).await else { continue };
            let requests = service.book().requests;
            for run in answer.json["runs"].as_array().into_iter().flatten() {
                let id = run["id"].as_str().unwrap_or_default().to_owned();
                seen.entry(id).or_insert(Mark { life, requests });
            }
        }
        seen
    })
}
