//! What must hold at the end, from the sender's book, the service's book and the public API alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::ledger::Receipt;
use super::observer::Mark;
use super::service::{Ask, Book, Effect};

/// A run as the list of runs shows it.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) workflow: String,
    pub(crate) status: String,
    pub(crate) hold_reason: String,
}

/// All there is to judge by.
pub(crate) struct Evidence<'a> {
    pub(crate) receipts: &'a BTreeMap<String, Receipt>,
    pub(crate) listed: &'a BTreeMap<String, Listed>,
    pub(crate) over: &'a HashMap<String, Mark>,
    pub(crate) book: &'a Book,
}

/// Requests that came again after a life of the server had ended.
#[derive(Default)]
pub(crate) struct Repeats {
    /// Those whose first request had no answer when the server was killed.
    pub(crate) cut_off: usize,
    /// Those that were answered, but the answer was not on disk yet.
    pub(crate) not_kept: usize,
    /// How long before the kill the oldest of these was answered.
    pub(crate) oldest: Duration,
}

/// Each entry is something that must not be.
pub(crate) fn complaints(evidence: &Evidence<'_>) -> Vec<String> {
    let mut found = runs(evidence);
    let mut keys = BTreeSet::new();
    for ((run, place), effect) in &evidence.book.effects {
        let name = format!("run {run}, {place}");
        let known = evidence.receipts.get(&effect.event);
        if known.is_none_or(|receipt| receipt.run != *run) {
            found.push(format!("{name}: the run of {} is {known:?}", effect.event));
        }
        if effect.idempotency_key.is_empty() || !keys.insert(&effect.idempotency_key) {
            found.push(format!("{name}: the key `{}` is not its own", effect.idempotency_key));
        }
        if let Some(differs) = &effect.differs {
            found.push(format!("{name}: not the same request again: {differs}"));
        }
        if let Some(pair) = effect.asks.windows(2).find(|pair| is_double(&pair[0], &pair[1])) {
            found.push(format!("{name}: asked twice in one life: {pair:?}"));
        }
        if place == "once/only" && effect.asks.len() > 1 {
            found.push(format!("{name}: made {} times", effect.asks.len()));
        }
        if let Some(mark) = evidence.over.get(run)
            && effect.asks.iter().any(|ask| (ask.life, ask.number) > (mark.life, mark.requests))
        {
            found.push(format!("{name}: asked after the run was over: {:?}, {mark:?}", effect.asks));
        }
    }
    found
}

/// A second request though the first was not refused and its sender still lived.
fn is_double(first: &Ask, second: &Ask) -> bool {
    first.life == second.life && first.answered.is_none_or(|(status, _)| status < 400)
}

fn runs(evidence: &Evidence<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let ours: BTreeSet<&str> = evidence.receipts.values().map(|receipt| receipt.run.as_str()).collect();
    if ours.len() != evidence.receipts.len() {
        found.push(format!("{} events share {} runs", evidence.receipts.len(), ours.len()));
    }
    for stranger in evidence.listed.keys().filter(|run| !ours.contains(run.as_str())) {
        found.push(format!("run {stranger}: nobody was told of it"));
    }
    for receipt in evidence.receipts.values() {
        match evidence.listed.get(&receipt.run) {
            None => found.push(format!("{receipt:?}: acknowledged and lost")),
            Some(run) => found.extend(ended(&receipt.run, run, evidence.book)),
        }
    }
    found
}

/// Whether the run ended well, with the effects that its flow asks for.
fn ended(id: &str, run: &Listed, book: &Book) -> Vec<String> {
    let effect = |place: &str| book.effects.get(&(id.to_owned(), place.to_owned()));
    let name = format!("run {id} of {}", run.workflow);
    let wrong = match (run.workflow.as_str(), run.status.as_str()) {
        ("once", "held") if run.hold_reason == "in_doubt" => None,
        (_, status) if status != "succeeded" => Some(format!("it is {run:?}")),
        ("chain", _) => match (effect("chain/first"), effect("chain/even"), effect("chain/odd")) {
            (Some(first), Some(even), None) => rests_on(first, even, Some(0)),
            (Some(first), None, Some(odd)) => rests_on(first, odd, Some(1)),
            others => Some(format!("its effects are {others:?}")),
        },
        ("patient", _) => match (effect("patient/before"), effect("patient/after")) {
            (Some(before), Some(after)) => rests_on(before, after, None),
            others => Some(format!("its effects are {others:?}")),
        },
        ("flaky", _) => effect("flaky/busy").is_none().then(|| "it made no call".to_owned()),
        ("once", _) => effect("once/only").is_none().then(|| "it made no call".to_owned()),
        (other, _) => Some(format!("nobody knows the flow {other}")),
    };
    wrong.into_iter().map(|wrong| format!("{name}: {wrong}")).collect()
}

/// Why the second effect cannot have rested on a kept answer to the first.
fn rests_on(first: &Effect, second: &Effect, parity: Option<u64>) -> Option<String> {
    let body: Value = serde_json::from_slice(&second.body).unwrap_or_default();
    let grant = body["grant"].as_u64()?;
    let begun = second.asks.first()?;
    let last = first.asks.last()?;
    if last.number > begun.number {
        return Some(format!("the first call came again behind the second: {first:?} {second:?}"));
    }
    if last.grant != grant || last.answered.is_none() {
        return Some(format!("{grant} is not the last answer to the first call: {first:?} {second:?}"));
    }
    parity.filter(|parity| grant % 2 != *parity).map(|_| format!("{grant} leads the other way"))
}

/// Counts what came again; `deaths` says when each life ended.
pub(crate) fn repeats(book: &Book, deaths: &BTreeMap<u64, Instant>) -> Repeats {
    let mut repeats = Repeats::default();
    for pair in book.effects.values().flat_map(|effect| effect.asks.windows(2)) {
        match pair[0].answered {
            None => repeats.cut_off += 1,
            Some((status, _)) if status >= 400 => {}
            Some((_, at)) => {
                repeats.not_kept += 1;
                let death = deaths.get(&pair[0].life).copied().unwrap_or(at);
                repeats.oldest = repeats.oldest.max(death.saturating_duration_since(at));
            }
        }
    }
    repeats
}
