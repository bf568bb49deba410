//! One value of the document on its way to be read, and the words for it.

use serde_json::{Map, Value};

use crate::problem::pointer_to;

/// A value, where it stands, and what it is called in messages.
#[derive(Clone, Debug)]
pub(super) struct Node<'v> {
    pub(super) value: &'v Value,
    /// JSON pointer.
    pub(super) at: String,
    /// Such as `` `wait` `` or ``item 2 of `labels` ``.
    pub(super) name: String,
}

impl<'v> Node<'v> {
    pub(super) fn root(value: &'v Value) -> Self {
        Self { value, at: String::new(), name: "a workflow".to_owned() }
    }

    /// The items of a list.
    pub(super) fn items(&self, items: &'v [Value]) -> Vec<Self> {
        let item = |(index, value): (usize, &'v Value)| Self {
            value,
            at: pointer_to(&self.at, &index.to_string()),
            name: format!("item {} of {}", index + 1, self.name),
        };
        items.iter().enumerate().map(item).collect()
    }
}

/// An object of the document.
#[derive(Clone, Debug)]
pub(super) struct Fields<'v> {
    pub(super) map: &'v Map<String, Value>,
    /// JSON pointer.
    pub(super) at: String,
}

impl<'v> Fields<'v> {
    pub(super) fn get(&self, key: &str) -> Option<Node<'v>> {
        let value = self.map.get(key)?;
        Some(Node { value, at: self.place(key), name: format!("`{key}`") })
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    pub(super) fn place(&self, key: &str) -> String {
        pointer_to(&self.at, key)
    }
}

/// What was found instead of what was expected.
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => format!("the text {}", quoted(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A text of the author's in backticks: on one line, without control characters, and not too long.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let plain = |c: char| if c.is_control() || c == '`' { ' ' } else { c };
    let mut shown: String = text.chars().take(MOST).map(plain).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    format!("`{}`", shown.trim_end())
}

/// `a`, `b` or `c`.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, before)) => format!("{} {last} {end}", before.join(", ")),
    }
}
