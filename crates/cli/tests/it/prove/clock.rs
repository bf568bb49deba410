//! A wall clock that jumps: by an hour, by a day, over the edges of summer time.

use std::path::Path;
use std::time::Duration;

use cauce_model::{Clock, SystemClock, Time};
use cauce_net::Method;
use cauce_runner::{Pause, RuntimePause};
use serde_json::json;

use super::dice::{Dice, seed};
use super::faults::Faults;
use super::figures::Figures;
use super::lives::Lives;
use super::service::{Ask, Manner, Place, Service};
use crate::process::{Server, token, until};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Refuses each first call, so that it is tried again half an hour later.
fn refuse_first(_: &Place, before: &[Ask], _: &mut Dice) -> Manner {
    Manner::status(if before.is_empty() { 503 } else { 200 })
}

async fn status(server: &Server, token: &str, run: &str) -> String {
    let answer = server.ask(Method::GET, &format!("/api/v1/runs/{run}"), Some(token), None).await;
    answer.json["run"]["status"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waits_and_retries_are_neither_lost_nor_doubled_when_the_clock_jumps() {
    let (seed, faults) = (seed(), Faults::new());
    let service = Service::start(Dice::new(seed, 1), Box::new(refuse_first)).await;
    let mut lives = Lives::new(&service);
    faults.load(&mut lives);
    let token = token(lives.data.path(), "viewer");
    let server = lives.start();
    let begin = async |server: &Server, key: &str, wait: &str| {
        let run = server.begin("later/hook", &json!({"key": key, "wait": wait})).await;
        server.run_until(&token, &run, &["waiting"]).await;
        run
    };
    let asked = |run: &str| {
        let place = (run.to_owned(), "later/call".to_owned());
        service.book().effects.get(&place).map_or(0, |effect| effect.asks.len())
    };
    let hour = begin(&server, "an-hour", "1h").await;
    let day = begin(&server, "a-day", "1d").await;

    faults.set_clock(HOUR + 1);
    until("an hour's wait is over", async || (asked(&hour) == 1).then_some(())).await;
    server.run_until(&token, &hour, &["waiting"]).await;
    let ahead = begin(&server, "begun-ahead", "1h").await;
    // Back by a day: everything is due later, nothing is due again.
    faults.set_clock(HOUR - DAY);
    let behind = begin(&server, "begun-behind", "1h").await;
    server.kill();
    let server = lives.start();
    for run in [&hour, &day, &ahead, &behind] {
        assert_eq!(status(&server, &token, run).await, "waiting");
    }
    faults.set_clock(2 * DAY);
    for run in [&day, &ahead, &behind] {
        until("its wait is over", async || (asked(run) == 1).then_some(())).await;
    }
    server.run_until(&token, &hour, &["succeeded"]).await;
    faults.set_clock(2 * DAY + HOUR);
    for run in [&day, &ahead, &behind] {
        server.run_until(&token, run, &["succeeded"]).await;
    }
    for run in [&hour, &day, &ahead, &behind] {
        assert_eq!(asked(run), 2, "refused once and taken once");
    }
    assert_eq!(server.stop(), Some(0));
    let jumps = "+1 h, -1 d, +2 d, +1 h";
    Figures::of("clock jumps")
        .with("seed", seed)
        .with("jumps", jumps)
        .with("lost", 0)
        .with("doubled", 0)
        .print();
}

/// A server with schedules whose clock is walked.
struct Walk {
    server: Server,
    token: String,
    faults: Faults,
}

impl Walk {
    async fn begin(lives: &mut Lives, at: &str) -> Self {
        let faults = Faults::new();
        faults.load(lives);
        lives.flows = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/prove/schedules");
        let token = token(lives.data.path(), "viewer");
        faults.set_clock(off(at));
        Self { server: lives.start(), token, faults }
    }

    /// The slots that this workflow fired for, in order of time.
    async fn fired(&self, workflow: &str) -> Vec<String> {
        let path = format!("/api/v1/runs?workflow={workflow}&limit=200");
        let list = self.server.ask(Method::GET, &path, Some(&self.token), None).await;
        let mut slots = Vec::new();
        for run in list.json["runs"].as_array().into_iter().flatten() {
            let path = format!("/api/v1/runs/{}", run["id"].as_str().unwrap_or_default());
            let run = self.server.ask(Method::GET, &path, Some(&self.token), None).await;
            let slot = run.json["run"]["data"]["scheduled_at"].as_str().unwrap_or_default();
            slots.push(slot.replace(".000000Z", "Z"));
        }
        slots.sort_unstable();
        slots
    }

    /// Moves the clock to each of these moments, and waits each time until the hourly schedule has fired for it.
    async fn through(&self, slots: &[&str]) {
        for slot in slots {
            self.faults.set_clock(off(slot));
            until(slot, async || self.fired("hourly").await.iter().any(|fired| fired == slot).then_some(()))
                .await;
        }
    }
}

/// How far the clock must be off to show this moment.
fn off(moment: &str) -> i64 {
    let wanted: Time = moment.parse().expect("a moment");
    (wanted.micros() - SystemClock.now().micros()).div_euclid(1_000_000) + 1
}

async fn walk(begin: &str, slots: &[&str], night: &str, jumped_to: &str) {
    let service = Service::start(Dice::new(0, 1), Box::new(|_, _, _| Manner::status(200))).await;
    let mut lives = Lives::new(&service);
    let walk = Walk::begin(&mut lives, begin).await;
    walk.through(slots).await;
    // Back by hours and through the same night once more, then a day on: the last slot of that day fires, no other.
    for moment in [begin, slots[2], slots[slots.len() - 1]] {
        walk.faults.set_clock(off(moment));
        // That nothing fires sends no signal: time for two looks and more.
        RuntimePause.pause(Duration::from_millis(1200)).await;
    }
    walk.through(&[jumped_to]).await;
    let expected: Vec<&str> = slots.iter().copied().chain([jumped_to]).collect();
    assert_eq!(walk.fired("hourly").await, expected);
    let nights = walk.fired("night").await;
    assert_eq!(
        nights.iter().filter(|slot| slot.as_str() <= slots[slots.len() - 1]).collect::<Vec<_>>(),
        [night]
    );
    assert_eq!(walk.server.stop(), Some(0));
    Figures::of("schedules over an edge of summer time")
        .with("from", begin)
        .with("slots", expected.len())
        .with("missed", 0)
        .with("fired twice", 0)
        .print();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_slot_fires_once_over_the_hour_that_is_left_out() {
    let slots = [
        "2027-03-27T23:00:00Z",
        "2027-03-28T00:00:00Z",
        "2027-03-28T01:00:00Z",
        "2027-03-28T02:00:00Z",
        "2027-03-28T03:00:00Z",
    ];
    walk("2027-03-27T22:59:58Z", &slots, "2027-03-28T01:00:00Z", "2027-03-29T03:00:00Z").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_slot_fires_once_over_the_hour_that_comes_twice() {
    let slots = [
        "2026-10-24T23:00:00Z",
        "2026-10-25T00:00:00Z",
        "2026-10-25T01:00:00Z",
        "2026-10-25T02:00:00Z",
        "2026-10-25T03:00:00Z",
    ];
    walk("2026-10-24T22:59:58Z", &slots, "2026-10-25T00:30:00Z", "2026-10-26T03:00:00Z").await;
}
