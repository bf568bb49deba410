//! How every page of the demo looks: plain HTML without scripts.

mod language;
mod words;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

pub(crate) use words::Words;

const STYLE: &str = include_str!("style.css");

/// Where the pages of the demo, and Cauce itself, are found.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    pub(crate) shop: String,
    pub(crate) crm: String,
    pub(crate) mailbox: String,
    pub(crate) cauce: String,
}

/// A page about to be written, in the language its reader prefers.
pub(crate) struct Page {
    pub(crate) words: &'static Words,
    title: &'static str,
    status: StatusCode,
    refresh: bool,
}

impl Page {
    pub(crate) fn new(headers: &HeaderMap, title: fn(&Words) -> &'static str) -> Self {
        let words = language::preferred(headers);
        Self { words, title: title(words), status: StatusCode::OK, refresh: false }
    }

    /// Loads itself again every five seconds.
    pub(crate) fn refreshing(mut self) -> Self {
        self.refresh = true;
        self
    }

    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// `body` is HTML: whatever came from outside went through [`escape`] before.
    pub(crate) fn write(self, links: &Links, body: &str) -> Response {
        let Self { words, title, status, refresh } = self;
        let refresh = if refresh { "<meta http-equiv=\"refresh\" content=\"5\">" } else { "" };
        let navigation: String = [
            (words.shop, &links.shop),
            (words.crm, &links.crm),
            (words.mailbox, &links.mailbox),
            ("Cauce", &links.cauce),
        ]
        .into_iter()
        .map(|(name, address)| {
            let here = if name == title { " aria-current=\"page\"" } else { "" };
            format!("<a href=\"{}\"{here}>{name}</a>", escape(address))
        })
        .collect();
        let page = format!(
            "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{refresh}\
             <title>{title} · Cauce</title><style>{STYLE}</style></head><body>\
             <header><nav aria-label=\"{apps}\">{navigation}</nav></header>\
             <main><h1>{title}</h1><p class=\"notice\">{notice}</p>{body}</main></body></html>",
            lang = words.lang,
            apps = words.apps,
            notice = words.notice,
        );
        let headers = [(header::CONTENT_LANGUAGE, words.lang), (header::VARY, "accept-language")];
        (status, headers, Html(page)).into_response()
    }
}

/// Text made safe between tags and inside quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

/// A table; cells are HTML. `empty` stands there while it has no rows.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>], empty: &str) -> String {
    if rows.is_empty() {
        return format!("<p class=\"empty\">{empty}</p>");
    }
    let head: String = headings.iter().map(|heading| format!("<th scope=\"col\">{heading}</th>")).collect();
    let body: String = rows
        .iter()
        .map(|cells| {
            let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
            format!("<tr>{cells}</tr>")
        })
        .collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_from_outside_cannot_become_markup() {
        assert_eq!(escape("<a href='x'>\"&\"</a>"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
    }

    #[test]
    fn a_table_without_rows_says_so() {
        assert_eq!(table(&["Name"], &[], "nobody"), "<p class=\"empty\">nobody</p>");
        assert!(table(&["Name"], &[vec!["Ana".into()]], "nobody").contains("<td>Ana</td>"));
    }
}
