//! What a letter says: data in, words out. The same data always give the same letter.

use std::collections::BTreeMap;

use cauce_journal::notices::{Group, Kind, Question};
use cauce_model::{RunId, Time};
use serde::{Deserialize, Serialize};

use super::page::{Fact, Part, html, text};
use super::words::Language;

/// So many causes stand in one letter; of the others it says how many there are.
const MOST: usize = 20;

/// What a digest shows besides what happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shown {
    /// The language it is written in.
    pub(super) language: Language,
    /// How people reach the server.
    pub(super) address: String,
    /// The names of workflows for people.
    pub(super) names: BTreeMap<String, String>,
    /// What is held, by workflow.
    pub(super) holds: BTreeMap<String, Hold>,
}

impl Shown {
    /// A workflow's name for people.
    pub(super) fn name(&self, workflow: &str) -> String {
        self.names.get(workflow).map_or_else(|| workflow.to_owned(), |name| one_line(name))
    }
}

/// What is held of a workflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hold {
    /// How many runs wait for the places of those that are held.
    pub(super) behind: u64,
}

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// The page of a run.
pub(super) fn run_url(address: &str, run: RunId) -> String {
    format!("{}/runs/{run}", address.trim_end_matches('/'))
}

/// What nobody was told of yet.
pub(super) fn digest(groups: &[Group], shown: &Shown) -> Written {
    let words = shown.language;
    let mut flows = BTreeMap::<&str, Vec<&Group>>::new();
    for group in groups {
        flows.entry(&group.notice.workflow).or_default().push(group);
    }
    let subject = subject(&flows, shown, words);
    let mut parts = vec![Part::Say(words.greeting().to_owned())];
    let mut room = MOST;
    for (workflow, groups) in &flows {
        flow(&mut parts, workflow, groups, shown, &mut room);
    }
    let left = groups.iter().filter(|group| group.notice.kind != Kind::Failing).count().saturating_sub(MOST);
    if left > 0 {
        parts.push(Part::Say(words.more(left)));
    }
    parts.push(Part::Foot(words.why_me().to_owned()));
    written(shown.language, &subject, &parts)
}

/// A question that somebody is to answer.
pub(super) fn question(question: &Question, language: Language, address: &str) -> Written {
    let words = language;
    let (step, name) = (one_line(&question.step), one_line(&question.name));
    let subject = words.asks(&step, &name);
    let mut parts = vec![Part::Say(words.asked(&step, &name))];
    if !question.form.is_empty() {
        let fields = question.form.iter().map(|field| one_line(field.label.as_ref().unwrap_or(&field.name)));
        parts.push(Part::Say(words.fields(&fields.collect::<Vec<_>>().join(", "))));
    }
    if let Some(deadline) = question.deadline {
        parts.push(Part::Say(words.until(&minute(deadline))));
    }
    parts.push(Part::Link(words.answer().to_owned(), run_url(address, question.run)));
    parts.push(Part::Foot(words.why_asked().to_owned()));
    written(language, &subject, &parts)
}

fn written(language: Language, subject: &str, parts: &[Part]) -> Written {
    let subject: String = subject.chars().take(200).collect();
    Written { text: text(parts), html: html(language.word(), &subject, parts), subject }
}

fn counted(groups: &[&Group], kind: Kind) -> u64 {
    groups.iter().filter(|group| group.notice.kind == kind).map(|group| group.count).sum()
}

fn subject(flows: &BTreeMap<&str, Vec<&Group>>, shown: &Shown, words: Language) -> String {
    let all: Vec<&Group> = flows.values().flatten().copied().collect();
    let (failed, held) = (counted(&all, Kind::Failed), counted(&all, Kind::Held));
    let mut names = flows.keys();
    match (names.next(), names.next()) {
        (Some(workflow), None) => {
            let name = shown.name(workflow);
            match counted(&all, Kind::Failing) {
                0 => words.subject(&name, failed, held),
                times => words.failing_subject(&name, times),
            }
        }
        _ => words.several(flows.len(), failed, held),
    }
}

fn flow(parts: &mut Vec<Part>, workflow: &str, groups: &[&Group], shown: &Shown, room: &mut usize) {
    let words = shown.language;
    let name = shown.name(workflow);
    let title = if name == workflow { name } else { format!("{name} ({workflow})") };
    parts.push(Part::Title(title));
    for failing in groups.iter().filter(|group| group.notice.kind == Kind::Failing) {
        parts.push(Part::Say(words.in_a_row(failing.count, &minute(failing.first_at))));
    }
    let (mut failed, mut held) = (false, false);
    for group in groups.iter().filter(|group| group.notice.kind != Kind::Failing) {
        failed |= group.notice.kind == Kind::Failed;
        held |= group.notice.kind == Kind::Held;
        if let Some(left) = room.checked_sub(1) {
            *room = left;
            parts.push(item(group, shown, words));
        }
    }
    if let Some(hold) = shown.holds.get(workflow).filter(|hold| hold.behind > 0) {
        parts.push(Part::Say(words.behind(hold.behind)));
    }
    if failed {
        parts.push(Part::Say(words.replay().to_owned()));
    }
    let status = match (failed, held) {
        (true, false) => "failed",
        (false, true) => "held",
        _ => "failed,held",
    };
    let address = shown.address.trim_end_matches('/');
    parts.push(Part::Link(
        words.all().to_owned(),
        format!("{address}/runs?status={status}&workflow={workflow}"),
    ));
}

fn item(group: &Group, shown: &Shown, words: Language) -> Part {
    let notice = &group.notice;
    let (first, last) = (minute(group.first_at), minute(notice.at));
    let when = if first == last { words.at(&first) } else { words.between(&first, &last) };
    let step = (!notice.step.is_empty()).then_some(notice.step.as_str());
    let what = match notice.kind {
        Kind::Failed | Kind::Failing => words.failed(group.count, step, &when),
        Kind::Held => words.held(group.count, step, &when),
    };
    let mut facts = Vec::new();
    let mut fact = |word: &str, fact: Fact| facts.push((word.to_owned(), fact));
    if let Some(reason) = notice.hold_reason {
        fact(words.held_word(), Fact::Words(words.why_held(reason).to_owned()));
    }
    if !notice.message.is_empty() {
        fact(words.wrong(), Fact::Words(one_line(&notice.message)));
    }
    if let Some(hint) = &notice.hint {
        fact(words.helps(), Fact::Words(one_line(hint)));
    }
    if !notice.code.is_empty() {
        let address = shown.address.trim_end_matches('/');
        fact(words.cause(), Fact::Url(format!("{address}/docs/errors/{}", notice.code)));
    }
    if let Some(reason) = notice.hold_reason {
        fact(words.to_do(), Fact::Words(words.what_to_do(reason).to_owned()));
    }
    fact(words.run(group.count), Fact::Url(run_url(&shown.address, group.run)));
    Part::Item(what, facts)
}

/// A moment to the minute, in UTC: `2026-05-03 14:05 UTC`.
fn minute(at: Time) -> String {
    let text = at.to_string();
    format!("{} UTC", text.get(..16).unwrap_or(&text).replace('T', " "))
}

/// Text of the world on one line.
fn one_line(text: &str) -> String {
    text.split(char::is_control).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
