//! The network and what lies behind it: actions of the real registry whose calls get lost, doubled, late and refused.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cauce_action::{Action, Call, Cx, Registry};
use cauce_model::{ActionSpec, Effect, Failure, RetryAdvice, RunId, StepPath};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::weather::NetworkFate;
use super::world::{Happening, Inside, Moment, Place, Point, Tell, World};

/// Takes a second call with the same key for the first one, or so it says.
pub(crate) const CALL: &str = "sim.call@1";
/// Cannot tell a second call from the first. The flows use it with `effect: once` only.
pub(crate) const MAIL: &str = "sim.mail@1";

/// Tells of a named event; the real one.
const EMIT: &str = "event.emit@1";

/// The descriptions of the actions.
pub(crate) fn specs() -> Vec<ActionSpec> {
    let emit = Registry::builtin().get(EMIT).map(|action| action.spec().clone());
    out_specs().into_iter().chain(emit).collect()
}

/// Those of the actions that go out.
fn out_specs() -> [ActionSpec; 2] {
    [(CALL, Effect::Keyed), (MAIL, Effect::Unkeyed)].map(|(name, effect)| ActionSpec {
        name: name.to_owned(),
        summary: "Sends something into the simulated network.".to_owned(),
        input: json!({}),
        output: json!({}),
        effect,
        example: json!({}),
    })
}

/// The actions of one life of a node.
pub(crate) fn actions(world: &World, place: Place) -> Registry {
    let emit = Registry::builtin().get(EMIT).cloned().expect("it is built in");
    let registry = Registry::default().with(emit).expect("it is the first");
    out_specs().into_iter().fold(registry, |registry, spec| {
        let action = Out { spec, world: world.clone(), place };
        registry.with(Arc::new(action)).expect("each name is there once")
    })
}

/// What left a node.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) action: String,
    pub(crate) run: RunId,
    pub(crate) step: StepPath,
    pub(crate) attempt: u32,
    pub(crate) key: String,
    /// As people may see it.
    pub(crate) shown: Arc<Value>,
    /// As it went out.
    pub(crate) sent: Value,
}

/// What comes back.
enum Answer {
    Said(Result<Value, Failure>),
    BrokeDown,
}

struct Out {
    spec: ActionSpec,
    world: World,
    place: Place,
}

#[async_trait]
impl Action for Out {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, call: Call, _cx: &Cx) -> Result<Value, Failure> {
        let parcel = Parcel {
            action: self.spec.name.clone(),
            run: call.run,
            step: call.step,
            attempt: call.attempt,
            key: call.idempotency_key,
            shown: call.shown,
            sent: call.input,
        };
        let (answer, heard) = oneshot::channel();
        self.world.lock().send(self.place, parcel, answer);
        match heard.await {
            Ok(Answer::Said(said)) => said,
            // Like a panic, without its report on the terminal.
            Ok(Answer::BrokeDown) => std::panic::resume_unwind(Box::new("the action breaks down")),
            // No answer ever comes.
            Err(_) => std::future::pending().await,
        }
    }
}

impl Inside {
    fn send(&mut self, from: Place, parcel: Parcel, answer: oneshot::Sender<Answer>) {
        self.effects += 1;
        let moment = self.crashes.get(&Point::Effect(self.effects)).copied();
        let Self { weather, dice, script, .. } = self;
        let fate = script.pop_front().unwrap_or_else(|| weather.on_network(dice));
        let (there, back) = (dice.millis(1, 200), dice.millis(1, 200));
        let refused = moment == Some(Moment::Before);
        self.note(|| format!("{from} sends {} {} #{} {fate:?}", parcel.run, parcel.step, parcel.attempt));
        self.leaves(from, &parcel, fate, refused);
        if refused {
            return self.die(from, "an effect");
        }
        if moment == Some(Moment::After) {
            self.die(from, "an effect");
        }
        let then_dies = moment == Some(Moment::Heard);
        let work = move |inside: &mut Self| inside.arrive(from, &parcel, fate, back, answer, then_dies);
        self.after(there, Happening::Work { from: Some(from), work: Box::new(work) });
    }

    #[expect(clippy::too_many_arguments, reason = "one call, told in full")]
    fn arrive(
        &mut self,
        from: Place,
        parcel: &Parcel,
        fate: NetworkFate,
        back: Duration,
        answer: oneshot::Sender<Answer>,
        then_dies: bool,
    ) {
        if fate.arrives() {
            self.note(|| format!("world takes {} {} {}", parcel.run, parcel.step, parcel.sent));
            self.oracle.arrived(parcel);
        }
        if fate == NetworkFate::Doubled {
            self.oracle.seen.doubled += 1;
        }
        self.answers += 1;
        let Some(said) = said(fate, self.answers, parcel) else { return };
        let back = if let NetworkFate::Late(late) = fate { late } else { back };
        let tell: Tell = Box::new(move || drop(answer.send(said)));
        self.after(back, Happening::Tell { to: from, tell, then_dies });
    }
}

/// The answer, where one comes. It repeats what it was sent, secrets too.
fn said(fate: NetworkFate, number: u64, parcel: &Parcel) -> Option<Answer> {
    let words = format!("no: {}", parcel.sent);
    let failure = match fate {
        NetworkFate::LostThere | NetworkFate::LostBack => return None,
        NetworkFate::BreaksDown { .. } => return Some(Answer::BrokeDown),
        NetworkFate::Answered | NetworkFate::Doubled | NetworkFate::Late(_) => {
            let output = json!({ "id": number, "echo": parcel.sent });
            return Some(Answer::Said(Ok(output)));
        }
        NetworkFate::Busy => Failure::transient("A001", words).status(503),
        NetworkFate::Throttled(span) => {
            Failure::transient("A001", words).status(429).retry(RetryAdvice::After(span))
        }
        NetworkFate::Missing => Failure::permanent("A002", words).status(404),
        NetworkFate::Login => Failure::permanent("A003", words).status(401).retry(RetryAdvice::NeedsLogin),
        NetworkFate::Unreached => Failure::transient("A004", words),
        NetworkFate::Reset { .. } => Failure::transient("A005", words).in_doubt(),
    };
    Some(Answer::Said(Err(failure)))
}
