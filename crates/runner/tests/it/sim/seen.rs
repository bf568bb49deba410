//! What simulations came across: proof that they did not pass by doing nothing.

macro_rules! seen {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// How often things happened.
        #[derive(Clone, Copy, Debug, Default)]
        pub(crate) struct Seen {
            $($(#[$doc])* pub(crate) $name: u64,)+
        }

        impl Seen {
            pub(crate) const fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)+
            }

            /// Everything, by name.
            pub(crate) fn all(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name)),+]
            }
        }
    };
}

seen! {
    accepted,
    duplicates,
    acknowledged,
    slots,
    named,
    queued,
    dropped,
    debounced,
    batched,
    throttled,
    /// Events of a key that came too soon behind the last.
    too_soon,
    /// Gates that fired.
    fired,
    replays,
    /// Runs that `exit_when` ended.
    exits,
    commits,
    claims,
    /// Claims from a dead session.
    orphans,
    effects,
    arrivals,
    doubled,
    repeated,
    retries,
    waits,
    wakes,
    intents,
    held,
    in_doubt,
    resumed,
    cancels,
    succeeded,
    failed,
    cancelled,
    fenced,
    stale,
    stays,
    refused,
    unheard,
    crashes,
    store_deaths,
    kills,
    freezes,
    stops,
    burials,
    boots,
}
