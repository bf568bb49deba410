//! What letters say.

use std::collections::BTreeMap;

use cauce_journal::notices::{Group, Kind, Notice, Question};
use cauce_model::workflow::{FieldKind, FormField};
use cauce_model::{HoldReason, StepError, StepPath, Time};

use super::super::Language;
use super::super::compose::{Hold, Shown, Written, digest, question};
use super::world::run;

/// 2027-01-15 08:00 UTC, and so many minutes.
fn at(minutes: i64) -> Time {
    Time::from_micros(1_800_000_000_000_000 + minutes * 60_000_000)
}

fn group(kind: Kind, count: u64, minutes: (i64, i64)) -> Group {
    let error = StepError {
        code: "A011".to_owned(),
        message: "the mail relay answered `554`:\nno <b>such</b> box".to_owned(),
        hint: Some("ask the relay's owner".to_owned()),
        status: Some(554),
    };
    let notice = Notice::of("order", kind, &StepPath::from("each[2]/confirm"), Some(&error), at(minutes.1));
    Group { notice, run: run(3), count, first_at: at(minutes.0) }
}

fn held(count: u64, reason: HoldReason) -> Group {
    let mut group = group(Kind::Held, count, (5, 5));
    group.notice.hold_reason = Some(reason);
    group.notice.hint = None;
    group
}

fn shown(language: Language) -> Shown {
    Shown {
        language,
        address: "https://cauce.example.com".to_owned(),
        names: BTreeMap::from([("order".to_owned(), "Order confirmation".to_owned())]),
        holds: BTreeMap::from([("order".to_owned(), Hold { behind: 1 })]),
    }
}

fn letter(language: Language) -> Written {
    let groups =
        [group(Kind::Failing, 3, (0, 20)), group(Kind::Failed, 3, (0, 20)), held(1, HoldReason::Exhausted)];
    digest(&groups, &shown(language))
}

#[test]
fn a_digest_in_english() {
    let written = letter(Language::En);
    assert_eq!(written.subject, "Order confirmation failed 3 times in a row");
    assert_eq!(written.text, include_str!("digest.en.txt"));
}

#[test]
fn a_digest_in_spanish() {
    let written = letter(Language::Es);
    assert_eq!(written.subject, "Order confirmation falló 3 veces seguidas");
    assert_eq!(written.text, include_str!("digest.es.txt"));
}

#[test]
fn the_html_says_the_same_and_no_text_of_the_world_writes_html() {
    for language in [Language::En, Language::Es] {
        let Written { text, html, .. } = letter(language);
        assert!(html.contains("no &lt;b&gt;such&lt;/b&gt; box") && !html.contains("<b>"), "{html}");
        assert!(html.contains(&format!("<html lang=\"{}\">", language.word())));
        let address = format!("https://cauce.example.com/runs/{}", run(3));
        assert!(html.contains(&format!("<a href=\"{address}\">{address}</a>")), "{html}");
        assert!(html.contains("status=failed,held&amp;workflow=order"), "{html}");
        for line in text.lines().filter(|line| line.starts_with("* ")) {
            let line = line.trim_start_matches("* ");
            assert!(html.contains(&format!("<strong>{line}</strong>")), "{line} in {html}");
        }
    }
}

#[test]
fn every_reason_for_a_hold_has_words_and_something_to_do_in_both_languages() {
    let reasons = [
        HoldReason::Exhausted,
        HoldReason::InDoubt,
        HoldReason::NeedsLogin,
        HoldReason::Poison,
        HoldReason::Asked,
    ];
    let texts: Vec<String> = [Language::En, Language::Es]
        .into_iter()
        .flat_map(|language| {
            reasons.map(|reason| {
                digest(&[held(2, reason)], &Shown { holds: BTreeMap::new(), ..shown(language) }).text
            })
        })
        .collect();
    let different: std::collections::BTreeSet<&String> = texts.iter().collect();
    assert_eq!(different.len(), 10, "{texts:#?}");
    assert!(texts[2].contains("put the password or token right"), "{}", texts[2]);
    assert!(texts[6].contains("mira si llegó a pasar"), "{}", texts[6]);
}

#[test]
fn subjects_count_what_happened() {
    let subject = |language, groups: &[Group]| digest(groups, &shown(language)).subject;
    let (one, two) = (group(Kind::Failed, 1, (0, 0)), group(Kind::Failed, 2, (0, 1)));
    let held = held(1, HoldReason::Poison);
    let mut other = one.clone();
    other.notice.workflow = "crm".to_owned();
    let (en, es) = (Language::En, Language::Es);
    assert_eq!(subject(en, std::slice::from_ref(&one)), "Order confirmation: 1 run failed");
    assert_eq!(subject(es, std::slice::from_ref(&one)), "Order confirmation: 1 ejecución falló");
    assert_eq!(
        subject(en, &[two.clone(), held.clone()]),
        "Order confirmation: 2 runs failed, 1 run is on hold"
    );
    let both = [two, held];
    assert_eq!(subject(es, &both), "Order confirmation: 2 ejecuciones fallaron, 1 ejecución está retenida");
    assert_eq!(subject(en, &[one.clone(), other.clone()]), "2 workflows need you: 2 runs failed");
    assert_eq!(subject(es, &[one, other]), "2 flujos te necesitan: 2 ejecuciones fallaron");
}

#[test]
fn of_many_causes_the_first_are_told_and_the_others_counted() {
    let causes: Vec<Group> = (0..23)
        .map(|number| {
            let mut group = group(Kind::Failed, 1, (0, 0));
            group.notice.code = format!("A{number:03}");
            group
        })
        .collect();
    let text = digest(&causes, &shown(Language::En)).text;
    assert_eq!(text.matches("* 1 run failed").count(), 20);
    assert!(text.contains("And 3 other causes, which the page of runs shows."), "{text}");
}

fn asked(form: Vec<FormField>, deadline: Option<Time>) -> Question {
    Question {
        run: run(3),
        workflow: "order".to_owned(),
        name: "Order confirmation".to_owned(),
        path: StepPath::from("discount"),
        step: "A discount\nfor Ada".to_owned(),
        to: "bob@example.com".to_owned(),
        form,
        deadline,
        at: at(0),
    }
}

#[test]
fn a_question_says_what_is_asked_until_when_and_where_to_answer() {
    let field = |name: &str, label: Option<&str>| FormField {
        name: name.to_owned(),
        label: label.map(ToOwned::to_owned),
        kind: FieldKind::Text,
        required: false,
        options: Vec::new(),
    };
    let question_with = |language| {
        let form = vec![field("percent", Some("How much?")), field("reason", None)];
        question(&asked(form, Some(at(60))), language, "https://cauce.example.com/")
    };
    let english = question_with(Language::En);
    assert_eq!(english.subject, "Your answer is needed: A discount for Ada (Order confirmation)");
    assert_eq!(english.text, include_str!("question.en.txt"));
    let spanish = question_with(Language::Es);
    assert_eq!(spanish.subject, "Hace falta tu respuesta: A discount for Ada (Order confirmation)");
    assert_eq!(spanish.text, include_str!("question.es.txt"));
    let plain = question(&asked(Vec::new(), None), Language::En, "https://cauce.example.com").text;
    assert!(!plain.contains("It waits until") && !plain.contains("It also asks"), "{plain}");
}
