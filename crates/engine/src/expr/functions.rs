//! The functions there are: one row each. The guide's table, the hints and the evaluator read the same rows.

use crate::near::did_you_mean;

/// What the evaluator does for a function.
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

/// A function; `x | f(a)` is `f(x, a)`.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Fewest arguments, the receiver included.
    pub least: usize,
    /// Most arguments.
    pub most: usize,
    /// What it is applied to.
    pub receiver: &'static str,
    /// An example.
    pub example: &'static str,
    /// What the evaluator does.
    pub does: Does,
}

const fn row(
    name: &'static str,
    (least, most): (usize, usize),
    receiver: &'static str,
    example: &'static str,
    does: Does,
) -> Function {
    Function { name, least, most, receiver, example, does }
}

/// As many as fit.
const MANY: usize = 16;

/// Every function, by name.
pub static FUNCTIONS: [Function; 25] = [
    row("abs", (1, 1), "number", "-3 | abs", Does::Abs),
    row(
        "coalesce",
        (1, MANY),
        "anything",
        "coalesce(trigger.body.nick, trigger.body.name, 'you')",
        Does::Coalesce,
    ),
    row("contains", (2, 2), "text or list", "'newsletter' | contains('news')", Does::Contains),
    row("default", (2, 2), "anything", "trigger.body.name | default('there')", Does::Default),
    row("ends_with", (2, 2), "text", "'ada@example.com' | ends_with('.com')", Does::EndsWith),
    row("first", (1, 1), "text or list", "[1, 2, 3] | first", Does::First),
    row("join", (1, 2), "list", "['a', 'b'] | join(', ')", Does::Join),
    row("json", (1, 1), "anything", "{'a': 1} | json", Does::Json),
    row("last", (1, 1), "text or list", "[1, 2, 3] | last", Does::Last),
    row("length", (1, 1), "text, list or object", "'Ada' | length", Does::Length),
    row("lower", (1, 1), "text", "'ADA@Example.com' | lower", Does::Lower),
    row("max", (1, MANY), "numbers", "max(1, 3, 2)", Does::Max),
    row("min", (1, MANY), "numbers", "min(1, 3, 2)", Does::Min),
    row("now", (0, 0), "", "now()", Does::Now),
    row("number", (1, 1), "text", "'19.90' | number", Does::Number),
    row("random", (0, 0), "", "random()", Does::Random),
    row("replace", (3, 3), "text", "'a-b' | replace('-', ' ')", Does::Replace),
    row("round", (1, 2), "number", "3.14159 | round(2)", Does::Round),
    row("split", (1, 2), "text", "'a,b' | split(',')", Does::Split),
    row("starts_with", (2, 2), "text", "'Ada' | starts_with('A')", Does::StartsWith),
    row("text", (1, 1), "text, number or boolean", "42 | text", Does::Text),
    row("title", (1, 1), "text", "'ada lovelace' | title", Does::Title),
    row("trim", (1, 1), "text", "'  Ada ' | trim", Does::Trim),
    row("upper", (1, 1), "text", "'ada' | upper", Does::Upper),
    row("uuid", (0, 0), "", "uuid()", Does::Uuid),
];

/// What other products call ours.
const ELSEWHERE: [(&str, &str); 18] = [
    ("capitalize", "title"),
    ("concat", "~"),
    ("count", "length"),
    ("downcase", "lower"),
    ("endsWith", "ends_with"),
    ("includes", "contains"),
    ("len", "length"),
    ("lowercase", "lower"),
    ("replaceAll", "replace"),
    ("size", "length"),
    ("startsWith", "starts_with"),
    ("str", "text"),
    ("strip", "trim"),
    ("toLowerCase", "lower"),
    ("toNumber", "number"),
    ("toString", "text"),
    ("toUpperCase", "upper"),
    ("uppercase", "upper"),
];

/// The function of that name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS
        .binary_search_by_key(&name, |function| function.name)
        .ok()
        .and_then(|place| FUNCTIONS.get(place))
}

/// What to write instead of `name`.
pub(super) fn hint(name: &str) -> String {
    if let Some((_, ours)) = ELSEWHERE.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(name)) {
        return format!("write `{ours}`");
    }
    let names: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
    did_you_mean(name, &names)
}

impl Function {
    /// How many arguments it takes, in words.
    pub(super) fn arity(&self) -> String {
        match (self.least, self.most) {
            (0, 0) => "no arguments".to_owned(),
            (1, 1) => "one value".to_owned(),
            (least, most) if least == most => format!("{least} values, the one before `|` included"),
            (least, MANY) => format!("{least} values or more"),
            (least, most) => format!("{least} to {most} values, the one before `|` included"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_sorted_and_each_is_found() {
        assert!(FUNCTIONS.is_sorted_by_key(|function| function.name));
        for function in &FUNCTIONS {
            assert_eq!(find(function.name), Some(function));
        }
        assert!(ELSEWHERE.iter().all(|(_, ours)| *ours == "~" || find(ours).is_some()));
    }

    #[test]
    fn names_of_other_products_lead_to_ours() {
        assert_eq!(hint("toLowerCase"), "write `lower`");
        assert_eq!(hint("trimm"), "did you mean `trim`?");
    }
}
