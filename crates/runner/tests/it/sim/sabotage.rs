//! Bugs planted into the store, to see that the simulator finds them.

/// What the store forgets to check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// Nothing.
    #[default]
    None,
    /// The fence: a session that was declared dead goes on writing.
    Fence,
    /// The revision: a write counts whatever its owner knows of the run.
    Rev,
    /// The look after the commit that opened a wait: an event that came just before is not seen.
    SecondLook,
    /// The moment at which a gate is due: it fires as soon as somebody asks.
    Gates,
}
