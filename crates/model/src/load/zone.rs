//! Time zones by their IANA names, from the data that is built in.

use jiff::tz::TimeZoneDatabase;

use super::node::{Node, quoted};
use super::reader::Reader;
use crate::near::nearest;
use crate::problem::Problem;

impl Reader<'_> {
    /// The name of a time zone.
    pub(super) fn zone(&mut self, node: &Node<'_>) -> Option<String> {
        let text = self.text(node, "a time zone such as `Europe/Madrid`")?;
        let zones = TimeZoneDatabase::bundled();
        let names: Vec<String> = zones.available().map(|name| name.as_str().to_owned()).collect();
        if names.iter().any(|name| name == text) {
            return Some(text.to_owned());
        }
        let near = if self.has_enough() { None } else { meant(text, &names) };
        let hint = near.map_or_else(
            || "write an IANA name such as `Europe/Madrid`, `America/New_York` or `UTC`".to_owned(),
            |name| format!("did you mean `{name}`?"),
        );
        let message = format!("{} is not a time zone", quoted(text));
        self.report(Problem::error("W026", node.at.clone(), message).hint(hint));
        None
    }
}

/// The zone in another spelling, the zone of a city, or the nearest name.
fn meant<'a>(text: &str, names: &'a [String]) -> Option<&'a str> {
    let wanted = text.trim().replace(' ', "_");
    let whole = names.iter().find(|name| name.eq_ignore_ascii_case(&wanted));
    let city = || {
        names
            .iter()
            .find(|name| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&wanted)))
    };
    whole
        .or_else(city)
        .map(String::as_str)
        .or_else(|| (wanted.len() >= 5).then(|| nearest(&wanted, names.iter().map(String::as_str)))?)
}
