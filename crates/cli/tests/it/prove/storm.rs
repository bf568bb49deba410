//! A service that is down for a while, and everything that waits for it.

use std::collections::BTreeMap;
use std::time::Duration;

use cauce_model::Time;
use cauce_net::Method;
use serde_json::json;
use tokio::time::Instant;

use super::crowd::post;
use super::dice::{Dice, seed, setting};
use super::figures::Figures;
use super::lives::Lives;
use super::service::{Manner, Service};
use crate::process::{token, until};

/// What `workflows/storm.yaml` allows: one attempt, and three more after about a second each.
const MOST_ATTEMPTS: usize = 4;
const BACKOFF: f64 = 1.0;
/// How long the service is down: some runs succeed at last, and some have no attempt left.
const DOWN: Duration = Duration::from_millis(4000);
/// Hosts it is reached by, each a destination of its own.
const HOSTS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_storm_keeps_to_its_policy_and_spreads_out() {
    let (seed, runs) = (seed(), usize::try_from(setting("CAUCE_PROVE_STORM", 400)).expect("a count"));
    let began = Instant::now();
    let down =
        move |_: &_, _: &[_], _: &mut _| Manner::status(if began.elapsed() < DOWN { 503 } else { 200 });
    let service = Service::start(Dice::new(seed, 1), Box::new(down)).await;
    let mut lives = Lives::new(&service);
    let token = token(lives.data.path(), "viewer");
    lives.set("CAUCE_ENV_PORT", &service.port.to_string());
    let server = lives.start();
    let body = |n: usize| json!({"key": format!("s-{n}"), "host": n % HOSTS + 1});
    let ids = post(&server, "storm", 0..runs, body).await;
    let open = "/api/v1/runs?status=queued,running,waiting&limit=1";
    until("the storm is over", async || {
        let answer = server.ask(Method::GET, open, Some(&token), None).await;
        answer.json["runs"].as_array().is_some_and(Vec::is_empty).then_some(())
    })
    .await;
    let (mut ends, mut shares) = (BTreeMap::new(), Vec::new());
    for id in &ids {
        let run = server.ask(Method::GET, &format!("/api/v1/runs/{id}"), Some(&token), None).await.json;
        let step = &run["run"]["steps"][0];
        let place = (id.clone(), "storm/call".to_owned());
        let asks = service.book().effects.get(&place).map_or(0, |effect| effect.asks.len());
        assert!(asks <= MOST_ATTEMPTS, "{asks} attempts: {step:#}");
        assert_eq!(step["attempts"], asks, "{step:#}");
        *ends.entry(run["run"]["status"].as_str().unwrap_or_default().to_owned()).or_insert(0) += 1;
        shares.extend(step["failures"].as_array().into_iter().flatten().filter_map(|failure| {
            let at = |name: &str| failure[name].as_str()?.parse::<Time>().ok();
            Some(at("retry_at")?.since(at("at")?).as_secs_f64() / BACKOFF)
        }));
    }
    assert_eq!(ends.values().sum::<usize>(), runs);
    assert!(ends.keys().all(|status| status == "succeeded" || status == "held"), "{ends:?}");
    assert!(shares.len() >= 2 * HOSTS, "each host refused several: {}", shares.len());
    let distance = distance_from_even(&mut shares, 0.8, 1.2);
    let limit = least_suspicious(shares.len());
    assert!(distance < limit, "the waits are not spread over 0.8 to 1.2: {distance} of {limit}, seed {seed}");
    assert_eq!(server.stop(), Some(0));
    let most = service.book().effects.values().map(|effect| effect.asks.len()).max().unwrap_or(0);
    Figures::of("retry storm")
        .with("seed", seed)
        .with("runs", runs)
        .with("refused", shares.len())
        .with("attempts of a run, at most", most)
        .with("succeeded", ends.get("succeeded").copied().unwrap_or(0))
        .with("held", ends.get("held").copied().unwrap_or(0))
        .with(
            "distance of the waits from an even spread",
            format!("{distance:.3} (suspicious from {limit:.3})"),
        )
        .print();
}

/// The statistic of Kolmogorov and Smirnov: how far the values are from an even spread between two borders.
fn distance_from_even(values: &mut [f64], from: f64, to: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let count = real(values.len());
    let expected = |value: f64| ((value - from) / (to - from)).clamp(0.0, 1.0);
    let steps = values.iter().enumerate().map(|(index, value)| {
        let even = expected(*value);
        (even - real(index) / count).abs().max((real(index + 1) / count - even).abs())
    });
    steps.fold(0.0, f64::max)
}

/// The distance that an even spread reaches once in a thousand million times.
fn least_suspicious(count: usize) -> f64 {
    ((2.0 / 1e-9_f64).ln() / (2.0 * real(count))).sqrt()
}

fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("a small count"))
}

#[test]
fn waits_that_are_all_the_same_are_found_suspicious() {
    let mut same = [1.0; 400];
    assert!(distance_from_even(&mut same, 0.8, 1.2) > least_suspicious(400));
    let mut even: Vec<f64> = (0..400).map(|n| 0.8 + 0.4 * real(n) / 400.0).collect();
    assert!(distance_from_even(&mut even, 0.8, 1.2) < least_suspicious(400));
}
