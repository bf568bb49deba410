//! `kill -9` under load, again and again.

use std::time::Duration;

use cauce_runner::{Pause, RuntimePause};

use super::dice::{seed, setting};
use super::trial::Trial;

/// How often a server is killed before it is even ready, in a hundred.
const STILLBORN: u64 = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_runs_twice_when_it_is_killed_again_and_again() {
    let (seed, cycles) = (seed(), setting("CAUCE_PROVE_CYCLES", 50));
    let mut trial = Trial::begin(seed).await;
    for _ in 0..cycles {
        if trial.dice.percent(STILLBORN) {
            let after = Duration::from_millis(trial.dice.between(1, 60));
            trial.lives.stillborn(after).await;
        }
        let server = trial.start();
        // From 50 ms to 2 s, the shorter the more often.
        let share = trial.dice.between(0, 1000);
        RuntimePause.pause(Duration::from_millis(50 + 1950 * share * share / 1_000_000)).await;
        trial.kill(server);
    }
    trial.finish("kill -9 under load").await.print();
}
