//! A client that reads the bytes and comes back.

use core::time::Duration;

use futures_util::StreamExt;
use sse_codec::{EventStream, EventStreamBody, Item};
use tokio::time::timeout;

use crate::{
    control::{Holding, Joining},
    world::World,
};

/// Longer than anything waits. Time is paused: it passes when nobody has anything to do.
pub(crate) const IDLE: Duration = Duration::from_secs(60);

/// What a client has got, by its ids.
#[derive(Debug, Default)]
pub(crate) struct Client {
    pub(crate) got: Vec<u64>,
    pub(crate) connections: usize,
}

/// Why a connection was left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Left {
    Idle,
    Ended,
    Failed,
    Enough,
}

impl Client {
    /// Connects, and reads up to `enough` events until nothing comes any more.
    pub(crate) async fn connect(
        &mut self,
        world: &World,
        joining: Joining,
        holding: Holding,
        enough: usize,
    ) -> Left {
        self.connections += 1;
        let joined = joining.start(world, self.got.last().copied(), holding);
        let body = EventStreamBody::fallible(joined);
        let mut items = EventStream::from_body(body);
        let mut finished = false;
        for _ in 0..enough {
            let next = loop {
                match timeout(IDLE, items.next()).await {
                    Ok(next) => break next,
                    Err(_) if finished => return Left::Idle,
                    // A `next` that is dropped loses nothing.
                    Err(_) => finished = !world.finish(),
                }
            };
            match next {
                Some(Ok(Item::Event(event))) => self.got.push(event.id().unwrap().parse().unwrap()),
                Some(Ok(other)) => panic!("{other:?}"),
                Some(Err(_)) => return Left::Failed,
                None => return Left::Ended,
            }
        }
        Left::Enough
    }

    /// Comes back until there is nothing more.
    pub(crate) async fn stay(&mut self, world: &World, joining: Joining, holding: Holding) {
        while self.connect(world, joining, holding, usize::MAX).await != Left::Idle {
            assert!(self.connections < 1000, "it never ends");
        }
    }
}
