//! The branches of a `parallel` and what they need of each other.

use std::collections::BTreeMap;

use super::node::{listed, quoted};
use super::reader::Reader;
use crate::near::nearest;
use crate::problem::Problem;
use crate::workflow::Branch;

impl Reader<'_> {
    /// Whether what the branches of a block need can be met; else says why not.
    pub(super) fn needs_are_met(&mut self, branches: &[Branch]) -> bool {
        let ids: Vec<&str> = branches.iter().map(|branch| branch.id.as_str()).collect();
        let mut met = true;
        for branch in branches {
            for (number, need) in branch.needs.iter().enumerate() {
                let before = branch.needs.get(..number).unwrap_or_default();
                let problem = if need.text == branch.id {
                    let message = format!("the branch `{}` needs itself", branch.id);
                    Some((
                        message,
                        "remove it; `needs` names other branches, which come before this one".to_owned(),
                    ))
                } else if !ids.contains(&need.text.as_str()) {
                    let message = format!("there is no branch {} in this block", quoted(&need.text));
                    let others = ids.iter().copied().filter(|id| *id != branch.id);
                    Some((message, which(&need.text, others)))
                } else if before.iter().any(|earlier| earlier.text == need.text) {
                    let message = format!("the branch `{}` is named twice", need.text);
                    Some((message, "remove one of them".to_owned()))
                } else {
                    None
                };
                if let Some((message, hint)) = problem {
                    self.report(Problem::error("W036", need.at.clone(), message).hint(hint));
                    met = false;
                }
            }
        }
        for (at, cycle) in cycles(branches) {
            let said: Vec<String> =
                cycle.windows(2).map(|pair| format!("`{}` needs `{}`", pair[0], pair[1])).collect();
            let message = format!("these branches wait for each other: {}", said.join(", "));
            let hint = "take one of these needs away, so that some branch can begin";
            self.report(Problem::error("W036", at, message).hint(hint));
            met = false;
        }
        met
    }
}

fn which<'a>(wanted: &str, others: impl Iterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(wanted, others.clone()) {
        return format!("did you mean `{near}`?");
    }
    let names = listed(others.clone(), "and");
    match others.count() {
        0 => "there is no other branch here".to_owned(),
        1 => format!("the other branch here is {names}"),
        _ => format!("the other branches here are {names}"),
    }
}

/// Ways through the needs that come back to where they began, each with the place of its last need. No branch stands in
/// two of them.
fn cycles(branches: &[Branch]) -> Vec<(String, Vec<&str>)> {
    let mut open: BTreeMap<&str, &Branch> =
        branches.iter().map(|branch| (branch.id.as_str(), branch)).collect();
    let mut found = Vec::new();
    loop {
        settle(&mut open);
        // In the order of the file, so that the same file is always told the same.
        let Some(first) = branches.iter().find(|branch| open.contains_key(branch.id.as_str())) else { break };
        let Some((at, cycle)) = walk(first, &open) else { break };
        for id in &cycle {
            open.remove(id);
        }
        found.push((at, cycle));
    }
    found
}

/// Takes away what can begin when all before it has ended, until nothing more can. A need of oneself was told.
fn settle(open: &mut BTreeMap<&str, &Branch>) {
    loop {
        let waits = |branch: &Branch| {
            branch.needs.iter().any(|need| need.text != branch.id && open.contains_key(need.text.as_str()))
        };
        let free: Vec<&str> = open.iter().filter(|(_, branch)| !waits(branch)).map(|(id, _)| *id).collect();
        if free.is_empty() {
            return;
        }
        for id in free {
            open.remove(id);
        }
    }
}

/// From a branch along its first open need, until one comes again: the way from there to there.
fn walk<'a>(first: &'a Branch, open: &BTreeMap<&'a str, &'a Branch>) -> Option<(String, Vec<&'a str>)> {
    let mut way: Vec<&str> = Vec::new();
    let mut here = first;
    loop {
        way.push(&here.id);
        let need =
            here.needs.iter().find(|need| need.text != here.id && open.contains_key(need.text.as_str()))?;
        if let Some(start) = way.iter().position(|id| *id == need.text) {
            let mut cycle = way.split_off(start);
            cycle.push(&need.text);
            return Some((need.at.clone(), cycle));
        }
        here = open.get(need.text.as_str()).copied()?;
    }
}
