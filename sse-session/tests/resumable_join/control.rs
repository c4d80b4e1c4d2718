//! Joins: ours, and those that everybody writes first.

use futures_util::{
    Stream, StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use sse_session::resumable::{Join, JoinError, Live};

use crate::world::{Away, Row, World};

/// What is joined, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joining {
    Ordered,
    /// And each is told that it follows the one before it.
    Following,
    ByEquality,
    /// Control: reads what was missed, and subscribes then.
    SubscribesLate,
    /// Control: does not look for what it has delivered.
    DoesNotFilter,
}

/// How much is held.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holding {
    pub(crate) events: usize,
    pub(crate) bytes: usize,
}

impl Holding {
    pub(crate) const DEFAULT: Self = Self {
        events: 1024,
        bytes: 1 << 20,
    };
}

pub(crate) type Joined = BoxStream<'static, Result<Row, JoinError<Away>>>;

impl Joining {
    pub(crate) fn start(self, world: &World, after: Option<u64>, holding: Holding) -> Joined {
        let reader = world.clone();
        let missed = move |after| reader.clone().missed(after);
        macro_rules! joined {
            ($join:expr) => {
                $join
                    .with_max_held_events(holding.events)
                    .with_max_held_bytes(holding.bytes)
                    .join(after, world.subscribe(), missed)
                    .boxed()
            };
        }
        let subscriber = world.clone();
        match self {
            Self::Ordered => joined!(Join::ordered(|row: &Row| row.0)),
            Self::Following => {
                joined!(
                    Join::ordered(|row: &Row| row.0).with_follows(|last, next| *next == last + 1)
                )
            }
            Self::ByEquality => joined!(Join::by_equality(|row: &Row| row.0)),
            Self::SubscribesLate => {
                let live = stream::once(async move { only_events(subscriber.subscribe()) });
                all_missed(world, after).chain(live.flatten()).boxed()
            }
            Self::DoesNotFilter => {
                let live = only_events(world.subscribe());
                all_missed(world, after).chain(live).boxed()
            }
        }
    }
}

fn all_missed(
    world: &World,
    after: Option<u64>,
) -> impl Stream<Item = Result<Row, JoinError<Away>>> + Send + 'static {
    let world = world.clone();
    stream::try_unfold(after, move |after| {
        let world = world.clone();
        async move {
            let rows = world.missed(after).await;
            let rows = rows.map_err(|source| JoinError::Missed { source })?;
            Ok(rows.last().copied().map(|last| (rows, Some(last.0))))
        }
    })
    .map_ok(|rows| stream::iter(rows.into_iter().map(Ok)))
    .try_flatten()
}

fn only_events(
    live: impl Stream<Item = Live<Row>> + Send + 'static,
) -> impl Stream<Item = Result<Row, JoinError<Away>>> + Send + 'static {
    live.filter_map(async |item| match item {
        Live::Event(row) => Some(Ok(row)),
        Live::Lost => None,
    })
}
