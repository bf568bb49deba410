//! Every stand-in over real sockets, as its users meet it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod browser;
mod crm;
mod dns;
mod hooks;
mod lifecycle;
mod mailbox;
mod pages;
mod resolver;
mod shop;
mod smtp;

use std::time::Duration;

use cauce_demo::{Demo, Ports, Setting};

const TOKEN: &str = "demo-token";
/// 2024-02-29T12:00:00Z.
const NOON: i64 = 1_709_208_000_000_000;
/// Nobody listens there: the discard port.
const NOWHERE: &str = "http://127.0.0.1:9";

fn setting(hooks: &str) -> Setting {
    let mut setting = Setting::new(hooks, TOKEN, || NOON);
    setting.ports = Ports::FREE;
    setting.retries = vec![Duration::from_millis(1); 2];
    setting
}

async fn demo() -> Demo {
    Demo::start(setting(NOWHERE)).await.unwrap()
}

/// A step that never comes is a failure, not a test that hangs.
async fn soon<T>(step: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), step).await.expect("this takes no time")
}
