//! A letter as parts, written as text and as HTML.

use std::fmt::Write;

/// A part of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The name of a workflow.
    Title(String),
    /// A paragraph.
    Say(String),
    /// What happened, and facts about it: a word and what it stands before.
    Item(String, Vec<(String, Fact)>),
    /// A place to go to.
    Link(String, String),
    /// The small print.
    Foot(String),
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// Words.
    Words(String),
    /// A URL.
    Url(String),
}

/// The letter as text.
pub(super) fn text(parts: &[Part]) -> String {
    let mut out = String::new();
    for part in parts {
        if !out.is_empty() {
            out.push('\n');
        }
        let written = match part {
            Part::Title(title) => writeln!(out, "{title}\n{}", "=".repeat(title.chars().count().min(72))),
            Part::Say(say) => writeln!(out, "{say}"),
            Part::Link(words, url) => writeln!(out, "{words}:\n{url}"),
            Part::Foot(foot) => writeln!(out, "-- \n{foot}"),
            Part::Item(what, facts) => facts.iter().fold(writeln!(out, "* {what}"), |_, (word, fact)| {
                let (Fact::Words(fact) | Fact::Url(fact)) = fact;
                writeln!(out, "  {word}: {fact}")
            }),
        };
        written.expect("a String takes every write");
    }
    out
}

const PAGE: &str = "font:16px/1.5 system-ui,-apple-system,Segoe UI,sans-serif;color:#1c2430;max-width:40em;margin:0 auto;\
    padding:16px";
const TITLE: &str = "font-size:18px;margin:28px 0 8px;border-bottom:1px solid #d5dbe3;padding-bottom:4px";
const ITEM: &str = "margin:12px 0;padding:8px 12px;border-left:3px solid #b3541e;background:#faf6f2";
const FACT: &str = "margin:4px 0;font-size:14px";
const BUTTON: &str = "display:inline-block;padding:8px 14px;background:#0b5c8a;color:#fff;text-decoration:none;\
    border-radius:6px";
const FOOT: &str = "margin-top:28px;font-size:13px;color:#5a6675";

/// The letter as HTML.
pub(super) fn html(language: &str, subject: &str, parts: &[Part]) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body style=\"{PAGE}\">\n",
        escaped(subject)
    );
    for part in parts {
        let written = match part {
            Part::Title(title) => writeln!(out, "<h2 style=\"{TITLE}\">{}</h2>", escaped(title)),
            Part::Say(say) => writeln!(out, "<p>{}</p>", escaped(say)),
            Part::Link(words, url) => {
                let url = escaped(url);
                writeln!(out, "<p><a style=\"{BUTTON}\" href=\"{url}\">{}</a></p>", escaped(words))
            }
            Part::Foot(foot) => writeln!(out, "<p style=\"{FOOT}\">{}</p>", escaped(foot)),
            Part::Item(what, facts) => item(&mut out, what, facts),
        };
        written.expect("a String takes every write");
    }
    out.push_str("</body></html>\n");
    out
}

fn item(out: &mut String, what: &str, facts: &[(String, Fact)]) -> std::fmt::Result {
    writeln!(out, "<div style=\"{ITEM}\"><strong>{}</strong>", escaped(what))?;
    for (word, fact) in facts {
        let fact = match fact {
            Fact::Words(words) => escaped(words),
            Fact::Url(url) => format!("<a href=\"{0}\">{0}</a>", escaped(url)),
        };
        writeln!(out, "<p style=\"{FACT}\">{}: {fact}</p>", escaped(word))?;
    }
    writeln!(out, "</div>")
}

/// No text of the world writes HTML of its own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}
