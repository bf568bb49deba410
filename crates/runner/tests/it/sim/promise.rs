//! What is promised: each promise with the name under which a failure is reported.

/// A promise, numbered as in the list of invariants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Promise {
    OneRunAnEvent,
    NothingVanishes,
    EndsForGood,
    OneKeyAStep,
    OnceAtMost,
    RestsOnDurable,
    NoStaleWrite,
    TimersHold,
    SlotsOnce,
    OrderKept,
    CapsKept,
    SignalsKept,
    SecretsStay,
    ReadsBack,
    Drains,
    GatesKept,
    CancelStops,
    QuietLog,
    OwnersTold,
}

impl Promise {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::OneRunAnEvent => "I1: every acknowledged event has exactly one run",
            Self::NothingVanishes => "I2: every run is over, held or waiting, and is listed",
            Self::EndsForGood => "I3: what is over never changes",
            Self::OneKeyAStep => "I4: a step that succeeded happened, under one key",
            Self::OnceAtMost => "I5: an `effect: once` happens once at most",
            Self::RestsOnDurable => "I6: no effect leaves before what it rests on is durable",
            Self::NoStaleWrite => "I7: no write by a dead session or a former owner",
            Self::TimersHold => "I8: a wait or retry ends once, not before it is due, and soon after",
            Self::SlotsOnce => "I9: a slot of a schedule fires once",
            Self::OrderKept => "I10: who waits in line gets its turn in order",
            Self::CapsKept => "I11: no more runs of a key are at work than may be",
            Self::SignalsKept => "I12: no signal is lost",
            Self::SecretsStay => "I13: no secret is written",
            Self::ReadsBack => "I14: what is stored reads back and folds",
            Self::Drains => "I15: when faults stop, everything ends",
            Self::GatesKept => "I16: gates keep each event for one run, and let no more through than may be",
            Self::CancelStops => "C1: nothing starts after a cancel is durable",
            Self::QuietLog => "C2: the log shows no error",
            Self::OwnersTold => "C3: what fails and what is held is told in the same commit",
        }
    }
}

/// A promise that was broken.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    pub(crate) promise: Promise,
    pub(crate) how: String,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n  {}", self.promise.words(), self.how)
    }
}
