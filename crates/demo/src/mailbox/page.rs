//! The mailbox's pages: the list, one mail, and a mail as it arrived.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Mailbox;
use super::store::Mail;
use crate::clock;
use crate::page::{Page, Words, escape, table};

/// More would only be slow to read.
const SHOWN: usize = 200;

pub(crate) async fn list(State(mailbox): State<Arc<Mailbox>>, headers: HeaderMap) -> Response {
    let mails = mailbox.store.with(|store| store.newest_first());
    let page = Page::new(&headers, |words| words.mailbox).refreshing();
    let words = page.words;
    let rows: Vec<Vec<String>> = mails.iter().take(SHOWN).map(|mail| row(words, mail)).collect();
    let headings = [words.subject, words.from, words.to, words.when, "Message-ID"];
    let body = format!(
        "<section class=\"card\"><h2>{title} ({count})</h2>{table}</section>",
        title = words.mails,
        count = mails.len(),
        table = table(&headings, &rows, words.no_mails),
    );
    page.write(&mailbox.links, &body)
}

fn row(words: &Words, mail: &Mail) -> Vec<String> {
    vec![
        format!("<a href=\"/mail/{}\">{}</a>", mail.number, subject(words, mail)),
        escape(&mail.from),
        escape(&mail.to.join(", ")),
        clock::readable(mail.received_at),
        format!("<code>{}</code>", escape(mail.content.message_id.as_deref().unwrap_or_default())),
    ]
}

fn subject(words: &Words, mail: &Mail) -> String {
    let subject = mail.content.subject.as_deref().map(str::trim).filter(|subject| !subject.is_empty());
    escape(subject.unwrap_or(words.no_subject))
}

pub(crate) async fn one(
    State(mailbox): State<Arc<Mailbox>>,
    Path(number): Path<u64>,
    headers: HeaderMap,
) -> Response {
    let page = Page::new(&headers, |words| words.mailbox);
    let words = page.words;
    match mailbox.store.with(|store| store.get(number)) {
        Some(mail) => page.write(&mailbox.links, &mail_body(words, &mail)),
        None => {
            let body = format!("<p>{}</p><p><a href=\"/\">{}</a></p>", words.no_such_mail, words.back);
            page.status(StatusCode::NOT_FOUND).write(&mailbox.links, &body)
        }
    }
}

fn mail_body(words: &Words, mail: &Mail) -> String {
    let facts: String = [
        (words.from, escape(&mail.from)),
        (words.to, escape(&mail.to.join(", "))),
        (words.when, clock::readable(mail.received_at)),
        ("Message-ID", escape(mail.content.message_id.as_deref().unwrap_or_default())),
    ]
    .into_iter()
    .map(|(name, value)| format!("<dt>{name}</dt><dd>{value}</dd>"))
    .collect();
    let text =
        mail.content.text.as_deref().map(|text| part(words.text, &format!("<pre>{}</pre>", escape(text))));
    // The frame may do nothing: no scripts, no forms, and the page's policy lets it fetch nothing.
    let html = mail.content.html.as_deref().map(|html| {
        let frame =
            format!("<iframe sandbox=\"\" title=\"{}\" srcdoc=\"{}\"></iframe>", words.html, escape(html));
        part(words.html, &frame)
    });
    format!(
        "<p><a href=\"/\">{back}</a> · <a href=\"/mail/{number}/raw\">{raw}</a></p>\
         <section class=\"card\"><h2>{subject}</h2><dl>{facts}</dl></section>{text}{html}",
        back = words.back,
        number = mail.number,
        raw = words.raw,
        subject = subject(words, mail),
        text = text.unwrap_or_default(),
        html = html.unwrap_or_default(),
    )
}

fn part(title: &str, body: &str) -> String {
    format!("<section class=\"card\"><h2>{title}</h2>{body}</section>")
}

pub(crate) async fn raw(State(mailbox): State<Arc<Mailbox>>, Path(number): Path<u64>) -> Response {
    match mailbox.store.with(|store| store.get(number)) {
        Some(mail) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], mail.raw.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
