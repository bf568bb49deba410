//! What the evaluator does for a function.

/// One kind of work; the rows of `functions` say what it is called and shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// Absolute value.
    Abs,
    /// First value that is neither missing nor null.
    Coalesce,
    /// Whether a text or list holds something.
    Contains,
    /// Replaces missing and null.
    Default,
    /// Whether a text ends so.
    EndsWith,
    /// First item or character.
    First,
    /// List to text.
    Join,
    /// Value to JSON text.
    Json,
    /// Last item or character.
    Last,
    /// Characters, items or fields.
    Length,
    /// To lower case.
    Lower,
    /// Largest number.
    Max,
    /// Smallest number.
    Min,
    /// The moment of the step.
    Now,
    /// Text to number.
    Number,
    /// A number in [0, 1) that is the same on each attempt.
    Random,
    /// Replaces every occurrence.
    Replace,
    /// To so many decimals.
    Round,
    /// Text to list.
    Split,
    /// Whether a text begins so.
    StartsWith,
    /// Anything plain to text.
    Text,
    /// First letters in upper case.
    Title,
    /// Without blanks at both ends.
    Trim,
    /// To upper case.
    Upper,
    /// A UUID that is the same on each attempt.
    Uuid,
}

impl Does {
    /// Whether it provides for what is missing.
    pub(super) const fn provides(self) -> bool {
        matches!(self, Self::Default | Self::Coalesce)
    }
}
