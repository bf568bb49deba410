//! A disk that lies dead with the server: the power goes, or a sync fails.

use std::time::Duration;

use cauce_net::Method;
use cauce_runner::{Pause, RuntimePause};
use serde_json::json;

use super::dice::{Dice, seed, setting};
use super::faults::Faults;
use super::figures::Figures;
use super::lives::Lives;
use super::service::{Manner, Service};
use super::trial::Trial;
use crate::process::{PATIENCE, Server, client, token, try_ask, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_power_takes_what_was_not_synced() {
    let (seed, cycles) = (seed(), setting("CAUCE_PROVE_POWER_CYCLES", 15));
    let faults = Faults::new();
    let mut trial = Trial::begin(seed).await;
    faults.load(&mut trial.lives);
    let mut lost = 0;
    for _ in 0..cycles {
        let server = trial.start();
        RuntimePause.pause(Duration::from_millis(trial.dice.between(50, 1000))).await;
        trial.kill(server);
        lost += faults.cut_power(trial.lives.data.path(), &mut trial.dice);
    }
    assert!(lost > 0, "no write was ever without its sync: the library does not see them");
    trial.finish("power loss under load").await.with("writes without a sync", lost).print();
}

/// Posts until the server answers no more; returns what it acknowledged.
async fn post_until_silence(server: &Server, from: usize) -> Vec<(String, String)> {
    let (client, url) = (client(), format!("{}/hooks/chain/hook", server.address));
    let mut known = Vec::new();
    for number in from.. {
        let key = format!("k-{number}");
        let Ok(answer) = try_ask(&client, Method::POST, &url, None, Some(&json!({"key": key}))).await else {
            return known;
        };
        match answer.status {
            202 => known.push((key, answer.json["run_id"].as_str().expect("a run").to_owned())),
            status => assert_eq!(status, 503, "{}", answer.text),
        }
    }
    known
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_that_fails_ends_the_process_and_what_was_acknowledged_is_there_afterwards() {
    let (seed, rounds) = (seed(), setting("CAUCE_PROVE_SYNC_ROUNDS", 5));
    let (faults, mut dice) = (Faults::new(), Dice::new(seed, 3));
    let service = Service::start(Dice::new(seed, 1), Box::new(|_, _, _| Manner::status(200))).await;
    let mut lives = Lives::new(&service);
    faults.load(&mut lives);
    let token = token(lives.data.path(), "viewer");
    let (mut known, mut lost) = (Vec::new(), 0);
    for _ in 0..rounds {
        let server = lives.start();
        let after = Duration::from_millis(dice.between(50, 500));
        let (acknowledged, ()) = tokio::join!(post_until_silence(&server, known.len()), async {
            RuntimePause.pause(after).await;
            faults.break_syncs();
        });
        let code = server.wait();
        assert_eq!(code, Some(1), "the process ends by itself, and says that it failed");
        lost += faults.cut_power(lives.data.path(), &mut dice);
        faults.mend_syncs();
        known.extend(acknowledged);
    }
    let server = lives.start();
    for (key, run) in &known {
        let done = server.run_until(&token, run, &["succeeded", "failed", "held"]).await;
        assert_eq!(done["status"], "succeeded", "{key}: {done:#}");
        let again = server.hook("chain/hook", &json!({"key": key})).await;
        assert_eq!((&again.json["outcome"], &again.json["run_id"]), (&json!("duplicate"), &json!(run)));
    }
    assert_eq!(server.stop(), Some(0));
    Figures::of("a sync that fails")
        .with("seed", seed)
        .with("rounds", rounds)
        .with("acknowledged", known.len())
        .with("lost", 0)
        .with("writes without a sync", lost)
        .print();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_lies_about_its_syncs_is_found_out() {
    let faults = Faults::new();
    let service = Service::start(Dice::new(seed(), 1), Box::new(|_, _, _| Manner::status(200))).await;
    let mut lives = Lives::new(&service);
    faults.load(&mut lives);
    let token = token(lives.data.path(), "viewer");
    let server = lives.start();
    let honest = server.begin("chain/hook", &json!({"key": "honest"})).await;
    server.run_until(&token, &honest, &["succeeded"]).await;
    faults.lie_about_syncs();
    let lied = server.begin("chain/hook", &json!({"key": "lied"})).await;
    server.kill();
    assert!(faults.take_all(lives.data.path()) > 0, "the writes were kept in mind");
    let server = lives.start();
    let path = |run: &str| format!("/api/v1/runs/{run}");
    assert_eq!(server.ask(Method::GET, &path(&honest), Some(&token), None).await.status, 200);
    assert_eq!(server.ask(Method::GET, &path(&lied), Some(&token), None).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_that_fails_ends_the_process_though_a_call_is_under_way() {
    let faults = Faults::new();
    let hour = Duration::from_secs(3600);
    let silent = move |_: &_, _: &[_], _: &mut _| Manner { after: hour, ..Manner::status(200) };
    let service = Service::start(Dice::new(seed(), 1), Box::new(silent)).await;
    let mut lives = Lives::new(&service);
    faults.load(&mut lives);
    let server = lives.start();
    let token = token(lives.data.path(), "viewer");
    let path = format!("/api/v1/runs/{}", server.begin("long/hook", &json!({"key": "under-way"})).await);
    // What the API shows is on disk: the run has nothing left to write.
    until("the call is under way", async || {
        let run = server.ask(Method::GET, &path, Some(&token), None).await;
        (run.json["run"]["steps"][0]["status"] == "running" && service.book().requests == 1).then_some(())
    })
    .await;
    faults.break_syncs();
    post_until_silence(&server, 0).await;
    let ended = tokio::task::spawn_blocking(move || server.wait());
    let code = tokio::time::timeout(PATIENCE, ended).await.expect("it does not wait for the call");
    assert_eq!(code.expect("an end"), Some(1));
}
