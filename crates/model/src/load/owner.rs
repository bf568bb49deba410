//! `owner`: whom to tell when a workflow fails.

use super::node::Fields;
use super::reader::Reader;
use crate::identity::Address;
use crate::problem::Problem;

impl Reader<'_> {
    /// An e-mail address, or an `https` URL.
    pub(super) fn owner(&mut self, fields: &Fields<'_>) -> Option<String> {
        let node = fields.get("owner")?;
        let owner = self.text(&node, "a text")?.trim();
        let can_be_told =
            if owner.contains("://") { is_web_address(owner) } else { Address::parse(owner).is_some() };
        if can_be_told {
            return Some(owner.to_owned());
        }
        let hint = if owner.contains("${{") {
            "write the address itself: it is needed when no run is at hand to work it out"
        } else if owner.starts_with("http://") {
            "write an address that begins with `https://`: what went wrong is nobody else's business"
        } else {
            "write an address such as `ana@example.com`, or a URL such as `https://chat.example.com/hooks/shop`"
        };
        let message = format!("nobody can be told at `{}`", owner.escape_debug());
        self.report(Problem::error("W037", node.at, message).hint(hint));
        None
    }
}

/// An `https` URL with a host and no user name: what else is wrong with it, the call will say.
fn is_web_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty()
        && !host.starts_with(':')
        && !host.contains('@')
        && !text
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control() || "{}<>\"".contains(letter))
}
