//! A disk without room, while events come in and calls are under way.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use cauce_net::Method;
use serde_json::{Value, json};

use super::dice::{Dice, seed};
use super::figures::Figures;
use super::lives::Lives;
use super::service::{Manner, Service};
use crate::process::{Server, until};

/// Runs that are under way when the disk is full.
const UNDER_WAY: usize = 40;
/// How often the disk is filled and emptied.
const ROUNDS: usize = 3;

/// The same server on a small file system of its own, in a name space of its own, most of it taken by ballast.
fn on_a_small_disk(lives: &mut Lives, token: &Path, megabytes: u32) -> Command {
    let command = lives.command();
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| format!("'{}'", word.display()))
        .collect();
    let data = lives.data.path().display();
    // The token is made in there too, before the server starts.
    let token = format!(
        "'{}' token create --role viewer --data {data} >{}",
        words[0].trim_matches('\''),
        token.display()
    );
    let script =
        format!("mount -t tmpfs -o size={megabytes}m tmpfs {data} && {token} && exec {}", words.join(" "));
    let mut whole = Command::new("unshare");
    whole.args(["--map-root-user", "--mount", "sh", "-c", &script]);
    whole.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    whole
}

/// The data folder through a second door.
fn ballast(server: &Server, lives: &Lives) -> String {
    format!("/proc/{}/root{}/ballast", server.id(), lives.data.path().display())
}

fn events(from: usize, count: usize) -> Vec<Value> {
    (from..from + count).map(|n| json!({"key": format!("f-{n}"), "wait": "1500ms"})).collect()
}

/// Three times what the log may be before it is moved by and by.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_events_and_loses_nothing_of_what_is_under_way() {
    fill_and_empty(48).await;
}

/// So small that the log fills it before it is moved by and by.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_that_is_smaller_than_a_log_may_be_recovers_too() {
    fill_and_empty(12).await;
}

async fn fill_and_empty(megabytes: u32) {
    let seed = seed();
    // Calls take so long that the disk is full when they are answered.
    let slow = |_: &_, _: &[_], _: &mut _| Manner { after: Duration::from_secs(1), ..Manner::status(200) };
    let service = Service::start(Dice::new(seed, 1), Box::new(slow)).await;
    let mut lives = Lives::new(&service);
    let outside = tempfile::tempdir().expect("a folder");
    let token = outside.path().join("token");
    let server = Server::spawn(on_a_small_disk(&mut lives, &token, megabytes), &[]);
    let token = std::fs::read_to_string(token).expect("a token").lines().last().expect("a line").to_owned();
    let (mut runs, mut refused) = (Vec::new(), 0);
    for round in 0..ROUNDS {
        for flow in ["chain", "patient"] {
            for event in events(round * UNDER_WAY, UNDER_WAY) {
                runs.push(server.begin(&format!("{flow}/hook"), &event).await);
            }
        }
        fill(&ballast(&server, &lives));
        for event in events(1000 + round * UNDER_WAY, UNDER_WAY) {
            let answer = server.hook("chain/hook", &event).await;
            if answer.status == 202 {
                runs.push(answer.json["run_id"].as_str().expect("a run").to_owned());
                continue;
            }
            assert_eq!((answer.status, answer.json["code"].as_str()), (503, Some("S009")), "{}", answer.text);
            assert!(answer.headers.contains_key("retry-after"));
            refused += 1;
        }
        let shown = server.ask(Method::GET, "/api/v1/runs?limit=1", Some(&token), None).await;
        assert_eq!(shown.status, 200, "what is there can be read: {}", shown.text);
        answered(&service, runs.len()).await;
        std::fs::remove_file(ballast(&server, &lives)).expect("room is made");
        for run in &runs {
            let done = server.run_until(&token, run, &["succeeded", "failed", "held"]).await;
            assert_eq!(done["status"], "succeeded", "{done:#}");
        }
    }
    assert!(refused > 0, "the disk was never full");
    let asked: Vec<usize> = service.book().effects.values().map(|effect| effect.asks.len()).collect();
    assert!(asked.iter().all(|asks| *asks == 1), "nothing was done twice: {asked:?}");
    assert_eq!(server.stop(), Some(0));
    Figures::of("disk full")
        .with("seed", seed)
        .with("MB", megabytes)
        .with("times full", ROUNDS)
        .with("acknowledged", runs.len())
        .with("lost", 0)
        .with("refused with 503", refused)
        .with("effects", asked.len())
        .with("repeated", 0)
        .print();
}

/// Takes all the room there is.
fn fill(ballast: &str) {
    use std::io::Write;
    let mut file = std::fs::File::create(ballast).expect("a file");
    while file.write_all(&[0; 4096]).is_ok() {}
    while file.write_all(&[0; 1]).is_ok() {}
}

/// Waits until the first call of every run is answered, whether or not that can be kept.
async fn answered(service: &Service, runs: usize) {
    until("the calls are answered", async || {
        let book = service.book();
        let firsts = book.effects.iter().filter(|((_, step), effect)| {
            matches!(step.as_str(), "chain/first" | "patient/before") && effect.asks[0].answered.is_some()
        });
        (firsts.count() >= runs).then_some(())
    })
    .await;
}
