//! A run that kills whoever works on it: here the kill comes from outside, each time its call is under way.

use std::time::Duration;

use cauce_net::Method;
use serde_json::{Value, json};

use super::dice::{Dice, seed};
use super::figures::Figures;
use super::lives::Lives;
use super::service::{Ask, Manner, Place, Service};
use crate::process::{Server, token, until};

/// Runs beside the poisonous one.
const OTHERS: usize = 20;
/// More kills than this are not needed before it is held.
const MOST_KILLS: usize = 6;

/// Answers everything but the poisonous call, which stays under way.
fn manners(place: &Place, _: &[Ask], _: &mut Dice) -> Manner {
    let after = if place.1 == "long/call" { Duration::from_secs(3600) } else { Duration::ZERO };
    Manner { after, ..Manner::status(200) }
}

async fn read(server: &Server, token: &str, run: &str) -> Value {
    server.ask(Method::GET, &format!("/api/v1/runs/{run}"), Some(token), None).await.json["run"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_kills_each_process_is_held_and_the_others_end() {
    let service = Service::start(Dice::new(seed(), 1), Box::new(manners)).await;
    let mut lives = Lives::new(&service);
    let token = token(lives.data.path(), "publisher");
    let mut server = lives.start();
    let poison = server.begin("long/hook", &json!({"key": "poison"})).await;
    let place = (poison.clone(), "long/call".to_owned());
    let (mut kills, mut others) = (0, Vec::new());
    let held = loop {
        for n in 0..OTHERS {
            let body = json!({"key": format!("o-{kills}-{n}"), "wait": "100ms"});
            others.push(server.begin("patient/hook", &body).await);
        }
        let calls = until("the call is under way, or the run is held", async || {
            let calls = service.book().effects.get(&place).map_or(0, |effect| effect.asks.len());
            let run = read(&server, &token, &poison).await;
            (calls > kills || run["status"] == "held").then_some(calls)
        })
        .await;
        if calls <= kills {
            break read(&server, &token, &poison).await;
        }
        kills += 1;
        assert!(kills <= MOST_KILLS, "it is never held");
        server.kill();
        server = lives.start();
    };
    assert_eq!((&held["status"], &held["hold_reason"]), (&json!("held"), &json!("poison")), "{held:#}");
    for run in &others {
        let done = server.run_until(&token, run, &["succeeded", "failed", "held"]).await;
        assert_eq!(done["status"], "succeeded", "{done:#}");
    }
    let calls = service.book().effects[&place].clone();
    assert_eq!((calls.asks.len(), calls.differs), (kills, None), "one call a life, the same each time");
    // Whoever has mended what killed it lets it go on.
    let path = format!("/api/v1/runs/{poison}");
    let again = json!({"choice": "again"});
    let answer = server.ask(Method::POST, &format!("{path}/resume"), Some(&token), Some(&again)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    until("it is tried once more", async || {
        (service.book().effects[&place].asks.len() == kills + 1).then_some(())
    })
    .await;
    server.kill();
    Figures::of("poison")
        .with("kills until it was held", kills)
        .with("others", others.len())
        .with("all ended", true)
        .print();
}
