//! A gallery of mistakes: for each, what a person reads. The snapshots are the specification; read them aloud.

mod asks;
mod keys;
mod loops;
mod steps;
mod syntax;
mod tops;
mod triggers;
mod ways;

use cauce_model::{Loaded, load, render};

/// A title and the text of a file `shop.yaml`.
pub(crate) type Mistake = (&'static str, String);

/// All mistakes of the gallery.
pub(crate) fn all() -> Vec<Mistake> {
    let parts = [
        syntax::mistakes(),
        tops::mistakes(),
        triggers::mistakes(),
        steps::mistakes(),
        ways::mistakes(),
        loops::mistakes(),
        asks::mistakes(),
        keys::mistakes(),
    ];
    parts.concat()
}

/// A whole file around some steps, each line of which is indented here.
pub(crate) fn with_steps(steps: &str) -> String {
    let indented: String = steps.lines().map(|line| format!("  {line}\n")).collect();
    format!("version: 1\nid: shop\ntriggers:\n  - use: manual@1\nsteps:\n{indented}")
}

/// A whole file around some triggers.
pub(crate) fn with_triggers(triggers: &str) -> String {
    let indented: String = triggers.lines().map(|line| format!("  {line}\n")).collect();
    format!("version: 1\nid: shop\ntriggers:\n{indented}steps:\n  - wait: 1h\n")
}

/// A whole file with some lines at its top.
pub(crate) fn with_top(top: &str) -> String {
    format!("version: 1\nid: shop\n{top}\ntriggers:\n  - use: manual@1\nsteps:\n  - wait: 1h\n")
}

/// What a person reads about each mistake.
fn gallery(mistakes: &[Mistake]) -> String {
    let mut shown = String::new();
    for (title, source) in mistakes {
        let Loaded { problems, .. } = load("shop.yaml", source.as_bytes());
        assert!(!problems.is_empty(), "nothing was found wrong with: {title}\n{source}");
        let texts: Vec<String> =
            problems.iter().map(|problem| render::text(problem, "shop.yaml", source, false)).collect();
        shown.push_str(&format!("## {title}\n\n{}\n\n", texts.join("\n\n")));
    }
    shown
}

/// Rules of style that each message keeps.
#[test]
fn every_message_keeps_the_style() {
    for (title, source) in all() {
        for problem in load("shop.yaml", source.as_bytes()).problems {
            let message = &problem.message;
            assert!(!message.ends_with('.') && !message.contains('\n'), "{title}: {message}");
            assert!(message.starts_with(|c: char| !c.is_uppercase()), "{title}: {message}");
            assert!(problem.hint.is_some(), "{title}: {message} has no hint");
            assert!(problem.span.is_some(), "{title}: {message} has no place");
        }
    }
}
