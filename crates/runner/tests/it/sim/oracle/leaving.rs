//! What left a node, and what reached the other side.

use std::sync::Arc;

use cauce_engine::{State, StepCall, decide, rests_on};
use cauce_model::{Entry, Resume, RunId, SessionId, StepPath, StepStatus, Time, What};
use serde_json::json;

use super::super::network::{MAIL, Parcel};
use super::super::promise::Promise;
use super::super::weather::NetworkFate;
use super::super::world::{Inside, Place};
use super::{Life, Oracle};

/// How many decisions may lie between what is durable and an effect that does not rest on them.
const MOST_BEFORE: usize = 20;

impl Inside {
    /// Looks at what is about to leave a node. `refused`: the node dies before the first byte.
    pub(crate) fn leaves(&mut self, from: Place, parcel: &Parcel, fate: NetworkFate, refused: bool) {
        let session = self.session(from);
        let now = self.now();
        self.oracle.leaves(session, parcel, !refused && !fate.surely_not(), now);
    }
}

impl Oracle {
    fn leaves(&mut self, session: Option<SessionId>, parcel: &Parcel, may_happen: bool, now: Time) {
        self.seen.effects += 1;
        let alive = session.filter(|session| !self.is_dead(*session));
        let Some(life) = self.runs.get_mut(&parcel.run) else {
            return self.complain(Promise::NothingVanishes, || format!("{parcel:?} of no run"));
        };
        let mut complaints = Vec::new();
        let first = *self.keys.entry(parcel.key.clone()).or_insert(parcel.run);
        if first != parcel.run {
            complaints.push((Promise::OneKeyAStep, format!("{first} had this key")));
        }
        if life.copied.contains(&parcel.step) {
            complaints.push((Promise::OneKeyAStep, "its result was there when the run began".to_owned()));
        }
        complaints.extend(life.compare(parcel, may_happen));
        complaints.extend(life.should_be_over(parcel));
        if let Some(session) = alive {
            if life.over.is_some() {
                complaints.push((Promise::EndsForGood, "an effect after the end".to_owned()));
            } else if life.owner == Some(session) {
                complaints.extend(life.rests(parcel, now));
            }
        }
        self.seen.repeated +=
            u64::from(life.effects.get(&parcel.step).is_some_and(|effect| effect.possible > 1));
        if alive.is_some() {
            complaints.extend(self.crowds(parcel.run));
        }
        for (promise, how) in complaints {
            self.complain(promise, || format!("{how}: {parcel:?}"));
        }
    }

    /// Whether a run that does something has no place for it, or took the turn of another one.
    fn crowds(&self, run: RunId) -> Option<(Promise, String)> {
        let life = self.runs.get(&run).filter(|life| life.over.is_none())?;
        let gate = life.gate.as_ref()?;
        let others: Vec<&Life> = self
            .runs
            .values()
            .filter(|other| other.over.is_none() && other.start.id != run)
            .filter(|other| other.gate.as_ref().is_some_and(|other| other.key == gate.key))
            .collect();
        let at_work = 1 + others.iter().filter(|other| !other.effects.is_empty()).count();
        if at_work > gate.limit {
            return Some((Promise::CapsKept, format!("{at_work} at work under {gate:?}")));
        }
        let earlier = others.iter().find(|other| {
            other.number < life.number && other.start.id < run && !self.cancelled.contains(&other.start.id)
        });
        let in_line = gate.queues && gate.limit == 1;
        earlier
            .filter(|_| in_line)
            .map(|other| (Promise::OrderKept, format!("{} was there before", other.start.id)))
    }

    pub(crate) fn arrived(&mut self, parcel: &Parcel) {
        self.seen.arrivals += 1;
        if let Some(life) = self.runs.get_mut(&parcel.run) {
            life.effects.entry(parcel.step.clone()).or_default().arrivals += 1;
        }
    }
}

/// The flow that ends early.
const UNTIL: &str = "until";

impl Life {
    /// `exit_when` is asked behind each wait, event and retry, before the next step: where it is true, none goes out.
    fn should_be_over(&self, parcel: &Parcel) -> Option<(Promise, String)> {
        let wait = StepPath::from(match parcel.step.as_str() {
            "two" => "nap",
            "three" => "heard",
            _ => return None,
        });
        // A replay from behind the wait was asked for, and goes out.
        let behind = self.start.workflow == UNTIL && !self.copied.contains(&wait);
        let state = behind.then(|| State::recover(Arc::clone(&self.start), &self.entries).ok()).flatten()?;
        let said =
            |step: &str, field: &str| state.step(&StepPath::from(step))?.output.as_ref()?.get(field).cloned();
        let even = said("one", "id").and_then(|id| id.as_i64()).is_some_and(|id| id % 2 == 0);
        let timed_out = said("heard", "timed_out") == Some(json!(true));
        (even || timed_out).then(|| (Promise::EndsForGood, "`exit_when` was true before".to_owned()))
    }

