//! Where what was missed meets what is live: something is published at every moment.

use crate::{
    client::Client,
    control::{Holding, Joining},
    world::{Action, World},
};

/// A client comes back that has seen 2 of 7 rows, while two more are committed and told.
#[derive(Debug, Clone, Copy)]
struct HandOver {
    joining: Joining,
    holding: Holding,
    page: usize,
}

impl HandOver {
    /// Commits at one moment, tells at another one. How many moments there were; or what the client got, if that is
    /// not all in order.
    async fn at(self, commit: usize, tell: usize) -> Result<usize, Vec<u64>> {
        let script = vec![
            (commit, Action::Commit),
            (commit, Action::Commit),
            (tell, Action::Tell),
            (tell, Action::Tell),
        ];
        let world = World::new(7, self.page, 16).with_script(script);
        let mut client = Client {
            got: vec![1, 2],
            connections: 0,
        };
        client.stay(&world, self.joining, self.holding).await;
        if client.got == world.ids() && client.connections == 1 {
            Ok(world.moments())
        } else {
            Err(client.got)
        }
    }

    /// At all pairs of moments: how many there are, and what was got where it was wrong.
    async fn everywhere(self) -> (usize, Vec<Vec<u64>>) {
        let (mut pairs, mut wrong) = (0, Vec::new());
        let mut moments = self.at(usize::MAX, usize::MAX).await.unwrap();
        let mut commit = 0;
        while commit < moments {
            let last = moments;
            for tell in commit..last {
                match self.at(commit, tell).await {
                    Ok(more) => moments = moments.max(more),
                    Err(got) => wrong.push(got),
                }
                pairs += 1;
            }
            commit += 1;
        }
        (pairs, wrong)
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_doubled_or_reordered_wherever_it_is_published() {
    for joining in [Joining::Ordered, Joining::Following, Joining::ByEquality] {
        for events in [0, 1, 1024] {
            for page in [1, 2, 100] {
                let holding = Holding {
                    events,
                    ..Holding::DEFAULT
                };
                let hand_over = HandOver {
                    joining,
                    holding,
                    page,
                };
                let (pairs, wrong) = hand_over.everywhere().await;
                assert!(
                    wrong.is_empty() && pairs >= 45,
                    "{hand_over:?}: {wrong:?} of {pairs}"
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn control_a_join_that_subscribes_late_loses() {
    let hand_over = HandOver {
        joining: Joining::SubscribesLate,
        holding: Holding::DEFAULT,
        page: 100,
    };
    let (_, wrong) = hand_over.everywhere().await;
    assert!(wrong.contains(&(1..=7).collect()), "{wrong:?}");
}

#[tokio::test(start_paused = true)]
async fn control_a_join_that_does_not_filter_doubles() {
    let hand_over = HandOver {
        joining: Joining::DoesNotFilter,
        holding: Holding::DEFAULT,
        page: 100,
    };
    let (_, wrong) = hand_over.everywhere().await;
    assert!(wrong.contains(&(1..=9).chain(8..=9).collect()), "{wrong:?}");
}
