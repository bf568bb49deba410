//! What the shop knows: sign-ups, carts and orders.

use std::collections::VecDeque;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::money::{CURRENCY, Money};
use crate::clock;

/// The oldest are forgotten first.
const MOST: usize = 1000;
const LONGEST_CART_ID: usize = 64;

/// What the shop sells: its number, name and price in cents.
pub(crate) const THINGS: [(&str, &str, i64); 3] =
    [("mug", "Mug", 1250), ("shirt", "T-shirt", 2490), ("book", "Book", 1895)];

/// So that the first report has something to tell, the shop had these orders (in cents) the day before it opened.
const BEFORE_OPENING: [i64; 4] = [4990, 1250, 8760, 2490];
const SIGN_UPS_BEFORE_OPENING: usize = 3;

#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) cart_id: String,
    pub(crate) total: Money,
    pub(crate) at: i64,
}

impl Order {
    pub(crate) fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "cart_id": self.cart_id,
            "total": self.total.amount(),
            "currency": CURRENCY,
            "at": clock::rfc3339(self.at),
        })
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Cart {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) total: Money,
    pub(crate) at: i64,
}

#[derive(Debug, PartialEq)]
pub(crate) enum NoOrder {
    BadCart,
    OrderedBefore,
}

pub(crate) struct Ledger {
    orders: VecDeque<Order>,
    carts: VecDeque<Cart>,
    sign_ups: VecDeque<i64>,
    last: u64,
}

impl Ledger {
    pub(crate) fn opened(now: i64) -> Self {
        const A_DAY: i64 = 24 * 60 * 60 * 1_000_000;
        let mut ledger =
            Self { orders: VecDeque::new(), carts: VecDeque::new(), sign_ups: VecDeque::new(), last: 0 };
        for cents in BEFORE_OPENING {
            let id = ledger.id("or", now);
            let cart_id = ledger.id("ca", now);
            push(&mut ledger.orders, Order { id, cart_id, total: Money::cents(cents), at: now - A_DAY });
        }
        ledger.sign_ups = std::iter::repeat_n(now - A_DAY, SIGN_UPS_BEFORE_OPENING).collect();
        ledger
    }

    /// Unlike any other, also after the demo starts anew: a workflow must not take it for a repetition.
    fn id(&mut self, kind: &str, now: i64) -> String {
        self.last += 1;
        format!("{kind}_{now:x}_{}", self.last)
    }

    pub(crate) fn sign_up(&mut self, now: i64) -> String {
        push(&mut self.sign_ups, now);
        self.id("su", now)
    }

    pub(crate) fn leave_cart(&mut self, name: String, total: Money, now: i64) -> String {
        let id = self.id("ca", now);
        push(&mut self.carts, Cart { id: id.clone(), name, total, at: now });
        id
    }

    /// A cart is ordered once. One the shop does not know is taken too: people try workflows with their own.
    pub(crate) fn order(&mut self, cart_id: &str, total: Money, now: i64) -> Result<Order, NoOrder> {
        if !is_cart_id(cart_id) {
            return Err(NoOrder::BadCart);
        }
        if self.is_ordered(cart_id) {
            return Err(NoOrder::OrderedBefore);
        }
        let order = Order { id: self.id("or", now), cart_id: cart_id.to_owned(), total, at: now };
        push(&mut self.orders, order.clone());
        Ok(order)
    }

    pub(crate) fn order_cart(&mut self, cart_id: &str, now: i64) -> Result<Order, NoOrder> {
        let total = self.carts.iter().find(|cart| cart.id == cart_id).map(|cart| cart.total);
        self.order(cart_id, total.ok_or(NoOrder::BadCart)?, now)
    }

    pub(crate) fn is_ordered(&self, cart_id: &str) -> bool {
        self.orders.iter().any(|order| order.cart_id == cart_id)
    }

    /// The latest first; all, or those of one cart.
    pub(crate) fn orders(&self, cart_id: Option<&str>) -> Vec<Value> {
        let wanted = |order: &&Order| cart_id.is_none_or(|id| order.cart_id == id);
        self.orders.iter().rev().filter(wanted).map(Order::shown).collect()
    }

    /// The latest first.
    pub(crate) fn carts(&self, at_most: usize) -> Vec<Cart> {
        self.carts.iter().rev().take(at_most).cloned().collect()
    }

    /// What happened on a day, in UTC.
    pub(crate) fn report(&self, day: Date) -> Value {
        let orders: Vec<&Order> = self.orders.iter().filter(|order| clock::date(order.at) == day).collect();
        let revenue: Money = orders.iter().map(|order| order.total).sum();
        json!({
            "date": day.to_string(),
            "orders": orders.len(),
            "revenue": revenue.amount(),
            "currency": CURRENCY,
            "new_contacts": self.sign_ups.iter().filter(|at| clock::date(**at) == day).count(),
        })
    }
}

fn is_cart_id(text: &str) -> bool {
    (1..=LONGEST_CART_ID).contains(&text.len())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
}

fn push<T>(list: &mut VecDeque<T>, entry: T) {
    if list.len() >= MOST {
        list.pop_front();
    }
    list.push_back(entry);
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_709_208_000_000_000;

    #[test]
    fn a_cart_is_ordered_once() {
        let mut ledger = Ledger::opened(NOON);
        let cart = ledger.leave_cart("Ana".into(), Money::cents(2500), NOON);
        assert!(ledger.orders(Some(&cart)).is_empty());
        assert_eq!(ledger.order_cart(&cart, NOON).unwrap().total, Money::cents(2500));
        assert_eq!(ledger.orders(Some(&cart)).len(), 1);
        assert_eq!(ledger.order_cart(&cart, NOON).unwrap_err(), NoOrder::OrderedBefore);
        assert_eq!(ledger.order_cart("ca_unknown", NOON).unwrap_err(), NoOrder::BadCart);
        assert_eq!(ledger.order("not a cart", Money::cents(1), NOON).unwrap_err(), NoOrder::BadCart);
    }

    #[test]
    fn the_report_tells_of_its_day_alone() {
        let mut ledger = Ledger::opened(NOON);
        ledger.order("c-1", Money::cents(1000), NOON).unwrap();
        ledger.sign_up(NOON);
        let report = ledger.report(clock::yesterday(NOON));
        let expected = json!({
            "date": "2024-02-28", "orders": 4, "revenue": 174.9, "currency": "EUR", "new_contacts": 3,
        });
        assert_eq!(report, expected);
        assert_eq!(ledger.report(clock::date(NOON))["orders"], 1);
    }

    #[test]
    fn ids_differ_within_a_moment_and_after_a_new_start() {
        let mut ledger = Ledger::opened(NOON);
        let ids = [ledger.sign_up(NOON), ledger.sign_up(NOON), Ledger::opened(NOON + 1).sign_up(NOON + 1)];
        assert!(ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2], "{ids:?}");
    }

    #[test]
    fn the_oldest_orders_are_forgotten_first() {
        let mut ledger = Ledger::opened(NOON);
        for number in 0..=MOST {
            ledger.order(&format!("c-{number}"), Money::cents(1), NOON).unwrap();
        }
        assert_eq!(ledger.orders(None).len(), MOST);
        assert!(!ledger.is_ordered("c-0") && ledger.is_ordered("c-1"));
    }
}
