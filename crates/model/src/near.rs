//! "Did you mean": the nearest known name to the one somebody wrote.

use strsim::{damerau_levenshtein, jaro_winkler};

/// What other products call things, and what they are called here. A row counts only where our name is a candidate.
const ELSEWHERE: &[(&str, &str)] = &[
    ("action", "use"),
    ("actions", "steps"),
    ("args", "with"),
    ("arguments", "with"),
    ("assign", "set"),
    ("automation", "steps"),
    ("backoffs", "backoff"),
    ("break", "stop"),
    ("catch", "on_error"),
    ("comment", "note"),
    ("condition", "if"),
    ("conditions", "when"),
    ("config", "with"),
    ("configuration", "with"),
    ("constants", "vars"),
    ("continue_on_error", "on_error"),
    ("dedup", "dedupe_key"),
    ("deduplicate", "dedupe_key"),
    ("delay", "wait"),
    ("downcase", "lower"),
    ("elif", "else"),
    ("elseif", "else"),
    ("env", "vars"),
    ("errors", "on_error"),
    ("events", "triggers"),
    ("exit", "stop"),
    ("fallback", "default"),
    ("filter", "when"),
    ("float", "number"),
    ("guard", "when"),
    ("hours", "window"),
    ("input", "with"),
    ("int", "number"),
    ("interval", "backoff"),
    ("jobs", "steps"),
    ("len", "length"),
    ("lowercase", "lower"),
    ("max_attempts", "max"),
    ("max_retries", "max"),
    ("maximum_attempts", "max"),
    ("nodes", "steps"),
    ("on", "triggers"),
    ("on_failure", "on_error"),
    ("only_if", "when"),
    ("otherwise", "else"),
    ("parameters", "with"),
    ("params", "with"),
    ("pause", "wait"),
    ("retries", "retry"),
    ("return", "stop"),
    ("size", "length"),
    ("sleep", "wait"),
    ("states", "steps"),
    ("str", "text"),
    ("string", "text"),
    ("strip", "trim"),
    ("tags", "labels"),
    ("task", "use"),
    ("tasks", "steps"),
    ("terminate", "stop"),
    ("time_zone", "timezone"),
    ("timeout_minutes", "timeout"),
    ("timeout_seconds", "timeout"),
    ("title", "name"),
    ("type", "use"),
    ("upcase", "upper"),
    ("uppercase", "upper"),
    ("uses", "use"),
    ("variables", "vars"),
];

/// The shortest common beginning that counts as meaning the longer word.
const PREFIX: usize = 3;

/// The candidate somebody probably meant by `word`, if one is near: by another product's name for it, by a few
/// slips of the finger, or by a shared beginning.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let plain = plain(word);
    if let Some((_, ours)) = ELSEWHERE.iter().find(|(theirs, _)| *theirs == plain)
        && let Some(found) = candidates.iter().find(|candidate| *candidate == ours)
    {
        return Some(found);
    }
    by_slips(&plain, &candidates).or_else(|| by_beginning(&plain, &candidates))
}

fn by_slips<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let length = word.chars().count();
    // Two slips in a word of three letters leave nothing of it.
    let allowed = if length <= 3 { 1 } else { (length / 3).max(2) };
    let distance = |candidate: &str| {
        let candidate = plain(candidate);
        let other = candidate.chars().count();
        // Each letter too many is a slip, so most names need no closer look.
        let distance = (other.abs_diff(length) <= allowed).then(|| damerau_levenshtein(word, &candidate))?;
        (distance <= allowed && distance < other).then_some(distance)
    };
    let mut near: Vec<(usize, &str)> =
        candidates.iter().filter_map(|candidate| Some((distance(candidate)?, *candidate))).collect();
    near.sort_by(|(a, a_name), (b, b_name)| {
        let likeness = |name: &str| jaro_winkler(word, &plain(name));
        a.cmp(b).then_with(|| likeness(b_name).total_cmp(&likeness(a_name)))
    });
    near.first().map(|(_, name)| *name)
}

fn by_beginning<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    candidates.iter().copied().find(|candidate| {
        let candidate = plain(candidate);
        let shorter = word.len().min(candidate.len());
        shorter >= PREFIX && (candidate.starts_with(word) || word.starts_with(candidate.as_str()))
    })
}

/// Without case, and with one kind of separator.
fn plain(word: &str) -> String {
    let mut plain = String::new();
    let mut after_lower = false;
    // A name that long is no slip of any of ours, and distances cost its square.
    for c in word.chars().take(64) {
        match c {
            '-' | ' ' => plain.push('_'),
            c if c.is_uppercase() => {
                if after_lower {
                    plain.push('_');
                }
                plain.extend(c.to_lowercase());
            }
            c => plain.push(c),
        }
        after_lower = c.is_lowercase();
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[&str] = &[
        "id",
        "use",
        "with",
        "when",
        "retry",
        "timeout",
        "idempotency_key",
        "on_error",
        "if",
        "wait",
        "stop",
    ];

    #[track_caller]
    fn means(word: &str, expected: Option<&str>) {
        assert_eq!(nearest(word, KEYS.iter().copied()), expected, "{word}");
    }

    #[test]
    fn slips_of_the_finger_are_understood() {
        means("ues", Some("use"));
        means("wiht", Some("with"));
        means("tiemout", Some("timeout"));
        means("onError", Some("on_error"));
        means("on-error", Some("on_error"));
        means("WHEN", Some("when"));
        means("idempotencykey", Some("idempotency_key"));
    }

    #[test]
    fn beginnings_are_understood() {
        means("idempotency", Some("idempotency_key"));
        means("retry_policy", Some("retry"));
    }

    #[test]
    fn other_products_names_are_understood() {
        means("uses", Some("use"));
        means("params", Some("with"));
        means("sleep", Some("wait"));
        means("only-if", Some("when"));
        means("tags", None);
    }

    #[test]
    fn what_is_far_away_is_not_guessed() {
        means("banana", None);
        means("", None);
        means("x", None);
        means(&"q".repeat(100_000), None);
    }
}