    /// The same key and the same bytes each time, and for `effect: once` not a second time.
    fn compare(&mut self, parcel: &Parcel, may_happen: bool) -> Option<(Promise, String)> {
        let effect = self.effects.entry(parcel.step.clone()).or_default();
        if effect.key.is_empty() {
            effect.key.clone_from(&parcel.key);
            effect.shown.clone_from(&parcel.shown);
        }
        effect.possible += u32::from(may_happen);
        if effect.key != parcel.key {
            return Some((Promise::OneKeyAStep, format!("the key was {}", effect.key)));
        }
        if effect.shown != *parcel.shown {
            return Some((Promise::RestsOnDurable, format!("another request than before, {}", effect.shown)));
        }
        if parcel.action != MAIL {
            return None;
        }
        if !self.intents.contains(&(parcel.step.clone(), parcel.attempt)) {
            return Some((Promise::OnceAtMost, "no durable intent".to_owned()));
        }
        (effect.possible > 1 + effect.again)
            .then(|| (Promise::OnceAtMost, format!("time {} of {}", effect.possible, 1 + effect.again)))
    }

    /// Whoever finds the run as it is stored now would send exactly this.
    fn rests(&self, parcel: &Parcel, now: Time) -> Option<(Promise, String)> {
        let state = State::recover(Arc::clone(&self.start), &self.entries).ok()?;
        if state.cancel_asked.is_some() && !self.plan.is_at_the_end(&parcel.step) {
            return Some((Promise::CancelStops, "a cancel is durable".to_owned()));
        }
        if parcel.action == MAIL {
            // An intent without its answer is in doubt for whoever comes later: the request was compared before.
            return None;
        }
        let moved_on = self.others_went_well(state.clone(), &parcel.step);
        let found = [state, moved_on].map(|state| self.would_send(state, &parcel.step, now));
        let same = found.iter().flatten().any(|call| {
            call.attempt == parcel.attempt
                && call.request.key == parcel.key
                && call.request.value == parcel.shown
        });
        (!same).then(|| (Promise::RestsOnDurable, format!("what is stored would send {found:?}")))
    }

    /// The state in which nothing is in doubt or held that a step does not rest on.
    fn others_went_well(&self, mut state: State, step: &StepPath) -> State {
        let aside: Vec<(StepPath, StepStatus)> = state
            .steps
            .iter()
            .filter(|(_, other)| other.intended || other.status == StepStatus::Held)
            .filter(|(path, _)| *path != step && !rests_on(&self.plan, step, path))
            .map(|(path, other)| (path.clone(), other.status))
            .collect();
        for (path, status) in aside {
            let what = match status {
                StepStatus::Held => What::Resumed { choice: Resume::Happened, by: String::new() },
                _ => What::Succeeded { output: json!({ "id": -1, "echo": null }).into() },
            };
            // What cannot follow is over already.
            drop(state.apply(&Entry { at: state.start.accepted_at, path, what }));
        }
        state
    }

    /// What somebody who finds the run like this would send for this step. Whatever it does not rest on may go any way
    /// before: here it goes well, with an output that nobody else gave.
    fn would_send(&self, mut state: State, step: &StepPath, now: Time) -> Option<StepCall> {
        for _ in 0..MOST_BEFORE {
            let decision = decide(&self.plan, &state, now);
            let rests = |path: &StepPath| path == step || rests_on(&self.plan, step, path);
            // A time that is not durable would be another one.
            if decision.record.iter().any(|entry| rests(&entry.path) && matches!(entry.what, What::Woke)) {
                return None;
            }
            if let Some(call) = decision.start.iter().find(|call| call.path == *step) {
                return Some(call.clone());
            }
            if decision.start.is_empty() || decision.start.iter().any(|call| rests(&call.path)) {
                return None;
            }
            for entry in decision.record {
                state.apply(&entry).ok()?;
            }
            for StepCall { path, attempt, request, .. } in decision.start {
                let started = What::Started { attempt, input: request.value };
                let succeeded = What::Succeeded { output: json!({ "id": -1, "echo": null }).into() };
                for what in [started, succeeded] {
                    state.apply(&Entry { at: now, path: path.clone(), what }).ok()?;
                }
            }
        }
        None
    }
}
