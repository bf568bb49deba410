//! What became of each webhook, for the page.

use std::collections::VecDeque;

/// The page shows the latest; older ones that ended are forgotten.
const MOST_ENDED: usize = 50;
/// More on their way means that Cauce is away: the shop takes no more.
const MOST_OPEN: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Status {
    Sending,
    Retrying,
    Delivered,
    Refused,
    GaveUp,
}

impl Status {
    fn is_open(self) -> bool {
        matches!(self, Self::Sending | Self::Retrying)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) number: u64,
    /// The id of the sign-up or cart.
    pub(crate) what: String,
    pub(crate) at: i64,
    pub(crate) attempts: u32,
    pub(crate) status: Status,
    /// What Cauce said last, or why it could not be asked.
    pub(crate) answer: String,
}

pub(crate) struct Deliveries {
    all: VecDeque<Delivery>,
    last: u64,
}

impl Deliveries {
    pub(crate) fn new() -> Self {
        Self { all: VecDeque::new(), last: 0 }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.all.iter().filter(|delivery| delivery.status.is_open()).count() < MOST_OPEN
    }

    /// Its number.
    pub(crate) fn begin(&mut self, what: String, at: i64) -> u64 {
        self.last += 1;
        let number = self.last;
        let (attempts, status, answer) = (0, Status::Sending, String::new());
        self.all.push_back(Delivery { number, what, at, attempts, status, answer });
        let ended = self.all.iter().filter(|delivery| !delivery.status.is_open()).count();
        if ended > MOST_ENDED
            && let Some(oldest) = self.all.iter().position(|delivery| !delivery.status.is_open())
        {
            self.all.remove(oldest);
        }
        number
    }

    pub(crate) fn attempted(&mut self, number: u64, status: Status, answer: String) {
        if let Some(delivery) = self.all.iter_mut().find(|delivery| delivery.number == number) {
            delivery.attempts += 1;
            delivery.status = status;
            delivery.answer = answer;
        }
    }

    /// The latest first.
    pub(crate) fn latest(&self, at_most: usize) -> Vec<Delivery> {
        self.all.iter().rev().take(at_most).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_comes_back_when_deliveries_end() {
        let mut deliveries = Deliveries::new();
        for _ in 0..MOST_OPEN {
            deliveries.begin("su_1".into(), 0);
        }
        assert!(!deliveries.has_room());
        deliveries.attempted(1, Status::Retrying, "503".into());
        assert!(!deliveries.has_room());
        deliveries.attempted(1, Status::Delivered, "202".into());
        assert!(deliveries.has_room());
        assert_eq!(deliveries.all.front().map(|first| first.attempts), Some(2));
    }

    #[test]
    fn only_what_ended_is_forgotten() {
        let mut deliveries = Deliveries::new();
        deliveries.begin("open".into(), 0);
        for _ in 0..2 * MOST_ENDED {
            let number = deliveries.begin("ended".into(), 0);
            deliveries.attempted(number, Status::Refused, "404".into());
        }
        assert_eq!(deliveries.all.front().map(|first| first.what.as_str()), Some("open"));
        assert!(deliveries.all.len() <= MOST_ENDED + 2, "{}", deliveries.all.len());
    }
}
