//! Nothing grows, nothing spins, nothing is held when it is gone.

use core::{
    cell::Cell,
    convert::Infallible,
    future::{pending, ready},
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};
use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};
use sse_codec::Encode;
use sse_session::resumable::{Join, Live, Page};

use crate::{
    client::{Client, Left},
    control::{Holding, Joining},
    world::{Action, Row, World},
};

fn key(row: &Row) -> u64 {
    row.0
}

/// While the first page is read, three events come live. What fits is delivered; else they are read.
#[tokio::test]
async fn what_is_too_much_to_hold_is_read_again() {
    let length = Row(3).encoded_len();
    let limits = [(3, 1 << 20, 1), (2, 1 << 20, 2), (0, 1 << 20, 2)];
    let by_bytes = [(100, 3 * length, 1), (100, 3 * length - 1, 2), (100, 0, 2)];
    for (events, bytes, expected) in limits.into_iter().chain(by_bytes) {
        let questions = Cell::new(0);
        let missed = async |after| {
            questions.set(questions.get() + 1);
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            let rows = match after {
                None => [1, 2].map(Row).to_vec(),
                after => (1..=5).filter(|id| Some(*id) > after).map(Row).collect(),
            };
            Ok::<_, Infallible>(Page::new(rows).last())
        };
        let live = stream::iter((3..=5).map(Row));
        let live = stream::pending()
            .take_until(tokio::task::yield_now())
            .chain(live);
        let joined = Join::ordered(key)
            .with_max_held_events(events)
            .with_max_held_bytes(bytes)
            .join(None, live, missed);
        let got: Vec<_> = joined.map(|row| row.unwrap().0).collect().await;
        assert_eq!(
            (got, questions.get()),
            ((1..=5).collect(), expected),
            "{events}, {bytes}"
        );
    }
}

/// A client that reads slowly is not in the way of the channel, and loses nothing.
#[tokio::test(start_paused = true)]
async fn a_slow_client_gets_all() {
    for joining in [Joining::Ordered, Joining::Following, Joining::ByEquality] {
        let world = World::new(0, 3, 4);
        let mut client = Client::default();
        for round in 0..10 {
            let left = client
                .connect(&world, joining, Holding::DEFAULT, round)
                .await;
            assert_ne!(left, Left::Failed);
            for _ in 0..round {
                world.act(Action::Commit);
                world.act(Action::Tell);
            }
        }
        client.stay(&world, joining, Holding::DEFAULT).await;
        assert_eq!(client.got, world.ids());
    }
}

#[tokio::test]
async fn a_live_stream_that_is_always_ready_leaves_others_their_turn() {
    let doubled = stream::repeat(Row(1));
    let lost = stream::repeat_with(|| Live::<Row>::Lost);
    let nothing = |_: Option<u64>| ready(Ok::<Vec<Row>, Infallible>(Vec::new()));
    let never = |_: Option<u64>| pending::<Result<Vec<Row>, Infallible>>();
    assert_pending(pin!(Join::ordered(key).join(1, doubled.clone(), nothing)));
    assert_pending(pin!(Join::by_equality(key).join(
        1,
        doubled.clone(),
        nothing
    )));
    assert_pending(pin!(Join::ordered(key).join(1, lost.clone(), nothing)));
    assert_pending(pin!(Join::ordered(key).join(0, doubled, never)));
    assert_pending(pin!(Join::ordered(key).join(0, lost, never)));
}

fn assert_pending<S: Stream>(mut joined: Pin<&mut S>) {
    for _ in 0..100 {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(matches!(joined.as_mut().poll_next(&mut cx), Poll::Pending));
    }
}

#[tokio::test]
async fn with_the_stream_goes_the_subscription_and_the_read() {
    let held = Arc::new(());
    let (by_live, by_read) = (Arc::clone(&held), Arc::clone(&held));
    let live = stream::pending::<Row>().map(move |row| {
        _ = &by_live;
        row
    });
    let missed = move |_: Option<u64>| {
        let held = Arc::clone(&by_read);
        async move {
            pending::<()>().await;
            drop(held);
            Ok::<_, Infallible>(Vec::new())
        }
    };
    let mut joined = Box::pin(Join::ordered(key).join(None, live, missed));
    assert_pending(joined.as_mut());
    assert_eq!(Arc::strong_count(&held), 4);
    drop(joined);
    assert_eq!(Arc::strong_count(&held), 1);
}
