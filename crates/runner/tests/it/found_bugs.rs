//! Bugs that the simulator found, each as the small case that shows it.

use std::time::Duration;

use cauce_runner::Setting;

use crate::sim::seeds;
use crate::sim::senders::Sender;
use crate::sim::setup::Setup;
use crate::sim::simulation::simulate;
use crate::sim::tellers::Teller;
use crate::sim::weather::{NetworkFate, Weather};
use crate::sim::world::Act;

fn expect_fine(setup: &Setup) {
    assert!(simulate(setup.clone()).broken.is_none(), "{}", seeds::tell(setup.clone()));
}

/// The look found the run, drove it to its end, and then the hand-over started it again from its beginning.
#[test]
fn a_run_that_is_handed_over_after_it_was_found_is_not_started_again() {
    let mut setup = Setup::one("line");
    setup.setting = Setting { look_every: Duration::from_secs(1), ..setup.setting };
    setup.weather = Weather { accept_late: 30_000, ..Weather::CALM };
    expect_fine(&setup);
}

/// It waited for a free place when its run was cancelled, and went out when the place was free.
#[test]
fn an_effect_that_waits_for_a_place_does_not_leave_after_a_cancel() {
    let mut setup = Setup::one("line");
    setup.setting = Setting { most_effects: 1, look_every: Duration::from_secs(1), ..setup.setting };
    setup.senders.push(Sender::of("line", 1));
    setup.script = vec![NetworkFate::LostThere];
    setup.acts = [0, 1].map(|sender| (Duration::from_secs(2), Act::Cancel { sender: Some(sender) })).to_vec();
    expect_fine(&setup);
}

/// Its event had come, but nobody looked before the deadline; then the first decision ended the wait before it read of it.
#[test]
fn a_wait_whose_event_came_before_the_deadline_does_not_time_out_behind_it() {
    let mut setup = Setup::one("await");
    setup.setting = Setting { look_every: Duration::from_secs(90), ..setup.setting };
    setup.tellers = vec![Teller::at(Duration::from_secs(95), 0)];
    expect_fine(&setup);
}

/// Its event lay in the inbox when it was set aside as a suspect. Who set it aside counted the inbox as read, and when it
/// went on nobody read of the event.
#[test]
fn a_run_that_was_set_aside_hears_of_the_event_that_came_before() {
    expect_fine(&Setup::of(2_576_373_910));
}

/// Its node stood still between taking it in and keeping it. It was kept behind a newer one, counted as the last, and moved
/// the moment forward at which it was to be quiet.
#[test]
fn an_event_that_was_long_on_its_way_is_not_the_last_of_a_debounce() {
    expect_fine(&Setup::gated(12_458_133_479));
}
