//! When a destination is left alone, and when it is asked again.

use super::*;

const THERE: &str = "crm.example";

fn at(seconds: u64) -> Time {
    Time::from_micros(1_800_000_000_000_000).after(Duration::from_secs(seconds))
}

fn down() -> Result<(), Failure> {
    Err(Failure::transient("A001", "nobody there"))
}

/// A destination that has just failed so often that nothing is sent there.
fn closed() -> Destinations {
    let destinations = Destinations::new(Vec::new());
    for _ in 0..FAILURES {
        assert_eq!(destinations.admit(THERE, at(0)), Admission::Go);
        destinations.report(THERE, &down(), at(0));
    }
    destinations
}

#[test]
fn after_five_failures_in_a_row_nothing_is_sent_for_a_while() {
    let destinations = closed();
    assert_eq!(destinations.admit(THERE, at(1)), Admission::Later(at(5), Why::Failing));
    assert_eq!(destinations.closed(at(1)), 1);
    assert_eq!(destinations.admit("shop.example", at(1)), Admission::Go, "another place is not concerned");
}

#[test]
fn a_success_between_failures_starts_the_count_again() {
    let destinations = Destinations::new(Vec::new());
    for _ in 0..3 {
        for _ in 1..FAILURES {
            destinations.report(THERE, &down(), at(0));
        }
        destinations.report(THERE, &Ok(()), at(0));
    }
    assert_eq!(destinations.admit(THERE, at(0)), Admission::Go);
}

#[test]
fn one_probe_goes_after_the_rest_and_a_good_answer_opens_the_way() {
    let destinations = closed();
    assert_eq!(destinations.admit(THERE, at(6)), Admission::Go, "the probe");
    assert_eq!(destinations.admit(THERE, at(6)), Admission::Later(at(11), Why::Failing), "only one");
    destinations.report(THERE, &Ok(()), at(7));
    assert_eq!(destinations.admit(THERE, at(7)), Admission::Go);
    assert_eq!(destinations.admit(THERE, at(7)), Admission::Go);
}

#[test]
fn each_failed_probe_doubles_the_rest_up_to_a_minute() {
    let destinations = closed();
    let mut now = 0;
    for rest in [5, 10, 20, 40, 60, 60] {
        let Admission::Later(until, Why::Failing) = destinations.admit(THERE, at(now)) else {
            panic!("it is open");
        };
        assert_eq!(until, at(now + rest));
        now += rest;
        assert_eq!(destinations.admit(THERE, at(now)), Admission::Go, "the probe after {rest} s");
        destinations.report(THERE, &down(), at(now));
    }
}

#[test]
fn a_probe_that_never_answers_does_not_close_the_way_for_ever() {
    let destinations = closed();
    assert_eq!(destinations.admit(THERE, at(6)), Admission::Go);
    assert_eq!(destinations.admit(THERE, at(67)), Admission::Go, "another probe a minute later");
}

#[test]
fn what_was_sent_before_it_closed_does_not_lengthen_the_rest() {
    let destinations = closed();
    for _ in 0..20 {
        destinations.report(THERE, &down(), at(2));
    }
    assert_eq!(destinations.admit(THERE, at(3)), Admission::Later(at(5), Why::Failing));
}

#[test]
fn a_refusal_is_an_answer_and_a_wrong_input_says_nothing() {
    let destinations = closed();
    assert_eq!(destinations.admit(THERE, at(6)), Admission::Go);
    destinations.report(THERE, &Err::<(), _>(Failure::permanent("A002", "wrong input")), at(6));
    assert_eq!(destinations.admit(THERE, at(6)), Admission::Go, "the probe is free again");
    destinations.report(THERE, &Err::<(), _>(Failure::permanent("A003", "not found").status(404)), at(7));
    assert_eq!(destinations.admit(THERE, at(7)), Admission::Go);
    assert_eq!(destinations.admit(THERE, at(7)), Admission::Go);
}

#[test]
fn the_other_sides_wish_lengthens_the_rest_up_to_a_minute() {
    let destinations = Destinations::new(Vec::new());
    let asks = |seconds| {
        let advice = RetryAdvice::After(Duration::from_secs(seconds));
        Err::<(), _>(Failure::transient("A001", "busy").status(429).retry(advice))
    };
    for _ in 0..FAILURES {
        destinations.report(THERE, &asks(30), at(0));
    }
    assert_eq!(destinations.admit(THERE, at(1)), Admission::Later(at(30), Why::Failing));
}

#[test]
fn a_rate_spreads_what_comes_at_once_and_postpones_what_is_far_off() {
    let rate: Rate = "crm.example=2/s".parse().unwrap();
    let destinations = Destinations::new(vec![rate]);
    assert_eq!(destinations.admit(THERE, at(0)), Admission::Go);
    let mut postponed = 0;
    let mut turns = Vec::new();
    for _ in 0..20 {
        match destinations.admit(THERE, at(0)) {
            Admission::Wait(wait) => turns.push(wait.as_millis()),
            Admission::Later(until, Why::Paced) => {
                postponed += 1;
                assert!(until > at(5));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(turns, [500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000]);
    assert_eq!(postponed, 10);
    assert_eq!(destinations.admit("shop.example", at(0)), Admission::Go);
}
