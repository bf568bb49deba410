//! The CRM's page: the contacts, the last changed first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;

use super::Crm;
use crate::page::{Page, escape, table};

/// More would only be slow to read.
const SHOWN: usize = 200;
const OWN_COLUMNS: [&str; 6] = ["id", "email", "name", "source", "created_at", "updated_at"];

pub(crate) async fn contacts(State(crm): State<Arc<Crm>>, headers: HeaderMap) -> Response {
    let (contacts, count) = crm.book.with(|book| (book.contacts.newest(SHOWN), book.contacts.len()));
    let page = Page::new(&headers, |words| words.crm).refreshing();
    let words = page.words;
    let rows: Vec<Vec<String>> = contacts.iter().map(row).collect();
    let headings = [words.email, words.name, words.source, words.more_fields, words.when];
    let body = format!(
        "<section class=\"card\"><h2>{title} ({count})</h2>{table}</section>",
        title = words.contacts,
        table = table(&headings, &rows, words.no_contacts),
    );
    page.write(&crm.links, &body)
}

fn row(contact: &Value) -> Vec<String> {
    let text = |name: &str| escape(contact.get(name).and_then(Value::as_str).unwrap_or_default());
    let more: Vec<String> = contact
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !OWN_COLUMNS.contains(&name.as_str()))
        .map(|(name, value)| escape(&format!("{name}: {value}")))
        .collect();
    vec![text("email"), text("name"), text("source"), more.join("<br>"), text("updated_at")]
}
