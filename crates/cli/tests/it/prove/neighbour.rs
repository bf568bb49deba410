//! A quiet workflow beside one with a hundred times its load: the neighbour may not more than double what the quiet one
//! waits for.

use std::sync::atomic::Ordering;
use std::time::Duration;

use cauce_net::{Http, Method};
use cauce_runner::{Pause, RuntimePause};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::dice::{Dice, seed, setting};
use super::figures::{Figures, quantile};
use super::lives::Lives;
use super::quarter::Quarter;
use super::service::{Manner, Service};
use crate::process::{Server, client, token, try_ask, until};

/// The time between two events of the quiet workflow: five a second.
const RHYTHM: Duration = Duration::from_millis(200);
/// The neighbour's load, in events for each of the quiet one's.
const TIMES: usize = 100;
/// Connections of the neighbour.
const LANES: usize = 20;
/// Hosts that the neighbour calls, each a destination of its own: more than it takes to fill every place of a node.
const HOSTS: usize = 8;
/// What is left out of the comparison. Alone, a run takes about two milliseconds, and twice that is within what the load
/// of the neighbour's clients on the same two cores adds. A neighbour that is served first costs hundreds of milliseconds.
const FLOOR: Duration = Duration::from_millis(20);
/// The same where other tests run beside this one.
const FLOOR_IN_COMPANY: Duration = Duration::from_secs(1);

/// What the neighbour does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Noise {
    /// There is none.
    Alone,
    /// Events come in a hundred times as fast, and are done at once.
    Brisk,
    /// The same, and no call is answered before the round is over.
    Hung,
    /// As many timers, and all are due at the beginning of the round.
    Due,
}

const NOISES: [Noise; 4] = [Noise::Alone, Noise::Brisk, Noise::Hung, Noise::Due];

/// The trial under way.
struct Street {
    server: Server,
    quarter: Quarter,
    token: String,
    /// Events of the quiet one in a round.
    events: usize,
}

/// How long the quiet one took in a round: from the answer of the intake to the arrival, and from the sending.
#[derive(Clone, Copy)]
struct Round {
    behind_answer: Duration,
    whole: Duration,
}

fn host(number: usize) -> usize {
    number % HOSTS + 1
}

/// Posts until the event is taken.
async fn post(client: &Http, url: &str, body: &Value) {
    loop {
        let answer = try_ask(client, Method::POST, url, None, Some(body)).await.expect("an answer");
        if answer.status == 202 {
            return;
        }
        assert_eq!(answer.status, 503, "{}", answer.text);
        tokio::task::yield_now().await;
    }
}

impl Street {
    /// Lets the neighbour post all its events of a round, each in its time; or at once.
    fn flood(&self, flow: &str, name: &str, rhythm: Duration, due: Option<Instant>) -> JoinSet<()> {
        let (events, mut lanes) = (self.events * TIMES, JoinSet::new());
        for lane in 0..LANES {
            let url = format!("{}/hooks/{flow}/hook", self.server.address);
            let name = name.to_owned();
            lanes.spawn(async move {
                let client = client();
                let mut ticks = tokio::time::interval(rhythm.max(Duration::from_micros(1)));
                for number in (lane..events).step_by(LANES) {
                    ticks.tick().await;
                    let wait = due.map_or(0, |due| due.saturating_duration_since(Instant::now()).as_millis());
                    let body = json!({"key": format!("{name}-{number}"), "host": host(number), "wait": format!("{}ms", wait.max(1))});
                    post(&client, &url, &body).await;
                }
            });
        }
        lanes
    }

    /// One round beside this noise.
    async fn round(&self, number: usize, noise: Noise) -> Round {
        let name = format!("{noise:?}-{number}");
        let before = self.quarter.loud.answered.load(Ordering::SeqCst);
        let rhythm = RHYTHM * u32::try_from(LANES).expect("small") / u32::try_from(TIMES).expect("small");
        let lanes = match noise {
            Noise::Alone => JoinSet::new(),
            Noise::Brisk => self.flood("flood", &name, rhythm, None),
            Noise::Hung => {
                self.quarter.loud.hangs.send_replace(true);
                self.flood("flood", &name, rhythm, None)
            }
            Noise::Due => {
                let due = Instant::now()
                    + Duration::from_millis(2) * u32::try_from(self.events * TIMES).expect("small");
                self.flood("due", &name, Duration::ZERO, Some(due)).join_all().await;
                RuntimePause.pause(due.saturating_duration_since(Instant::now())).await;
                JoinSet::new()
            }
        };
        let round = self.listen(&name).await;
        self.quarter.loud.hangs.send_replace(false);
        lanes.join_all().await;
        let open = "/api/v1/runs?status=queued,running,waiting&limit=1";
        until("the neighbour is done too", async || {
            let answer = self.server.ask(Method::GET, open, Some(&self.token), None).await;
            answer.json["runs"].as_array().is_some_and(Vec::is_empty).then_some(())
        })
        .await;
        let loud = self.quarter.loud.answered.load(Ordering::SeqCst) - before;
        let all = if noise == Noise::Alone { 0 } else { self.events * TIMES };
        assert_eq!(loud, all, "{name}: each run of the neighbour made its call once");
        round
    }

