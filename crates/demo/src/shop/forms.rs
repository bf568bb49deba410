//! The forms of the shop's page: sign up, leave a cart, order it.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shop;
use super::courier::Parcel;
use super::ledger::THINGS;
use super::money::Money;
use super::page::{self, Filled, Message};
use crate::page::Words;

/// Whoever tries the demo does not want to wait for an hour.
const REMIND_AFTER: &str = "30s";

const SIGN_UP_HOOK: &str = "/hooks/signup/signup";
const CART_HOOK: &str = "/hooks/abandoned-cart/cart";
const LONGEST_NAME: usize = 100;
const LONGEST_EMAIL: usize = 254;

#[derive(Deserialize)]
pub(crate) struct SignUp {
    name: String,
    email: String,
}

#[derive(Deserialize)]
pub(crate) struct LeftCart {
    name: String,
    email: String,
    #[serde(default)]
    mug: u8,
    #[serde(default)]
    shirt: u8,
    #[serde(default)]
    book: u8,
}

#[derive(Deserialize)]
pub(crate) struct Bought {
    cart_id: String,
}

pub(crate) async fn sign_up(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    Form(form): Form<SignUp>,
) -> Response {
    let filled = Filled { name: form.name.trim().to_owned(), email: form.email.trim().to_owned() };
    if let Err(wrong) = check(&filled) {
        return again(&shop, &headers, wrong, &filled);
    }
    let now = (shop.clock)();
    let Some(id) = shop.admit(|ledger| ledger.sign_up(now)) else { return busy(&shop, &headers, &filled) };
    let body = json!({ "id": id, "name": filled.name, "email": filled.email });
    shop.send(id, SIGN_UP_HOOK, &body, now);
    Redirect::to("/?done=sent").into_response()
}

pub(crate) async fn leave_cart(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    Form(form): Form<LeftCart>,
) -> Response {
    let filled = Filled { name: form.name.trim().to_owned(), email: form.email.trim().to_owned() };
    if let Err(wrong) = check(&filled) {
        return again(&shop, &headers, wrong, &filled);
    }
    let (items, total) = items([form.mug, form.shirt, form.book]);
    if items.is_empty() {
        return again(&shop, &headers, |words| words.empty_cart, &filled);
    }
    let now = (shop.clock)();
    let Some(id) = shop.admit(|ledger| ledger.leave_cart(filled.name.clone(), total, now)) else {
        return busy(&shop, &headers, &filled);
    };
    let body = json!({
        "cart": { "id": id, "total": total.amount(), "items": items },
        "customer": { "name": filled.name, "email": filled.email },
        "remind_after": REMIND_AFTER,
    });
    shop.send(id, CART_HOOK, &body, now);
    Redirect::to("/?done=sent").into_response()
}

pub(crate) async fn order(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    Form(form): Form<Bought>,
) -> Response {
    let now = (shop.clock)();
    match shop.ledger.with(|ledger| ledger.order_cart(&form.cart_id, now)) {
        Ok(_) => Redirect::to("/?done=ordered").into_response(),
        Err(_) => {
            let message = Message { text: |words| words.bad_order, status: StatusCode::CONFLICT };
            page::write(&shop, &headers, Some(message), &Filled::default())
        }
    }
}

impl Shop {
    /// Writes into the ledger only what can be sent as well.
    fn admit(&self, write: impl FnOnce(&mut super::Ledger) -> String) -> Option<String> {
        let has_room = self.deliveries.with(|deliveries| deliveries.has_room());
        has_room.then(|| self.ledger.with(write))
    }

    fn send(&self, id: String, hook: &'static str, body: &Value, now: i64) {
        let number = self.deliveries.with(|deliveries| deliveries.begin(id.clone(), now));
        let parcel = Parcel { number, id, hook, body: body.to_string().into() };
        self.courier.take(&self.deliveries, parcel);
    }
}

/// The shop does not look at the address itself: that is the workflow's part.
fn check(filled: &Filled) -> Result<(), fn(&Words) -> &'static str> {
    let is_line = |text: &str, longest: usize| {
        !text.is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
    };
    if !is_line(&filled.name, LONGEST_NAME) {
        return Err(|words| words.bad_name);
    }
    if !is_line(&filled.email, LONGEST_EMAIL) {
        return Err(|words| words.bad_email);
    }
    Ok(())
}

fn items(quantities: [u8; THINGS.len()]) -> (Vec<Value>, Money) {
    let chosen = || THINGS.into_iter().zip(quantities).filter(|(_, quantity)| *quantity > 0);
    let items = chosen()
        .map(|((sku, name, cents), quantity)| {
            json!({ "sku": sku, "name": name, "quantity": quantity, "price": Money::cents(cents).amount() })
        })
        .collect();
    (items, chosen().map(|((_, _, cents), quantity)| Money::cents(cents).times(quantity)).sum())
}

fn again(shop: &Shop, headers: &HeaderMap, wrong: fn(&Words) -> &'static str, filled: &Filled) -> Response {
    let message = Message { text: wrong, status: StatusCode::UNPROCESSABLE_ENTITY };
    page::write(shop, headers, Some(message), filled)
}

fn busy(shop: &Shop, headers: &HeaderMap, filled: &Filled) -> Response {
    let message = Message { text: |words| words.busy, status: StatusCode::SERVICE_UNAVAILABLE };
    page::write(shop, headers, Some(message), filled)
}
