//! How long to wait before the store is asked again.

use core::time::Duration;

use super::random::Random;

/// How long to wait before the store is asked again: 50 ms, twice that each time, 5 s at most; with
/// jitter.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
}

impl Backoff {
    const LONGEST: Duration = Duration::from_secs(5);

    pub(super) const fn new() -> Self {
        Self {
            next: Duration::from_millis(50),
        }
    }

    pub(super) async fn wait(&mut self, random: &Random) {
        let time = random.about(self.next);
        self.next = (self.next * 2).min(Self::LONGEST);
        tokio::time::sleep(time).await;
    }
}
