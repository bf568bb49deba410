//! Paths of the plan and paths of a run: `each[]/send` in the plan is `each[3]/send` in pass 3.

use std::borrow::Cow;

use cauce_model::StepPath;

/// The path of the plan that a path of a run belongs to.
pub(crate) fn in_plan(path: &str) -> Cow<'_, str> {
    if !path.contains('[') {
        return Cow::Borrowed(path);
    }
    let mut plain = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.chars() {
        inside = inside && c != ']';
        if !inside {
            plain.push(c);
        }
        inside = inside || c == '[';
    }
    Cow::Owned(plain)
}

/// The path of a run that a path of the plan stands for, seen from `reader`: in the passes that `reader` stands in.
/// Nothing for what stands in a loop around which `reader` does not.
pub(crate) fn seen_from<'a>(planned: &'a str, reader: &str) -> Option<Cow<'a, str>> {
    if !planned.contains("[]") {
        return Some(Cow::Borrowed(planned));
    }
    let mut rest = reader;
    let mut pieces = planned.split("[]").peekable();
    let mut path = String::with_capacity(planned.len() + 4);
    while let Some(piece) = pieces.next() {
        path.push_str(piece);
        if pieces.peek().is_some() {
            rest = rest.strip_prefix(piece)?.strip_prefix('[')?;
            let (index, behind) = rest.split_once(']')?;
            path.push('[');
            path.push_str(index);
            path.push(']');
            rest = behind;
        }
    }
    Some(Cow::Owned(path))
}

/// The passes a path of a run stands in, the outermost first: the path of each loop, and which pass.
pub(crate) fn passes(path: &str) -> impl DoubleEndedIterator<Item = (&str, u64)> {
    path.match_indices('[').filter_map(move |(at, _)| {
        let (around, behind) = path.split_at(at);
        let (index, _) = behind.get(1..)?.split_once(']')?;
        Some((around, index.parse().ok()?))
    })
}

/// Everything in pass `index` of the loop at `path` stands below this.
pub(crate) fn pass(path: &StepPath, index: u64) -> String {
    format!("{path}[{index}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_run_belongs_to_one_of_the_plan() {
        assert_eq!(in_plan("a[3]/b[12]/c"), "a[]/b[]/c");
        assert_eq!(in_plan("gate/then/x"), "gate/then/x");
    }

    #[test]
    fn a_step_is_seen_in_the_pass_of_whoever_looks() {
        assert_eq!(seen_from("a[]/b[]/c", "a[3]/b[12]/d").as_deref(), Some("a[3]/b[12]/c"));
        assert_eq!(seen_from("a[]/x", "a[3]/b[12]/d").as_deref(), Some("a[3]/x"));
        assert_eq!(seen_from("a[]/x", "a[3]/").as_deref(), Some("a[3]/x"));
        assert_eq!(seen_from("x", "a[3]/b").as_deref(), Some("x"));
        for outside in ["", "a", "ab[3]/c", "b[3]/x"] {
            assert_eq!(seen_from("a[]/x", outside), None, "{outside}");
        }
        assert_eq!(seen_from("a[]/b[]/c", "a[3]/x"), None);
    }

    #[test]
    fn the_passes_around_a_path() {
        assert_eq!(passes("a[3]/b[12]/c").collect::<Vec<_>>(), [("a", 3), ("a[3]/b", 12)]);
        assert_eq!(passes("a/b").count(), 0);
    }
}
