//! The fault switch: a stand-in misbehaves for a number of times, then is well again.

use crate::locked::Locked;

/// More than this is a typing error.
pub(crate) const MOST_TIMES: u32 = 1000;

/// A fault of kind `F` and how often it will still show.
pub(crate) struct Switch<F>(Locked<Option<(F, u32)>>);

impl<F: Clone> Switch<F> {
    pub(crate) fn off() -> Self {
        Self(Locked::new(None))
    }

    /// Replaces what was set before; no times is the same as off.
    pub(crate) fn set(&self, fault: F, times: u32) {
        self.0.with(|left| *left = (times > 0).then_some((fault, times)));
    }

    /// The fault to show now, if any; counts it.
    pub(crate) fn take(&self) -> Option<F> {
        self.0.with(|left| {
            let (fault, times) = left.take()?;
            if times > 1 {
                *left = Some((fault.clone(), times - 1));
            }
            Some(fault)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_shows_as_often_as_told_and_no_more() {
        let switch = Switch::off();
        assert_eq!(switch.take(), None);
        switch.set("down", 2);
        assert_eq!([switch.take(), switch.take(), switch.take()], [Some("down"), Some("down"), None]);
        switch.set("down", 9);
        switch.set("down", 0);
        assert_eq!(switch.take(), None);
    }
}
