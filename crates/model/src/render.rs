//! A problem for people and for machines: carets in a terminal, workflow commands for GitHub, one JSON object a line.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};
use serde::Serialize;

use crate::lines::Lines;
use crate::problem::{Problem, Severity};

/// The problem with the line it is about, a caret under the place, its code and its hint; many lines, without a line
/// end at the last. `source` is the text of the file.
#[must_use]
pub fn text(problem: &Problem, file: &str, source: &str, color: bool) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(problem.message.as_str()).id(problem.code);
    let mut group: Group<'_> = match &problem.span {
        Some(span) => {
            let source = source.strip_prefix('\u{feff}').unwrap_or(source);
            let lines = Lines::new(source);
            let bytes = lines.bytes(source, span);
            title.element(Snippet::source(source).path(file).annotation(AnnotationKind::Primary.span(bytes)))
        }
        None => title.element(Origin::path(file)),
    };
    if let Some(hint) = &problem.hint {
        group = group.element(Level::HELP.with_name("hint").message(normalize_untrusted_str(hint)));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// The problem as a workflow command of GitHub Actions (`::error file=...::message`), one line without its end.
/// Escapes: docs.github.com, "Workflow commands", and the toolkit's `command.ts`.
#[must_use]
pub fn github(problem: &Problem, file: &str) -> String {
    let command = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = problem.span.map_or_else(String::new, |span| {
        format!(
            ",line={},col={},endLine={},endColumn={}",
            span.line, span.column, span.end_line, span.end_column
        )
    });
    let hint = problem.hint.as_ref().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
    let message = escaped(&format!("{}{hint}", problem.message));
    let file = escaped(file).replace(':', "%3A").replace(',', "%2C");
    format!("::{command} file={file}{place},title={}::{message}", problem.code)
}

/// The problem as one line of JSON: its fields and the file.
#[must_use]
pub fn json(problem: &Problem, file: &str) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        file: &'a str,
        #[serde(flatten)]
        problem: &'a Problem,
    }
    serde_json::to_string(&Line { file, problem }).expect("texts and numbers are always JSON")
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Span;

    fn problem() -> Problem {
        let mut problem =
            Problem::error("W012", "/ues", "`ues` is not a key, 100%").hint("did you mean `use`?");
        problem.span = Some(Span { line: 2, column: 3, end_line: 2, end_column: 6 });
        problem
    }

    #[test]
    fn a_workflow_command_escapes_what_would_end_it() {
        assert_eq!(
            github(&problem(), "a,b:c.yaml"),
            "::error file=a%2Cb%3Ac.yaml,line=2,col=3,endLine=2,endColumn=6,title=W012::`ues` is not a key, 100%25%0Ahint: did \
             you mean `use`?"
        );
    }

    #[test]
    fn a_line_of_json_holds_file_and_place() {
        let line: serde_json::Value = serde_json::from_str(&json(&problem(), "a.yaml")).unwrap();
        assert_eq!(line["file"], "a.yaml");
        assert_eq!(line["span"]["end_column"], 6);
        assert_eq!(line["severity"], "error");
    }

    #[test]
    fn a_problem_without_a_place_still_names_its_file() {
        let shown = text(&Problem { span: None, ..problem() }, "a.yaml", "", false);
        assert_eq!(shown, "error[W012]: `ues` is not a key, 100%\n--> a.yaml\n = hint: did you mean `use`?");
    }

    #[test]
    fn color_adds_escapes_and_plain_has_none() {
        assert!(text(&problem(), "a.yaml", "a: 1\n  ues: 2\n", true).contains('\u{1b}'));
        assert!(!text(&problem(), "a.yaml", "a: 1\n  ues: 2\n", false).contains('\u{1b}'));
    }
}
