//! "Did you mean": the whole replacement, or the names there are.

use cauce_model::near::nearest;

/// How many names a hint lists before it stops.
const MOST_NAMES: usize = 12;

/// A hint for a name that is not among `names`.
#[must_use]
pub(crate) fn did_you_mean(name: &str, names: &[&str]) -> String {
    if let Some(near) = nearest(name, names.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    if names.is_empty() {
        return "there is none to name here".to_owned();
    }
    let listed: Vec<String> = names.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > MOST_NAMES { " and others" } else { "" };
    format!("there are {}{more}", listed.join(", "))
}
