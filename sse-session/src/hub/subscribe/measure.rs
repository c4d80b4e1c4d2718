//! What is told of what a stream takes.

use tokio::time::Instant;

use crate::{
    hub::channels::ActiveChannel,
    observe::{self, Delivery, Observers},
    ring::Place,
};

/// What a stream takes of what it was given.
#[derive(Debug, Default)]
pub(super) struct Taken {
    replayed: u64,
    /// The tag of the first one that came while the stream was there.
    first_live: Option<u32>,
}

impl Taken {
    pub(super) fn record(&mut self, tag: u32, is_live: bool) {
        if is_live {
            self.first_live.get_or_insert(tag);
        } else {
            self.replayed += 1;
        }
    }
}

/// Tells what a stream takes that was at this place.
#[cold]
pub(super) fn tell(observers: &Observers, channel: &ActiveChannel, place: Place, taken: &Taken) {
    let arrival = taken.first_live.and_then(|tag| channel.arrival(tag));
    let delivery = arrival.map(|arrival| {
        let took = Instant::now().saturating_duration_since(arrival.at);
        Delivery::new(arrival.origin, took)
    });
    let waiting = channel.ring.end().saturating_sub(place.next);
    let taken = observe::Taken::new(waiting, taken.replayed, delivery);
    observers.tell(|observer| observer.taken(&channel.name, &taken));
}
