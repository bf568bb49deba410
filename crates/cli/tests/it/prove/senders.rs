//! Who posts events: lanes that go on until they are told to stop, and repeat an event under its key until it is
//! acknowledged.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use cauce_net::{Http, Method};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::dice::Dice;
use super::ledger::{Ledger, Receipt};
use crate::process::{PATIENCE, client, try_ask};

/// Where the server is, and in which life.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    pub(crate) address: String,
    pub(crate) life: u64,
}

/// Connections that post at once.
const LANES: u64 = 6;
/// The time between two events of a lane; the server must have time for more than taking in.
const RHYTHM: Duration = Duration::from_millis(15);
/// The flows, as often as each stands here.
const FLOWS: [&str; 6] = ["chain", "chain", "patient", "patient", "flaky", "once"];
/// How many acknowledged events a lane remembers, to send them once more.
const REMEMBERED: usize = 50;

/// What happened, in figures.
#[derive(Default)]
pub(crate) struct Tally {
    /// Events that are acknowledged.
    pub(crate) acknowledged: AtomicU64,
    /// Of these, those whose first answer was lost: the event was kept and the server was killed before it said so.
    pub(crate) unheard: AtomicU64,
    /// Acknowledged events that were sent once more.
    pub(crate) again: AtomicU64,
    /// Requests without an answer.
    pub(crate) unanswered: AtomicU64,
}

/// The running lanes.
pub(crate) struct Senders {
    lanes: JoinSet<()>,
    stop: Arc<AtomicBool>,
    shown: watch::Sender<Shown>,
    pub(crate) tally: Arc<Tally>,
}

impl Senders {
    /// Starts lanes that post to whatever server is shown to them.
    pub(crate) fn start(seed: u64, ledger: &Ledger) -> Self {
        let shown = watch::Sender::new(Shown::default());
        let (stop, tally) = (Arc::new(AtomicBool::new(false)), Arc::new(Tally::default()));
        let mut lanes = JoinSet::new();
        for number in 0..LANES {
            let lane = Lane {
                number,
                dice: Dice::new(seed, 100 + number),
                client: client(),
                shown: shown.subscribe(),
                ledger: ledger.clone(),
                tally: Arc::clone(&tally),
                remembered: VecDeque::new(),
            };
            lanes.spawn(lane.post(Arc::clone(&stop)));
        }
        Self { lanes, stop, shown, tally }
    }

    /// Shows where the server is now.
    pub(crate) fn show(&self, address: &str, life: u64) {
        self.shown.send_replace(Shown { address: address.to_owned(), life });
    }

    /// For others who want to follow the server.
    pub(crate) fn watch(&self) -> watch::Receiver<Shown> {
        self.shown.subscribe()
    }

    /// Returns when every event that was begun is acknowledged.
    pub(crate) async fn finish(mut self) -> Arc<Tally> {
        self.stop.store(true, Ordering::SeqCst);
        let all = async {
            while let Some(lane) = self.lanes.join_next().await {
                lane.expect("a lane ends well");
            }
        };
        tokio::time::timeout(PATIENCE, all).await.expect("every event is acknowledged");
        self.tally
    }
}

struct Lane {
    number: u64,
    dice: Dice,
    client: Http,
    shown: watch::Receiver<Shown>,
    ledger: Ledger,
    tally: Arc<Tally>,
    remembered: VecDeque<(String, Value, Receipt)>,
}

impl Lane {
    async fn post(mut self, stop: Arc<AtomicBool>) {
        let mut ticks = tokio::time::interval(RHYTHM);
        for count in 0_u64.. {
            ticks.tick().await;
            if stop.load(Ordering::SeqCst) {
                return;
            }
            let flow = FLOWS[usize::try_from(self.dice.between(0, 6)).expect("small")];
            let key = format!("{flow}-{}-{count}", self.number);
            let wait = format!("{}ms", self.dice.between(20, 1500));
            let (receipt, outcome) = self.until_acknowledged(flow, &json!({"key": key, "wait": wait})).await;
            self.ledger.keep(&receipt).await;
            self.tally.acknowledged.fetch_add(1, Ordering::SeqCst);
            match outcome.as_str() {
                "run" => {}
                "duplicate" => _ = self.tally.unheard.fetch_add(1, Ordering::SeqCst),
                other => panic!("{key}: {other}"),
            }
            self.remembered.push_back((flow.to_owned(), json!({"key": key, "wait": wait}), receipt));
            if self.remembered.len() > REMEMBERED {
                self.remembered.pop_front();
            }
            if self.dice.percent(10) {
                self.once_more().await;
            }
        }
    }

    /// Sends an event of before again: the answer must be the first one's.
    async fn once_more(&mut self) {
        let count = u64::try_from(self.remembered.len()).expect("small");
        let place = usize::try_from(self.dice.between(0, count)).expect("small");
        let (flow, body, before) = self.remembered[place].clone();
        let (receipt, outcome) = self.until_acknowledged(&flow, &body).await;
        assert_eq!(
            (receipt, outcome.as_str()),
            (before, "duplicate"),
            "an event that was acknowledged before"
        );
        self.tally.again.fetch_add(1, Ordering::SeqCst);
    }

    async fn until_acknowledged(&mut self, flow: &str, body: &Value) -> (Receipt, String) {
        loop {
            let address = self.shown.borrow_and_update().address.clone();
            let url = format!("{address}/hooks/{flow}/hook");
            let answer = match address.is_empty() {
                true => None,
                false => try_ask(&self.client, Method::POST, &url, None, Some(body)).await.ok(),
            };
            match answer {
                Some(answer) if answer.status == 202 => {
                    let said = |name: &str| answer.json[name].as_str().unwrap_or_default().to_owned();
                    let key = body["key"].as_str().unwrap_or_default().to_owned();
                    return (Receipt { key, event: said("event_id"), run: said("run_id") }, said("outcome"));
                }
                // Not now, and it says so.
                Some(answer) => assert_eq!(answer.status, 503, "{}", answer.text),
                None => _ = self.tally.unanswered.fetch_add(1, Ordering::SeqCst),
            }
            // The next server is shown here; the same one is asked again after a while.
            drop(tokio::time::timeout(RHYTHM, self.shown.changed()).await);
        }
    }
}
