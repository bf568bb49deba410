//! The functions there are: one row each. The table in `docs/guide/language.md`, the hints and the evaluator rest on these rows.

use super::does::Does;

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
    /// What it gives.
    pub doc: &'static str,
    /// An example.
    pub example: &'static str,
    /// What the evaluator does.
    pub does: Does,
}

/// As many as fit.
const MANY: usize = 16;

/// Every function, by name.
pub static FUNCTIONS: [Function; 25] = [
    Function {
        name: "abs",
        least: 1,
        most: 1,
        receiver: "number",
        doc: "the number without its sign",
        example: "-3 | abs",
        does: Does::Abs,
    },
    Function {
        name: "coalesce",
        least: 1,
        most: MANY,
        receiver: "anything",
        doc: "the first value that is neither missing nor null; the last one as it is",
        example: "coalesce(trigger.body.nick, trigger.body.name, 'you')",
        does: Does::Coalesce,
    },
    Function {
        name: "contains",
        least: 2,
        most: 2,
        receiver: "text, list or object",
        doc: "whether a text has this part, a list this item, an object this key",
        example: "'newsletter' | contains('news')",
        does: Does::Contains,
    },
    Function {
        name: "default",
        least: 2,
        most: 2,
        receiver: "anything",
        doc: "this value, or the given one where it is missing or null",
        example: "trigger.body.nick | default('there')",
        does: Does::Default,
    },
    Function {
        name: "ends_with",
        least: 2,
        most: 2,
        receiver: "text",
        doc: "whether the text ends so",
        example: "'ada@example.com' | ends_with('.com')",
        does: Does::EndsWith,
    },
    Function {
        name: "first",
        least: 1,
        most: 1,
        receiver: "text or list",
        doc: "the first character or item; missing where there is none",
        example: "[1, 2, 3] | first",
        does: Does::First,
    },
    Function {
        name: "join",
        least: 1,
        most: 2,
        receiver: "list of texts",
        doc: "one text, with this text in between",
        example: "['a', 'b'] | join(', ')",
        does: Does::Join,
    },
    Function {
        name: "json",
        least: 1,
        most: 1,
        receiver: "anything",
        doc: "the value as JSON text",
        example: "{'a': [1, null]} | json",
        does: Does::Json,
    },
    Function {
        name: "last",
        least: 1,
        most: 1,
        receiver: "text or list",
        doc: "the last character or item; missing where there is none",
        example: "[1, 2, 3] | last",
        does: Does::Last,
    },
    Function {
        name: "length",
        least: 1,
        most: 1,
        receiver: "text, list or object",
        doc: "how many characters, items or fields",
        example: "'Ada' | length",
        does: Does::Length,
    },
    Function {
        name: "lower",
        least: 1,
        most: 1,
        receiver: "text",
        doc: "in small letters",
        example: "'ADA@Example.com' | lower",
        does: Does::Lower,
    },
    Function {
        name: "max",
        least: 1,
        most: MANY,
        receiver: "numbers, or one list of them",
        doc: "the largest; missing where there is none",
        example: "max(1, 3, 2)",
        does: Does::Max,
    },
    Function {
        name: "min",
        least: 1,
        most: MANY,
        receiver: "numbers, or one list of them",
        doc: "the smallest; missing where there is none",
        example: "[3, 1, 2] | min",
        does: Does::Min,
    },
    Function {
        name: "now",
        least: 0,
        most: 0,
        receiver: "",
        doc: "the moment of the step in UTC (RFC 3339); the same however often the step is tried",
        example: "now()",
        does: Does::Now,
    },
    Function {
        name: "number",
        least: 1,
        most: 1,
        receiver: "text or number",
        doc: "the number that the text shows; anything else fails",
        example: "'19.90' | number",
        does: Does::Number,
    },
    Function {
        name: "random",
        least: 0,
        most: 0,
        receiver: "",
        doc: "a number from 0 up to, not including, 1; the same however often the step is tried",
        example: "random()",
        does: Does::Random,
    },
    Function {
        name: "replace",
        least: 3,
        most: 3,
        receiver: "text",
        doc: "with every occurrence of the first text replaced by the second",
        example: "'a-b-c' | replace('-', ' ')",
        does: Does::Replace,
    },
    Function {
        name: "round",
        least: 1,
        most: 2,
        receiver: "number",
        doc: "rounded to so many decimals (0 to 12, 0 unless said); halves go away from zero",
        example: "3.14159 | round(2)",
        does: Does::Round,
    },
    Function {
        name: "split",
        least: 1,
        most: 2,
        receiver: "text",
        doc: "the list of its parts between this text, or between blanks",
        example: "'a,b' | split(',')",
        does: Does::Split,
    },
    Function {
        name: "starts_with",
        least: 2,
        most: 2,
        receiver: "text",
        doc: "whether the text begins so",
        example: "'Ada' | starts_with('A')",
        does: Does::StartsWith,
    },
    Function {
        name: "text",
        least: 1,
        most: 1,
        receiver: "text, number, boolean, or a list of them",
        doc: "as text; of a list, each item as text",
        example: "42 | text",
        does: Does::Text,
    },
    Function {
        name: "title",
        least: 1,
        most: 1,
        receiver: "text",
        doc: "each word with a capital first letter",
        example: "'ada lovelace' | title",
        does: Does::Title,
    },
    Function {
        name: "trim",
        least: 1,
        most: 1,
        receiver: "text",
        doc: "without blanks at both ends",
        example: "'  Ada ' | trim",
        does: Does::Trim,
    },
    Function {
        name: "upper",
        least: 1,
        most: 1,
        receiver: "text",
        doc: "in capital letters",
        example: "'ada' | upper",
        does: Does::Upper,
    },
    Function {
        name: "uuid",
        least: 0,
        most: 0,
        receiver: "",
        doc: "a UUID; the same however often the step is tried",
        example: "uuid()",
        does: Does::Uuid,
    },
];

/// The function of that name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS
        .binary_search_by_key(&name, |function| function.name)
        .ok()
        .and_then(|place| FUNCTIONS.get(place))
}

impl Function {
    /// How many arguments it takes, in words.
    pub(super) fn arity(&self) -> String {
        match (self.least, self.most) {
            (0, 0) => "nothing".to_owned(),
            (1, 1) => "one value".to_owned(),
            (least, most) if least == most => format!("{least} values, the one before `|` included"),
            (least, MANY) => format!("{least} to {MANY} values"),
            (least, most) => format!("{least} or {most} values, the one before `|` included"),
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
    }
}
