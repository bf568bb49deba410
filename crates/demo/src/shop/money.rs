//! Amounts of money, counted in cents.

use serde_json::Value;

pub(crate) const CURRENCY: &str = "EUR";
const HIGHEST: f64 = 1_000_000.0;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Money(i64);

impl Money {
    pub(crate) const fn cents(cents: i64) -> Self {
        Self(cents)
    }

    /// From a JSON number with at most two decimals, not below zero and not above a million.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let amount = value.as_f64().filter(|amount| (0.0..=HIGHEST).contains(amount))?;
        let cents = (amount * 100.0).round();
        ((cents / 100.0 - amount).abs() < 1e-9).then_some(Self(cents as i64))
    }

    pub(crate) fn times(self, quantity: u8) -> Self {
        Self(self.0 * i64::from(quantity))
    }

    /// As a JSON number: `49.9`.
    pub(crate) fn amount(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// For people: `49.90 EUR`.
    pub(crate) fn readable(self) -> String {
        format!("{}.{:02} {CURRENCY}", self.0 / 100, self.0 % 100)
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.map(|amount| amount.0).sum())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_amount_is_a_number_with_at_most_two_decimals() {
        for (value, cents) in
            [(json!(49.9), 4990), (json!(0), 0), (json!(0.07), 7), (json!(1_000_000), 100_000_000)]
        {
            assert_eq!(Money::read(&value), Some(Money(cents)), "{value}");
        }
        for bad in [json!(-1), json!("49.90"), json!(1.005), json!(1_000_001), json!(null)] {
            assert_eq!(Money::read(&bad), None, "{bad}");
        }
        assert_eq!(Money(4990).readable(), "49.90 EUR");
        assert_eq!(Money(4990).amount(), 49.9);
    }
}
