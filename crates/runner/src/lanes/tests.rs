//! Whose turn it is.

use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde_json::json;

use super::*;

/// Asks for a place for one small effect.
async fn place(lanes: &Lanes, workflow: &str, destination: &str) -> Place {
    let workflow = Arc::from(workflow);
    lanes.place(Ask { workflow: &workflow, destination: Some(destination), cost: 1 }).await
}

/// Asks for places that nobody has yet, in this order, and tells in which order they are given out one by one.
fn order(lanes: &Lanes, asks: &[(&'static str, &'static str, u32)]) -> Vec<&'static str> {
    let held = place(lanes, "holder", "there").now_or_never().expect("the only place is free");
    let mut waiting = FuturesUnordered::new();
    for (workflow, destination, cost) in asks {
        let mut place = Box::pin(async move {
            let name = Arc::from(*workflow);
            lanes.place(Ask { workflow: &name, destination: Some(destination), cost: *cost }).await
        });
        assert!(place.as_mut().now_or_never().is_none(), "there is no free place");
        waiting.push(async move { (*workflow, place.await) });
    }
    drop(held);
    let mut got = Vec::new();
    while let Some(Some((workflow, place))) = waiting.next().now_or_never() {
        got.push(workflow);
        drop(place);
    }
    got
}

#[test]
fn a_place_is_had_at_once_while_there_is_one() {
    let lanes = Lanes::new(2, 2);
    let first = place(&lanes, "a", "x").now_or_never();
    let second = place(&lanes, "a", "x").now_or_never();
    assert!(first.is_some() && second.is_some());
    assert!(place(&lanes, "a", "x").now_or_never().is_none());
    drop(first);
    assert!(place(&lanes, "a", "x").now_or_never().is_some());
}

#[test]
fn a_busy_workflow_waits_for_itself_and_not_the_quiet_one_for_it() {
    let lanes = Lanes::new(1, 1);
    let mut asks = vec![("busy", "x", 1); 400];
    asks.push(("quiet", "y", 1));
    let order = order(&lanes, &asks);
    assert_eq!(order.len(), 401);
    let turn = order.iter().position(|workflow| *workflow == "quiet").unwrap();
    assert!(turn <= QUANTUM as usize, "the quiet one came after {turn}");
}

#[test]
fn who_asks_for_more_gets_fewer_turns() {
    let lanes = Lanes::new(1, 1);
    let mut asks = vec![("large", "x", 8); 40];
    asks.extend(vec![("small", "y", 1); 40]);
    let order = order(&lanes, &asks);
    let large_before_last_small = order.iter().take_while(|w| **w != "large").count()
        + order.iter().rposition(|w| *w == "small").unwrap();
    let larges = order[..large_before_last_small.min(order.len())].iter().filter(|w| **w == "large").count();
    assert!(larges <= 8, "{larges} large ones came among 40 small ones");
    assert_eq!(order.len(), 80);
}

#[test]
fn a_full_destination_holds_up_only_its_own() {
    let lanes = Lanes::new(3, 1);
    let x = place(&lanes, "a", "x").now_or_never().expect("free");
    let mut blocked = Box::pin(place(&lanes, "a", "x"));
    assert!(blocked.as_mut().now_or_never().is_none(), "x has one place");
    let y = place(&lanes, "a", "y").now_or_never();
    assert!(y.is_some(), "y is free though x is full");
    drop(x);
    assert!(blocked.now_or_never().is_some());
}

#[test]
fn whoever_comes_finds_a_place_though_another_workflow_gives_none_back() {
    let lanes = Lanes::new(256, 64);
    let mut hung = Vec::new();
    for number in 0..400 {
        let destination = format!("hangs-{}", number % 8);
        hung.extend(place(&lanes, "loud", &destination).now_or_never());
    }
    assert_eq!(hung.len(), 193, "three quarters, and one");
    let mut others = Vec::new();
    for workflow in ["quiet", "quieter", "quietest"] {
        let place = place(&lanes, workflow, "works").now_or_never();
        others.push(place.unwrap_or_else(|| panic!("there is no place for {workflow}")));
    }
    let mut waiting = Box::pin(place(&lanes, "loud", "hangs-1"));
    assert!(waiting.as_mut().now_or_never().is_none());
    hung.truncate(100);
    assert!(waiting.now_or_never().is_some(), "it gets one when it has given some back");
}

#[test]
fn who_goes_away_while_waiting_takes_no_place_along() {
    let lanes = Lanes::new(1, 1);
    let held = place(&lanes, "a", "x").now_or_never().expect("free");
    let mut gone = Box::pin(place(&lanes, "a", "x"));
    assert!(gone.as_mut().now_or_never().is_none());
    let mut stays = Box::pin(place(&lanes, "b", "x"));
    assert!(stays.as_mut().now_or_never().is_none());
    drop(gone);
    drop(held);
    assert!(stays.now_or_never().is_some());
    assert_eq!(lanes.waiting(), 0);
    assert!(place(&lanes, "a", "x").now_or_never().is_some());
}

#[test]
fn a_place_that_was_given_to_one_who_went_away_goes_to_the_next() {
    let lanes = Lanes::new(1, 1);
    let held = place(&lanes, "a", "x").now_or_never().expect("free");
    let mut gone = Box::pin(place(&lanes, "a", "x"));
    assert!(gone.as_mut().now_or_never().is_none());
    let mut stays = Box::pin(place(&lanes, "b", "x"));
    assert!(stays.as_mut().now_or_never().is_none());
    // The place is already in the hand of the one that goes away.
    drop(held);
    drop(gone);
    assert!(stays.now_or_never().is_some());
}

#[test]
fn size_costs_and_has_a_limit() {
    assert_eq!(cost(&json!({"a": 1})), 1);
    assert_eq!(cost(&json!({"a": ["x".repeat(BYTES_A_COST)]})), 2);
    assert_eq!(cost_of(usize::MAX), DEAREST);
}
