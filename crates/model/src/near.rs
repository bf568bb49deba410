//! "Did you mean": the nearest known name to the one somebody wrote.

use strsim::{damerau_levenshtein, jaro_winkler};

/// What other products call things, and what they are called here. A row counts only where our name is a candidate.
const ELSEWHERE: &[(&str, &str)] = &[
    ("action", "use"),
    ("actions", "steps"),
    ("after", "every"),
    ("after", "needs"),
    ("always", "finally"),
    ("args", "with"),
    ("arguments", "with"),
    ("array", "list"),
    ("assign", "set"),
    ("attempts", "max"),
    ("automation", "steps"),
    ("backoffs", "backoff"),
    ("bool", "boolean"),
    ("break", "stop"),
    ("case", "cases"),
    ("case", "switch"),
    ("catch", "on_error"),
    ("choices", "enum"),
    ("choices", "options"),
    ("comment", "note"),
    ("concurrency", "limit"),
    ("concurrency", "parallel"),
    ("condition", "if"),
    ("condition", "match"),
    ("condition", "until"),
    ("condition", "when"),
    ("conditions", "when"),
    ("config", "with"),
    ("configuration", "with"),
    ("constants", "vars"),
    ("continue_on_error", "on_error"),
    ("cooldown", "reentry"),
    ("count", "length"),
    ("count", "max"),
    ("count", "size"),
    ("deadline", "timeout"),
    ("dedup", "dedupe_key"),
    ("deduplicate", "dedupe_key"),
    ("default", "else"),
    ("delay", "every"),
    ("delay", "wait"),
    ("depends_on", "needs"),
    ("dict", "object"),
    ("do", "steps"),
    ("downcase", "lower"),
    ("duration", "for"),
    ("each", "for_each"),
    ("elif", "else"),
    ("elseif", "else"),
    ("ensure", "finally"),
    ("env", "vars"),
    ("eq", "equals"),
    ("errors", "on_error"),
    ("events", "triggers"),
    ("execute_workflow", "call"),
    ("exit", "stop"),
    ("fallback", "default"),
    ("filter", "match"),
    ("filter", "when"),
    ("float", "number"),
    ("fork", "parallel"),
    ("goal", "exit_when"),
    ("guard", "when"),
    ("hours", "window"),
    ("human", "approve"),
    ("if", "when"),
    ("input", "with"),
    ("inputs", "with"),
    ("int", "number"),
    ("integer", "number"),
    ("interval", "backoff"),
    ("interval", "every"),
    ("interval", "per"),
    ("is", "equals"),
    ("items", "in"),
    ("iterate", "for_each"),
    ("iterations", "max"),
    ("jobs", "steps"),
    ("key", "name"),
    ("kind", "type"),
    ("len", "length"),
    ("list", "in"),
    ("loop", "for_each"),
    ("lowercase", "lower"),
    ("map", "for_each"),
    ("map", "object"),
    ("max", "limit"),
    ("max_attempts", "max"),
    ("max_retries", "max"),
    ("maximum_attempts", "max"),
    ("mode", "join"),
    ("mode", "overflow"),
    ("name", "event"),
    ("name", "id"),
    ("nodes", "steps"),
    ("on", "triggers"),
    ("on_failure", "on_error"),
    ("on_overflow", "overflow"),
    ("only_if", "when"),
    ("otherwise", "else"),
    ("output", "collect"),
    ("over", "in"),
    ("parameters", "with"),
    ("params", "with"),
    ("pause", "wait"),
    ("period", "per"),
    ("quiet", "for"),
    ("rate_limit", "throttle"),
    ("recipients", "to"),
    ("retries", "retry"),
    ("return", "stop"),
    ("run_workflow", "call"),
    ("search", "index"),
    ("size", "length"),
    ("sleep", "wait"),
    ("states", "steps"),
    ("steps", "do"),
    ("str", "text"),
    ("string", "text"),
    ("strip", "trim"),
    ("subflow", "call"),
    ("subworkflow", "call"),
    ("tags", "labels"),
    ("task", "use"),
    ("tasks", "steps"),
    ("terminate", "stop"),
    ("then", "do"),
    ("then", "steps"),
    ("time_zone", "timezone"),
    ("timeout_minutes", "timeout"),
    ("timeout_seconds", "timeout"),
    ("times", "limit"),
    ("times", "max"),
    ("title", "name"),
    ("type", "use"),
    ("until", "repeat"),
    ("upcase", "upper"),
    ("uppercase", "upper"),
    ("uses", "use"),
    ("value", "equals"),
    ("values", "enum"),
    ("variables", "vars"),
    ("wait", "every"),
    ("wait_for_event", "wait_for"),
    ("where", "match"),
    ("while", "repeat"),
    ("window", "per"),
    ("workflow", "call"),
    ("workflow", "flow"),
];

/// The shortest common beginning that counts as meaning the longer word.
const PREFIX: usize = 3;

/// The candidate somebody probably meant by `word`, if one is near: by another product's name for it, by a few
/// slips of the finger, or by a shared beginning.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let plain = plain(word);
    let named = ELSEWHERE.iter().filter(|(theirs, _)| *theirs == plain);
    if let Some((_, ours)) = named.into_iter().find(|(_, ours)| candidates.contains(ours)) {
        return Some(ours);
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