    /// The quiet one's events of a round.
    async fn listen(&self, name: &str) -> Round {
        let (client, url) = (client(), format!("{}/hooks/quiet/hook", self.server.address));
        let mut ticks = tokio::time::interval(RHYTHM);
        let mut sent = Vec::new();
        for number in 0..self.events {
            ticks.tick().await;
            let key = format!("{name}-{number}");
            let began = Instant::now();
            post(&client, &url, &json!({"key": key})).await;
            sent.push((key, began, Instant::now()));
        }
        // Where the neighbour has every place, the quiet one waits until its calls end: they do when patience is over.
        if tokio::time::timeout(RHYTHM * 10, self.arrived(&sent)).await.is_err() {
            self.quarter.loud.hangs.send_replace(false);
            self.arrived(&sent).await;
        }
        let arrivals = self.quarter.arrivals.lock().expect("the arrivals");
        let spans = |from: fn(&(String, Instant, Instant)) -> Instant| {
            let mut spans: Vec<Duration> =
                sent.iter().map(|event| arrivals[&event.0].saturating_duration_since(from(event))).collect();
            quantile(&mut spans, 990).expect("events")
        };
        Round { behind_answer: spans(|event| event.2), whole: spans(|event| event.1) }
    }

    /// Waits until each of these made its call.
    async fn arrived(&self, sent: &[(String, Instant, Instant)]) {
        until("each quiet run made its call", async || {
            let arrivals = self.quarter.arrivals.lock().expect("the arrivals");
            sent.iter().all(|(key, ..)| arrivals.contains_key(key)).then_some(())
        })
        .await;
    }
}

/// The middle one of the rounds beside a noise: one round may meet whatever else the machine does.
fn middle(rounds: &[(Noise, Round)], noise: Noise, span: fn(&Round) -> Duration) -> Duration {
    let mut spans: Vec<_> =
        rounds.iter().filter(|(of, _)| *of == noise).map(|(_, round)| span(round)).collect();
    quantile(&mut spans, 500).expect("rounds")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loud_neighbour_does_not_more_than_double_the_wait_of_a_quiet_workflow() {
    let seed = seed();
    let rounds = setting("CAUCE_PROVE_NEIGHBOUR_ROUNDS", 0);
    let (rounds, events, floor) = if rounds == 0 { (1, 15, FLOOR_IN_COMPANY) } else { (rounds, 100, FLOOR) };
    let service = Service::start(Dice::new(seed, 1), Box::new(|_, _, _| Manner::status(200))).await;
    let quarter = Quarter::start().await;
    let mut lives = Lives::new(&service);
    let token = token(lives.data.path(), "viewer");
    lives.set("CAUCE_ENV_QUIET", &quarter.quiet);
    lives.set("CAUCE_ENV_PORT", &quarter.loud_port.to_string());
    let street = Street { server: lives.start(), quarter, token, events };
    let mut found = Vec::new();
    for number in 0..usize::try_from(rounds).expect("small") {
        for noise in NOISES {
            found.push((noise, street.round(number, noise).await));
        }
    }
    assert_eq!(street.server.stop(), Some(0));
    let mut figures =
        Figures::of("a loud neighbour").with("seed", seed).with("quiet runs in a round", events);
    let millis = |span: Duration| format!("{:.1}", span.as_secs_f64() * 1000.0);
    for noise in NOISES {
        let behind = middle(&found, noise, |round| round.behind_answer);
        let whole = middle(&found, noise, |round| round.whole);
        figures = figures.with(&format!("{noise:?}: p99 ms behind the answer"), millis(behind));
        figures = figures.with("with the answer", millis(whole));
    }
    figures.print();
    let alone = middle(&found, Noise::Alone, |round| round.whole);
    for noise in NOISES {
        let beside = middle(&found, noise, |round| round.whole);
        assert!(
            beside <= (alone * 2).max(floor),
            "beside {noise:?}: {beside:?}, alone: {alone:?}, seed {seed}"
        );
    }
}
