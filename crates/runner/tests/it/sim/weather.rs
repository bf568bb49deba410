//! How bad it gets in one simulation: how often the store, the network and the nodes fail. Every seed has its own.

use std::time::Duration;

use super::dice::Dice;

/// How often things go wrong, in a thousand.
#[derive(Clone, Debug)]
pub(crate) struct Weather {
    /// The store says that it cannot do it now; nothing was written.
    pub(crate) store_refuses: u64,
    /// It was written, and the answer is an error.
    pub(crate) store_unheard: u64,
    /// The store is gone for this process, which can only end.
    pub(crate) store_dies: u64,
    /// The longest way to the store or back, in milliseconds.
    pub(crate) store_slow: u64,
    /// How much later than others the answer to an accepted event comes, in milliseconds.
    pub(crate) accept_late: u64,
    /// The network does something else than to answer.
    pub(crate) network: u64,
    /// A sender never hears that its event was taken.
    pub(crate) unthanked: u64,
    /// The hint about an accepted run does not reach the runner.
    pub(crate) hint_lost: u64,
    /// Nodes that are killed, stopped, frozen or misjudged.
    pub(crate) blows: u64,
    /// Nodes that die around a certain commit or effect.
    pub(crate) crashes: u64,
    /// People cancel.
    pub(crate) cancels: u64,
}

impl Weather {
    /// Nothing goes wrong.
    pub(crate) const CALM: Self = Self {
        store_refuses: 0,
        store_unheard: 0,
        store_dies: 0,
        store_slow: 2,
        accept_late: 0,
        network: 0,
        unthanked: 0,
        hint_lost: 0,
        blows: 0,
        crashes: 0,
        cancels: 0,
    };

    /// Of a seed: from calm to everything at once.
    pub(crate) fn of(dice: &mut Dice) -> Self {
        let store = Self {
            store_refuses: 20,
            store_unheard: 10,
            store_dies: dice.pick(&[0, 2]),
            store_slow: dice.pick(&[5, 50, 1500]),
            hint_lost: 100,
            ..Self::CALM
        };
        let network = Self { network: dice.pick(&[150, 400]), unthanked: 100, ..Self::CALM };
        let nodes = Self { blows: 1 + dice.below(4), crashes: dice.below(4), ..Self::CALM };
        let kind = dice.below(12);
        let cancels = if dice.chance(400) { 1 + dice.below(3) } else { 0 };
        match kind {
            0 => Self::CALM,
            1 => Self { cancels, ..Self::CALM },
            2 | 3 => Self { cancels, ..store },
            4 | 5 => Self { cancels, ..network },
            6 | 7 => Self { cancels, store_slow: store.store_slow, ..nodes },
            _ => Self {
                network: network.network,
                unthanked: network.unthanked,
                blows: nodes.blows,
                crashes: nodes.crashes,
                cancels,
                ..store
            },
        }
    }

    /// Whether nothing at all goes wrong, so that punctuality can be asked for.
    pub(crate) const fn is_calm(&self) -> bool {
        self.store_refuses == 0 && self.network == 0 && self.blows == 0 && self.crashes == 0
    }

    /// Faults stop; what is slow becomes fast.
    pub(crate) fn clear_up(&mut self) {
        *self = Self::CALM;
    }

    pub(crate) fn at_store(&self, dice: &mut Dice) -> StoreFate {
        let throw = dice.below(1000);
        if throw < self.store_refuses {
            StoreFate::Refused
        } else if throw < self.store_refuses + self.store_unheard {
            StoreFate::Unheard
        } else if throw < self.store_refuses + self.store_unheard + self.store_dies {
            StoreFate::Dies { applied: dice.chance(500) }
        } else {
            StoreFate::Fine
        }
    }

    /// A way to the store or back: mostly short.
    pub(crate) fn store_way(&self, dice: &mut Dice) -> Duration {
        let longest = if dice.chance(900) { self.store_slow.min(3) } else { self.store_slow };
        dice.millis(0, longest)
    }

    pub(crate) fn on_network(&self, dice: &mut Dice) -> NetworkFate {
        if !dice.chance(self.network) {
            return NetworkFate::Answered;
        }
        match dice.below(20) {
            0 | 1 => NetworkFate::Doubled,
            2 | 3 => NetworkFate::Late(dice.millis(1000, 90_000)),
            4 => NetworkFate::LostThere,
            5 => NetworkFate::LostBack,
            6..=9 => NetworkFate::Busy,
            10 | 11 => NetworkFate::Throttled(Duration::from_secs(1 + dice.below(90))),
            12 => NetworkFate::Missing,
            13 => NetworkFate::Login,
            14..=16 => NetworkFate::Unreached,
            17 | 18 => NetworkFate::Reset { arrives: dice.chance(500) },
            _ => NetworkFate::BreaksDown { arrives: dice.chance(500) },
        }
    }
}

/// What becomes of a call to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreFate {
    Fine,
    Refused,
    Unheard,
    Dies { applied: bool },
}

impl StoreFate {
    /// Whether the call takes effect.
    pub(crate) const fn applies(self) -> bool {
        match self {
            Self::Fine | Self::Unheard => true,
            Self::Refused => false,
            Self::Dies { applied } => applied,
        }
    }
}

/// What becomes of an effect on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NetworkFate {
    /// It arrives and is answered.
    Answered,
    /// It arrives twice.
    Doubled,
    /// It arrives and is answered after this long.
    Late(Duration),
    /// It never arrives, and nobody says so.
    LostThere,
    /// It arrives, and the answer is lost.
    LostBack,
    /// 503.
    Busy,
    /// 429 with Retry-After.
    Throttled(Duration),
    /// 404.
    Missing,
    /// 401.
    Login,
    /// No connection.
    Unreached,
    /// The connection broke after the first byte.
    Reset { arrives: bool },
    /// The action itself breaks down.
    BreaksDown { arrives: bool },
}

impl NetworkFate {
    /// Whether the other side acts on it.
    pub(crate) const fn arrives(self) -> bool {
        match self {
            Self::Answered | Self::Doubled | Self::Late(_) | Self::LostBack => true,
            Self::Reset { arrives } | Self::BreaksDown { arrives } => arrives,
            Self::LostThere
            | Self::Busy
            | Self::Throttled(_)
            | Self::Missing
            | Self::Login
            | Self::Unreached => false,
        }
    }

    /// Whether the node learns that it surely did not happen, if it learns anything.
    pub(crate) const fn surely_not(self) -> bool {
        matches!(self, Self::Busy | Self::Throttled(_) | Self::Missing | Self::Login | Self::Unreached)
    }
}
