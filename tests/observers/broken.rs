//! Observers that are broken on purpose.

use core::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    time::Duration,
};
use std::sync::Arc;

use proptest::collection::vec;
use sse_tower::{
    ObserveLayer,
    observe::{Observers, StreamObserver},
    stream::CloseReason,
};

use super::{
    Observed, is_rejected,
    streams::{check_live, happens},
};

/// An observer that makes one of the usual mistakes.
#[derive(Default)]
struct Broken {
    mistake: Mistake,
    opened: AtomicU64,
    closed: AtomicU64,
    live: AtomicU64,
    any_event: AtomicBool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum Mistake {
    #[default]
    None,
    /// Who goes without being told is forgotten.
    ForgetsClientsGone,
    /// Open is what has sent something.
    OpensWithTheFirstFrame,
    /// An error is not seen as an end.
    ForgetsErrors,
    /// Whoever ends a stream counts it, and so does the stream.
    ClosesTwice,
}

impl StreamObserver for Broken {
    fn opened(&self) {
        if self.mistake != Mistake::OpensWithTheFirstFrame {
            self.opened.fetch_add(1, Relaxed);
            self.live.fetch_add(1, Relaxed);
        }
    }

    fn sent(&self, _: usize, _: usize) {
        let first = !self.any_event.swap(true, Relaxed);
        if first && self.mistake == Mistake::OpensWithTheFirstFrame {
            self.opened.fetch_add(1, Relaxed);
            self.live.fetch_add(1, Relaxed);
        }
    }

    fn closed(&self, reason: CloseReason, _: Duration) {
        let forgotten = match self.mistake {
            Mistake::ForgetsClientsGone => Some(CloseReason::ClientGone),
            Mistake::ForgetsErrors => Some(CloseReason::Error),
            _ => None,
        };
        let twice = self.mistake == Mistake::ClosesTwice && reason == CloseReason::Requested;
        if forgotten != Some(reason) {
            self.closed.fetch_add(1 + u64::from(twice), Relaxed);
            self.live.fetch_sub(1, Relaxed);
        }
    }
}

fn broken(mistake: Mistake) -> Observed {
    let broken = Arc::new(Broken {
        mistake,
        ..Broken::default()
    });
    Observed {
        layer: ObserveLayer::new(Observers::new().with_observer(broken.clone())),
        counts: Box::new(move || {
            let count = |counter: &AtomicU64| counter.load(Relaxed);
            (
                count(&broken.opened),
                count(&broken.closed),
                count(&broken.live),
            )
        }),
    }
}

#[test]
fn an_observer_that_loses_an_end_or_a_beginning_is_rejected() {
    let rejected = |mistake| {
        is_rejected(vec(happens(), 0..30), |sequence| {
            check_live(&sequence, &broken(mistake))
        })
    };
    for mistake in [
        Mistake::ForgetsClientsGone,
        Mistake::OpensWithTheFirstFrame,
        Mistake::ForgetsErrors,
        Mistake::ClosesTwice,
    ] {
        assert!(rejected(mistake), "{mistake:?}");
    }
    assert!(!rejected(Mistake::None));
}
