//! The keeper's task.

use core::time::Duration;
use std::sync::Arc;

use tokio::{
    task::JoinSet,
    time::{Instant, timeout, timeout_at},
};

use super::{Kept, Work, keeper::Shared};

/// So much is done at a time.
const AT_A_TIME: usize = 64;

/// Renews all in rounds, and what may have changed at once; does what is due.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut running = Running::default();
    let mut next_round = Instant::now() + shared.interval;
    loop {
        let job_at = shared.jobs.lock().next_at();
        let until = job_at.map_or(next_round, |at| at.min(next_round));
        _ = timeout_at(until, shared.wake.notified()).await;

        let now = Instant::now();
        let due = shared.jobs.lock().take_due(now);
        for job in due {
            running.spawn(shared.interval, job).await;
        }
        let round = now >= next_round;
        let kept = if round {
            next_round = now + shared.interval;
            let mut table = shared.table.lock();
            table.take_changed();
            table.all()
        } else {
            shared.table.lock().take_changed()
        };
        for (number, kept) in kept {
            let renewal = renew(Arc::clone(&shared), number, kept);
            running.spawn(shared.interval, Box::pin(renewal)).await;
        }
    }
}

async fn renew(shared: Arc<Shared>, number: u64, kept: Arc<dyn Kept>) {
    if !kept.is_over() {
        Arc::clone(&kept).renew(Arc::clone(&shared.store)).await;
    }
    if kept.is_over() {
        shared.forget(number);
    }
}

/// What is under way. A store that does not answer holds up nothing for longer than the time that it is
/// given.
#[derive(Default)]
struct Running {
    tasks: JoinSet<()>,
}

impl Running {
    async fn spawn(&mut self, time: Duration, work: Work) {
        while self.tasks.try_join_next().is_some() {}
        if self.tasks.len() >= AT_A_TIME {
            self.tasks.join_next().await;
        }
        self.tasks
            .spawn(async move { _ = timeout(time, work).await });
    }
}
