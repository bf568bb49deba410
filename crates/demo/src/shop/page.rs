//! The shop's page: two forms, the carts, and what became of the webhooks.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::Shop;
use super::deliveries::{Delivery, Status};
use super::ledger::{Cart, THINGS};
use super::money::Money;
use crate::clock;
use crate::dns::{DEAD, DISPOSABLE, GOOD, PROVIDERS};
use crate::page::{Page, Words, escape, table};

const CARTS: usize = 10;
const DELIVERIES: usize = 20;

/// What a person wrote into a form, shown again when it was refused.
#[derive(Default)]
pub(crate) struct Filled {
    pub(crate) name: String,
    pub(crate) email: String,
}

pub(crate) struct Message {
    pub(crate) text: fn(&Words) -> &'static str,
    pub(crate) status: StatusCode,
}

#[derive(Deserialize)]
pub(crate) struct Shown {
    done: Option<String>,
}

pub(crate) async fn front(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    Query(shown): Query<Shown>,
) -> Response {
    let text: Option<fn(&Words) -> &'static str> = match shown.done.as_deref() {
        Some("sent") => Some(|words| words.sent),
        Some("ordered") => Some(|words| words.ordered),
        _ => None,
    };
    let message = text.map(|text| Message { text, status: StatusCode::OK });
    write(&shop, &headers, message, &Filled::default())
}

pub(crate) fn write(shop: &Shop, headers: &HeaderMap, message: Option<Message>, filled: &Filled) -> Response {
    let status = message.as_ref().map_or(StatusCode::OK, |message| message.status);
    let page = Page::new(headers, |words| words.shop).status(status);
    let words = page.words;
    let body = format!(
        "{message}<div class=\"cards\">{sign_up}{cart}</div>{carts}{deliveries}{domains}",
        message = message.map(|message| shown_message(words, &message)).unwrap_or_default(),
        sign_up = sign_up_form(words, filled),
        cart = cart_form(words, filled),
        carts = carts(shop, words),
        deliveries = deliveries(shop, words),
        domains = domains(words),
    );
    page.write(&shop.links, &body)
}

fn shown_message(words: &Words, message: &Message) -> String {
    let class = if message.status.is_success() { "message" } else { "message bad" };
    format!("<p class=\"{class}\" role=\"status\">{}</p>", (message.text)(words))
}

fn sign_up_form(words: &Words, filled: &Filled) -> String {
    format!(
        "<section class=\"card\"><h2>{title}</h2><p>{about}</p>\
         <form method=\"post\" action=\"/signup\">{person}<button>{title}</button></form></section>",
        title = words.sign_up,
        about = words.sign_up_about,
        person = person(words, filled),
    )
}

fn cart_form(words: &Words, filled: &Filled) -> String {
    let things: String = THINGS
        .iter()
        .zip(words.things)
        .enumerate()
        .map(|(place, ((sku, _, cents), name))| {
            let quantity = u8::from(place == 0);
            format!(
                "<label>{name} ({price})<input type=\"number\" name=\"{sku}\" min=\"0\" max=\"9\" \
                 value=\"{quantity}\" required></label>",
                price = Money::cents(*cents).readable(),
            )
        })
        .collect();
    format!(
        "<section class=\"card\"><h2>{title}</h2><p>{about}</p><form method=\"post\" action=\"/cart\">\
         {person}<div class=\"things\">{things}</div><button>{button}</button></form></section>",
        title = words.cart,
        about = words.cart_about,
        person = person(words, filled),
        button = words.leave_cart,
    )
}

/// The address is a plain text field: a wrong one shall reach the workflow.
fn person(words: &Words, filled: &Filled) -> String {
    format!(
        "<label>{name}<input name=\"name\" value=\"{filled_name}\" maxlength=\"100\" autocomplete=\"name\" required>\
         </label><label>{email}<input name=\"email\" value=\"{filled_email}\" inputmode=\"email\" maxlength=\"254\" \
         autocomplete=\"email\" placeholder=\"ana@{GOOD}\" required></label>",
        name = words.name,
        email = words.email,
        filled_name = escape(&filled.name),
        filled_email = escape(&filled.email),
    )
}

fn carts(shop: &Shop, words: &Words) -> String {
    let rows: Vec<Vec<String>> = shop.ledger.with(|ledger| {
        ledger.carts(CARTS).iter().map(|cart| cart_row(words, cart, ledger.is_ordered(&cart.id))).collect()
    });
    let headings = [words.when, words.what, words.name, words.total, words.status];
    section(words.carts, &table(&headings, &rows, words.no_carts))
}

fn cart_row(words: &Words, cart: &Cart, is_ordered: bool) -> Vec<String> {
    let status = if is_ordered {
        words.bought.to_owned()
    } else {
        format!(
            "<form method=\"post\" action=\"/order\"><input type=\"hidden\" name=\"cart_id\" value=\"{}\">\
             <button>{}</button></form>",
            escape(&cart.id),
            words.buy,
        )
    };
    let id = format!("<code>{}</code>", escape(&cart.id));
    vec![clock::readable(cart.at), id, escape(&cart.name), cart.total.readable(), status]
}

fn deliveries(shop: &Shop, words: &Words) -> String {
    let latest = shop.deliveries.with(|deliveries| deliveries.latest(DELIVERIES));
    let rows: Vec<Vec<String>> = latest.iter().map(|delivery| delivery_row(words, delivery)).collect();
    let headings = [words.when, words.what, words.status, words.attempts, words.answer];
    section(words.deliveries, &table(&headings, &rows, words.no_deliveries))
}

fn delivery_row(words: &Words, delivery: &Delivery) -> Vec<String> {
    let status = match delivery.status {
        Status::Sending => words.sending,
        Status::Retrying => words.retrying,
        Status::Delivered => words.delivered,
        Status::Refused => words.refused,
        Status::GaveUp => words.gave_up,
    };
    vec![
        clock::readable(delivery.at),
        format!("<code>{}</code>", escape(&delivery.what)),
        status.to_owned(),
        delivery.attempts.to_string(),
        format!("<code>{}</code>", escape(&delivery.answer)),
    ]
}

fn domains(words: &Words) -> String {
    let providers = PROVIDERS.map(|(domain, _)| domain).join(", ");
    let list: String = [
        (GOOD, words.domain_good),
        (DEAD, words.domain_dead),
        (DISPOSABLE, words.domain_disposable),
        (&providers, words.domain_providers),
    ]
    .into_iter()
    .map(|(domain, meaning)| format!("<dt><code>{domain}</code></dt><dd>{meaning}</dd>"))
    .collect();
    section(words.domains, &format!("<dl>{list}</dl><p>{}</p>", words.domain_others))
}

fn section(title: &str, body: &str) -> String {
    format!("<section class=\"card\"><h2>{title}</h2>{body}</section>")
}
