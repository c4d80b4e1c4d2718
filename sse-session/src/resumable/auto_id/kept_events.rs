//! The last events of a stream.

use core::task::Waker;
use std::collections::VecDeque;

use sse_codec::{Encode, EncodedFrame};
use tokio::time::Instant;

use super::settings::Settings;

/// The last events of a stream, numbered from 1, and how far its clients have come.
#[derive(Debug)]
pub(super) struct KeptEvents {
    frames: VecDeque<EncodedFrame>,
    bytes: usize,
    /// The number of the newest event.
    pub(super) newest: u64,
    /// Up to here somebody has taken it.
    taken: u64,
    /// The bytes of the events behind.
    untaken_bytes: usize,
    pub(super) ended: bool,
    pub(super) clients: usize,
    pub(super) idle_since: Instant,
    /// The source, if it waits for room.
    pub(super) source: Option<Waker>,
}

impl KeptEvents {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            frames: VecDeque::new(),
            bytes: 0,
            newest: 0,
            taken: 0,
            untaken_bytes: 0,
            ended: false,
            clients: 0,
            idle_since: now,
            source: None,
        }
    }

    /// Whether another event may come, or would run too far ahead; then the waker is kept until there is
    /// room.
    pub(super) fn has_room(&mut self, settings: &Settings, waker: &Waker) -> bool {
        let untaken = self.newest - self.taken;
        let has_room = untaken < settings.max_history_events as u64
            && self.untaken_bytes < settings.max_history_bytes;
        self.source = (!has_room).then(|| waker.clone());
        has_room
    }

    /// The number before that of the oldest event that is kept.
    pub(super) fn before_oldest(&self) -> u64 {
        self.newest - self.frames.len() as u64
    }

    pub(super) fn behind(&self, seen: u64) -> Option<&EncodedFrame> {
        let index = seen.checked_sub(self.before_oldest())?;
        self.frames.get(usize::try_from(index).ok()?)
    }

    pub(super) fn push(&mut self, frame: EncodedFrame, settings: &Settings) {
        self.newest += 1;
        self.bytes += frame.encoded_len();
        self.untaken_bytes += frame.encoded_len();
        self.frames.push_back(frame);
        // What nobody has taken stays, which may be one event more than is kept.
        while (self.frames.len() > settings.max_history_events
            || self.bytes > settings.max_history_bytes)
            && self.before_oldest() < self.taken
            && let Some(frame) = self.frames.pop_front()
        {
            self.bytes -= frame.encoded_len();
        }
    }

    /// Somebody has come up to here. Who waits for room now is to be woken.
    pub(super) fn take_up_to(&mut self, seen: u64) -> Option<Waker> {
        if seen <= self.taken {
            return None;
        }
        while self.taken < seen
            && let Some(frame) = self.behind(self.taken)
        {
            self.untaken_bytes -= frame.encoded_len();
            self.taken += 1;
        }
        self.source.take()
    }
}

#[cfg(test)]
mod tests {
    use sse_codec::Event;

    use super::*;

    fn settings(max_history_events: usize, max_history_bytes: usize) -> Settings {
        Settings {
            max_history_events,
            max_history_bytes,
            ..Settings::default()
        }
    }

    fn frame(length: usize) -> EncodedFrame {
        Event::builder("x".repeat(length - "data: \n\n".len())).to_frame()
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_events_go_once_somebody_has_taken_them() {
        let mut kept = KeptEvents::new(Instant::now());
        let (settings, waker) = (settings(2, 100), Waker::noop());
        for _ in 0..2 {
            assert!(kept.has_room(&settings, waker));
            kept.push(frame(10), &settings);
        }
        assert!(!kept.has_room(&settings, waker));
        assert!(kept.take_up_to(1).is_some(), "the source waits");
        assert!(kept.take_up_to(1).is_none());
        assert!(kept.has_room(&settings, waker));
        kept.push(frame(10), &settings);
        assert_eq!((kept.before_oldest(), kept.newest, kept.bytes), (1, 3, 20));
        assert!(kept.behind(0).is_none() && kept.behind(1).is_some() && kept.behind(3).is_none());
        assert_eq!(kept.untaken_bytes, 20);
        _ = kept.take_up_to(99);
        assert_eq!((kept.taken, kept.untaken_bytes), (3, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_are_bounded_but_for_one_event() {
        let mut kept = KeptEvents::new(Instant::now());
        let (settings, waker) = (settings(100, 30), Waker::noop());
        kept.push(frame(29), &settings);
        assert!(kept.has_room(&settings, waker));
        kept.push(frame(1000), &settings);
        assert!(!kept.has_room(&settings, waker));
        assert_eq!((kept.before_oldest(), kept.bytes), (0, 1029));
        _ = kept.take_up_to(2);
        kept.push(frame(10), &settings);
        assert_eq!((kept.before_oldest(), kept.bytes), (2, 10));
    }
}
