//! One data folder under load while its server is killed again and again; and the judgement at the end.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;
use std::time::Duration;

use cauce_net::Method;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::database::integrity;
use super::dice::Dice;
use super::figures::Figures;
use super::judge::{Evidence, Listed, complaints, repeats};
use super::ledger::Ledger;
use super::lives::Lives;
use super::observer::{Mark, observe};
use super::senders::Senders;
use super::service::{Ask, Manner, Place, Service};
use crate::process::{Server, token, until};

/// A flaky step is refused at most this often: its policy allows two more.
const MOST_REFUSALS: usize = 3;

/// The load, the books, and the folder.
pub(crate) struct Trial {
    pub(crate) lives: Lives,
    pub(crate) dice: Dice,
    seed: u64,
    service: Service,
    ledger: Ledger,
    _books: tempfile::TempDir,
    senders: Senders,
    observer: JoinHandle<HashMap<String, Mark>>,
    token: String,
    /// When each life ended.
    deaths: BTreeMap<u64, Instant>,
}

/// Answers at once or after a moment, and refuses the flaky step now and then.
fn manners(place: &Place, before: &[Ask], dice: &mut Dice) -> Manner {
    let refused = before.iter().filter(|ask| ask.answered.is_some_and(|(status, _)| status == 503)).count();
    let refuses = place.1 == "flaky/busy" && refused < MOST_REFUSALS && dice.percent(30);
    let after = if dice.percent(50) { Duration::from_millis(dice.between(1, 40)) } else { Duration::ZERO };
    Manner { after, ..Manner::status(if refuses { 503 } else { 200 }) }
}

impl Trial {
    pub(crate) async fn begin(seed: u64) -> Self {
        let service = Service::start(Dice::new(seed, 1), Box::new(manners)).await;
        let lives = Lives::new(&service);
        let books = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::new(books.path());
        let token = token(lives.data.path(), "publisher");
        let senders = Senders::start(seed, &ledger);
        let observer = observe(senders.watch(), service.clone(), token.clone());
        let (dice, deaths) = (Dice::new(seed, 2), BTreeMap::new());
        Self { lives, dice, seed, service, ledger, _books: books, senders, observer, token, deaths }
    }

    /// Starts the next life and lets the load at it.
    pub(crate) fn start(&mut self) -> Server {
        let server = self.lives.start();
        self.senders.show(&server.address, self.lives.life - 1);
        server
    }

    /// `kill -9`, and the moment of it.
    pub(crate) fn kill(&mut self, server: Server) {
        self.deaths.insert(self.lives.life - 1, Instant::now());
        server.kill();
    }

    /// Lets everything come to its end, and judges it.
    pub(crate) async fn finish(mut self, name: &str) -> Figures {
        let server = self.start();
        let tally = self.senders.finish().await;
        let over = self.observer.await.expect("the observer ends well");
        let token = self.token.as_str();
        nothing_under_way(&server, token).await;
        let suspects = resume(&server, token, &listed(&server, token).await, "poison", "again").await;
        assert!(suspects <= self.deaths.len(), "one run alone is under suspicion at a time: {suspects}");
        nothing_under_way(&server, token).await;
        let receipts = self.ledger.read();
        let listed = listed(&server, token).await;
        let (repeats, requests, effects, found, unanswered) = {
            let book = self.service.book();
            let evidence = Evidence { receipts: &receipts, listed: &listed, over: &over, book: &book };
            let asks = book.effects.values().flat_map(|effect| &effect.asks);
            let unanswered = asks.filter(|ask| ask.answered.is_none()).count();
            let found = complaints(&evidence);
            (repeats(&book, &self.deaths), book.requests, book.effects.len(), found, unanswered)
        };
        assert!(found.is_empty(), "seed {}: {} complaints: {:#?}", self.seed, found.len(), first(&found));
        let doubts = resume(&server, token, &listed, "in_doubt", "happened").await;
        nothing_under_way(&server, token).await;
        assert!(ended(&server, token).await, "what was in doubt ends when somebody says that it happened");
        assert_eq!(self.service.book().requests, requests, "what is said to have happened is not done again");
        assert_eq!(server.stop(), Some(0));
        assert_eq!(integrity(self.lives.data.path()).await, "ok");
        let heard = tally.acknowledged.load(Ordering::SeqCst);
        assert_eq!(heard, u64::try_from(receipts.len()).expect("a count"));
        assert!(
            heard >= u64::try_from(self.deaths.len()).expect("a count"),
            "there was load: {heard} events"
        );
        Figures::of(name)
            .with("seed", self.seed)
            .with("kills", self.deaths.len())
            .with("acknowledged", heard)
            .with("lost", 0)
            .with("run twice", 0)
            .with("answers that the kill swallowed", tally.unheard.load(Ordering::SeqCst))
            .with("sent again after the answer", tally.again.load(Ordering::SeqCst))
            .with("requests cut off", tally.unanswered.load(Ordering::SeqCst))
            .with("effects", effects)
            .with("under way at a kill", unanswered)
            .with("repeated of these", repeats.cut_off)
            .with("repeated though answered", repeats.not_kept)
            .with("the oldest of these, ms before the kill", repeats.oldest.as_millis())
            .with("once held in doubt", doubts)
            .with("suspected of the kill, held and resumed", suspects)
    }
}

/// As many as a person reads.
fn first(found: &[String]) -> &[String] {
    found.get(..10).unwrap_or(found)
}

/// Every run there is, page by page.
async fn listed(server: &Server, token: &str) -> BTreeMap<String, Listed> {
    let mut listed = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/runs?limit=200&cursor={cursor}");
        let page = server.ask(Method::GET, &path, Some(token), None).await;
        for run in page.json["runs"].as_array().expect("runs") {
            let said = |name: &str| run[name].as_str().unwrap_or_default().to_owned();
            let line = Listed {
                workflow: said("workflow"),
                status: said("status"),
                hold_reason: said("hold_reason"),
            };
            assert!(listed.insert(said("id"), line).is_none(), "listed twice: {run}");
        }
        match page.json["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return listed,
        }
    }
}

/// Waits until no run has anything left to do.
async fn nothing_under_way(server: &Server, token: &str) {
    let open = "/api/v1/runs?status=queued,running,waiting&limit=1";
    until("nothing is under way", async || {
        let answer = server.ask(Method::GET, open, Some(token), None).await;
        answer.json["runs"].as_array().is_some_and(Vec::is_empty).then_some(())
    })
    .await;
}

/// Whether every run succeeded.
async fn ended(server: &Server, token: &str) -> bool {
    let others = "/api/v1/runs?status=held,failed,cancelled&limit=1";
    let answer = server.ask(Method::GET, others, Some(token), None).await;
    answer.json["runs"].as_array().is_some_and(Vec::is_empty)
}

/// Resumes every run that is held for this reason, and waits until each has taken it up. Returns how many there were.
async fn resume(
    server: &Server,
    token: &str,
    listed: &BTreeMap<String, Listed>,
    reason: &str,
    choice: &str,
) -> usize {
    let held = listed.iter().filter(|(_, run)| run.status == "held" && run.hold_reason == reason);
    let held: Vec<&String> = held.map(|(id, _)| id).collect();
    for run in &held {
        let path = format!("/api/v1/runs/{run}/resume");
        let answer = server.ask(Method::POST, &path, Some(token), Some(&json!({"choice": choice}))).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
    }
    for run in &held {
        let others = ["queued", "running", "waiting", "succeeded", "failed", "cancelled"];
        server.run_until(token, run, &others).await;
    }
    held.len()
}
