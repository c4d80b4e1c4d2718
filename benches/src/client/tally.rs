//! What the streams of a client have got.

use core::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

use super::contender::Taker;

/// What has come on all streams, and who waits for it to be enough. Everything runs on one thread.
#[derive(Debug, Default)]
pub struct Tally {
    /// Events, or bytes.
    come: AtomicU64,
    /// The lengths of types, data and ids together.
    text_bytes: AtomicU64,
    awaited: AtomicU64,
    enough: Notify,
}

impl Tally {
    /// Waits until so many have come, since the beginning.
    pub async fn reaches(&self, count: u64) {
        self.awaited.store(count, Ordering::Relaxed);
        while self.come.load(Ordering::Relaxed) < count {
            self.enough.notified().await;
        }
    }

    /// How many events or bytes have come.
    pub fn come(&self) -> u64 {
        self.come.load(Ordering::Relaxed)
    }

    /// How long the types, data and ids of the events were together.
    pub fn text_bytes(&self) -> u64 {
        self.text_bytes.load(Ordering::Relaxed)
    }

    fn add(&self, count: usize) {
        let come = self.come.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
        if come >= self.awaited.load(Ordering::Relaxed) {
            self.enough.notify_one();
        }
    }
}

/// A stream's way into the tally: looks at each event and keeps nothing.
impl Taker for &Tally {
    fn event(&mut self, event_type: &str, data: &str, last_event_id: &str) {
        let length = event_type.len() + data.len() + last_event_id.len();
        self.text_bytes.fetch_add(length as u64, Ordering::Relaxed);
        self.add(1);
    }

    fn bytes(&mut self, count: usize) {
        self.add(count);
    }
}
