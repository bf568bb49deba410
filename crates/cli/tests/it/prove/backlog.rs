//! A server that was away for an hour, and everything that fell due meanwhile.

use std::time::Duration;

use cauce_net::Method;
use serde_json::json;
use tokio::time::Instant;

use super::counting::{Counts, counting_service};
use super::crowd::post;
use super::dice::{Dice, seed, setting};
use super::faults::Faults;
use super::figures::{Figures, quantile};
use super::lives::Lives;
use super::memory::Memory;
use super::service::{Manner, Service};
use crate::process::{PATIENCE, Server, client, try_ask};

/// The time between two runs that somebody waits for.
const RHYTHM: Duration = Duration::from_millis(100);

/// Until the backlog is gone, starts a run now and then and waits for its answer; returns how long each took.
async fn interact(server: &Server, events: usize, counts: &Counts) -> Vec<Duration> {
    let (client, url) = (client(), format!("{}/hooks/interactive/hook", server.address));
    let mut ticks = tokio::time::interval(RHYTHM);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut waits, mut before, mut moved) = (Vec::new(), 0, Instant::now());
    loop {
        ticks.tick().await;
        let now = counts.lock().expect("the counts").all;
        if now >= events {
            return waits;
        }
        if now > before {
            (before, moved) = (now, Instant::now());
        }
        assert!(moved.elapsed() < PATIENCE, "the backlog stands still at {now} of {events}");
        let began = Instant::now();
        let body = json!({"key": format!("i-{}", waits.len())});
        let answer = try_ask(&client, Method::POST, &url, None, Some(&body)).await.expect("an answer");
        assert!(answer.status == 200 || answer.status == 202, "{}", answer.text);
        waits.push(began.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_of_due_timers_is_worked_off_once_each_while_new_runs_go_on() {
    let (seed, events) = (seed(), usize::try_from(setting("CAUCE_PROVE_TIMERS", 10_000)).expect("a count"));
    let faults = Faults::new();
    let service = Service::start(Dice::new(seed, 1), Box::new(|_, _, _| Manner::status(200))).await;
    let (address, counts) = counting_service(events).await;
    let mut lives = Lives::new(&service);
    lives.set("CAUCE_ENV_OTHER", &address);
    faults.load_clock(&mut lives);
    let server = lives.start();
    let began = Instant::now();
    post(&server, "tomorrow", 0..events, |n| json!({"key": format!("b-{n}")})).await;
    let posting = began.elapsed();
    assert_eq!(server.stop(), Some(0));
    assert_eq!(counts.lock().expect("the counts").all, 0, "nothing was due");

    faults.set_clock(2 * 3600);
    let began = Instant::now();
    let server = lives.start();
    let ready = began.elapsed();
    let memory = Memory::watch(server.id());
    let mut waits = interact(&server, events, &counts).await;
    let draining = began.elapsed();
    let most = memory.most();
    assert_eq!(server.stop(), Some(0));
    let twice = counts.lock().expect("the counts").each.iter().filter(|count| **count != 1).count();
    assert_eq!(twice, 0, "each was done once");
    let rate =
        |span: Duration| (f64::from(u32::try_from(events).expect("a count")) / span.as_secs_f64()).round();
    Figures::of("backlog of due timers")
        .with("seed", seed)
        .with("timers", events)
        .with("taken in a second", rate(posting))
        .with("ready after ms", ready.as_millis())
        .with("worked off a second", rate(draining))
        .with("memory at most, MB", most)
        .with("new runs meanwhile", waits.len())
        .with("answered in ms, median", quantile(&mut waits, 500).unwrap_or_default().as_millis())
        .with("p99", quantile(&mut waits, 990).unwrap_or_default().as_millis())
        .print();
}
