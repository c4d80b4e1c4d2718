//! Anything in any order against a plain list.

use proptest::{collection::vec, prelude::*};

use crate::{
    client::{Client, Left},
    control::{Holding, Joining},
    world::{Action, World},
};

/// What happens, and how a client behaves.
#[derive(Debug, Clone)]
struct Plan {
    script: Vec<(usize, Action)>,
    rows: u64,
    page: usize,
    capacity: usize,
    holding: Holding,
    /// It leaves after so many events, and comes back.
    stays: Vec<usize>,
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    Calm,
    /// Publishers race: they tell in another order than they commit.
    Racing,
    /// The client never comes back, because its connection never breaks.
    Connected,
}

fn action(weather: Weather) -> impl Strategy<Value = Action> {
    let breaks = u32::from(weather != Weather::Connected);
    prop_oneof![
        6 => Just(Action::Commit),
        6 => Just(Action::Tell),
        u32::from(weather == Weather::Racing) * 4 => Just(Action::TellNewest),
        1 => Just(Action::TellAgain),
        breaks => Just(Action::FailRead),
        breaks => Just(Action::EndLive),
    ]
}

fn plan(weather: Weather) -> impl Strategy<Value = Plan> {
    let holding = (0..6_usize, 0..200_usize).prop_map(|(events, bytes)| Holding { events, bytes });
    let script = vec((0..80_usize, action(weather)), 0..40);
    let max_stays = if weather == Weather::Connected { 0 } else { 5 };
    let stays = vec(0..6_usize, 0..=max_stays);
    // Of a client that is new to a list with nothing in it, no key is known to follow.
    let numbers = (
        u64::from(weather == Weather::Racing)..12,
        1..5_usize,
        1..8_usize,
    );
    (script, numbers, holding, stays).prop_map(
        |(script, (rows, page, capacity), holding, stays)| Plan {
            script,
            rows,
            page,
            capacity,
            holding,
            stays,
        },
    )
}

impl Plan {
    /// What the client got, and what there was.
    fn run(&self, joining: Joining) -> (Vec<u64>, Vec<u64>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let script = self.script.clone();
            let world = World::new(self.rows, self.page, self.capacity).with_script(script);
            let mut client = Client::default();
            for stay in &self.stays {
                let left = client.connect(&world, joining, self.holding, *stay).await;
                if left == Left::Idle {
                    break;
                }
            }
            client.stay(&world, joining, self.holding).await;
            (client.got, world.ids())
        })
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn each_row_comes_once_and_in_order(plan in plan(Weather::Calm)) {
        for joining in [Joining::Ordered, Joining::Following] {
            let (got, expected) = plan.run(joining);
            prop_assert_eq!(got, expected, "{:?}", joining);
        }
    }

    #[test]
    fn each_row_comes_once_and_in_order_though_publishers_race(plan in plan(Weather::Racing)) {
        let (got, expected) = plan.run(Joining::Following);
        prop_assert_eq!(got, expected);
    }

    #[test]
    fn by_equality_each_row_comes_once_on_a_connection(plan in plan(Weather::Connected)) {
        let (got, expected) = plan.run(Joining::ByEquality);
        prop_assert_eq!(got, expected);
    }

    /// What is told late may come again after a reconnect; nothing is lost.
    #[test]
    fn by_equality_each_row_comes(plan in plan(Weather::Calm)) {
        let (mut got, expected) = plan.run(Joining::ByEquality);
        got.sort_unstable();
        got.dedup();
        prop_assert_eq!(got, expected);
    }
}

/// Finds a plan in which this joining is wrong.
fn assert_found_wrong(joining: Joining, weather: Weather) {
    let mut runner = proptest::test_runner::TestRunner::new(config(3000));
    let result = runner.run(&plan(weather), |plan| {
        let (got, expected) = plan.run(joining);
        prop_assert_eq!(got, expected);
        Ok(())
    });
    assert!(result.is_err(), "{joining:?} was not found to be wrong");
}

#[test]
fn control_each_wrong_join_is_found() {
    assert_found_wrong(Joining::SubscribesLate, Weather::Calm);
    assert_found_wrong(Joining::DoesNotFilter, Weather::Connected);
    assert_found_wrong(Joining::Ordered, Weather::Racing);
}
