//! What is told of what a stream takes.

use tokio::time::Instant;

use crate::{
    hub::channels::ActiveChannel,
    observe::{self, Delivery, Observers},
    ring::{Entry, Place},
};

/// What a stream takes of what it was given.
#[derive(Debug, Default)]
pub(super) struct Taken {
    replayed: u64,
    /// The tag of the first one that came while the stream was there.
    first_live: Option<u32>,
}

impl Taken {
    /// Of these entries, from a place on up to a number.
    #[cold]
    pub(super) fn of<'a>(entries: impl Iterator<Item = &'a Entry>, begun: Place, end: u64) -> Self {
        let mut taken = Self::default();
        for (number, entry) in (begun.next..end).zip(entries) {
            let Entry::Record(_, at) = entry else {
                continue;
            };
            if number >= begun.live_from {
                taken.first_live.get_or_insert(at.tag);
            } else {
                taken.replayed += 1;
            }
        }
        taken
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
