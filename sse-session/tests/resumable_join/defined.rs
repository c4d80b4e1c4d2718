//! What a late event does, a doubled one, a page that is not as it should be.

use core::{cell::RefCell, convert::Infallible, pin::pin};
use std::{collections::VecDeque, error::Error};

use futures_util::{StreamExt, stream};
use sse_session::resumable::{Broadcasts, Join, JoinError, Live, Page};
use tokio::sync::broadcast;

use crate::{
    client::{Client, Left},
    control::{Holding, Joining},
    world::{Away, Row, World},
};

/// Nothing but these pages, in this order, and what was asked for.
struct Pages {
    pages: RefCell<VecDeque<Page<Row, u64>>>,
    asked: RefCell<Vec<Option<u64>>>,
}

impl Pages {
    fn new(pages: impl IntoIterator<Item = Page<Row, u64>>) -> Self {
        Self {
            pages: RefCell::new(pages.into_iter().collect()),
            asked: RefCell::default(),
        }
    }

    async fn next(&self, after: Option<u64>) -> Result<Page<Row, u64>, Away> {
        self.asked.borrow_mut().push(after);
        Ok(self
            .pages
            .borrow_mut()
            .pop_front()
            .unwrap_or(Page::new(Vec::new())))
    }
}

fn page(ids: impl IntoIterator<Item = u64>) -> Page<Row, u64> {
    Page::new(ids.into_iter().map(Row).collect())
}

fn key(row: &Row) -> u64 {
    row.0
}

fn live(ids: impl IntoIterator<Item = u64>) -> stream::Iter<std::vec::IntoIter<Row>> {
    let rows: Vec<_> = ids.into_iter().map(Row).collect();
    stream::iter(rows)
}

macro_rules! ids {
    ($joined:expr) => {
        $joined.map(|row| row.unwrap().0).collect::<Vec<_>>().await
    };
}

#[tokio::test]
async fn by_order_what_is_late_or_doubled_is_left_out() {
    let pages = Pages::new([]);
    let joined = Join::ordered(key).join(2, live([3, 3, 5, 4, 2, 5, 6]), |after| pages.next(after));
    assert_eq!(ids!(joined), [3, 5, 6]);
}

#[tokio::test]
async fn by_order_with_successors_what_is_late_comes_in_its_order() {
    let pages = Pages::new([page([]), page([4, 5])]);
    let joined = Join::ordered(key)
        .with_follows(|last, next| *next == last + 1)
        .join(2, live([3, 5, 4, 6]), |after| pages.next(after));
    assert_eq!(ids!(joined), [3, 4, 5, 6]);
    assert_eq!(pages.asked.take(), [Some(2), Some(3), Some(5)]);
}

#[tokio::test]
async fn by_equality_what_is_late_is_delivered_and_what_is_doubled_is_not() {
    let pages = Pages::new([page([8, 3])]);
    let joined =
        Join::by_equality(key).join(2, live([3, 8, 5, 4, 2, 5, 6]), |after| pages.next(after));
    assert_eq!(ids!(joined), [8, 3, 5, 4, 6]);
}

#[tokio::test]
async fn by_equality_so_many_keys_are_remembered() {
    for (keys, expected) in [
        (3, vec![1, 2, 3]),
        (2, vec![1, 2, 3, 1, 2, 3]),
        (0, vec![1, 2, 3, 1, 2, 3]),
    ] {
        let join = Join::by_equality(key).with_remembered_keys(keys);
        let pages = Pages::new([]);
        let joined = join.join(None, live([1, 2, 3, 1, 2, 3]), |after| pages.next(after));
        assert_eq!(ids!(joined), expected, "{keys}");
    }
}

#[tokio::test]
async fn a_page_that_goes_back_is_an_error_and_no_loss() {
    let pages = Pages::new([page([3, 5, 4])]);
    let mut joined = pin!(Join::ordered(key).join(2, live([]), |after| pages.next(after)));
    assert_eq!(joined.next().await, Some(Ok(Row(3))));
    assert_eq!(joined.next().await, Some(Ok(Row(5))));
    assert_eq!(joined.next().await, Some(Err(JoinError::OutOfOrder)));
    assert_eq!(joined.next().await, None);
}

#[tokio::test]
async fn a_page_with_more_than_was_asked_for_does_no_harm() {
    let pages = Pages::new([page([1, 2, 3, 3]), page([3]), page([9])]);
    let joined = Join::ordered(key).join(2, live([4]), |after| pages.next(after));
    assert_eq!(ids!(joined), [3, 4], "a page without news is the last");
}

#[tokio::test]
async fn a_page_says_how_far_it_goes_and_whether_it_is_the_last() {
    let pages = Pages::new([
        page([]).up_to(10),
        page([11]).up_to(20),
        page([21]).last(),
        page([22]),
    ]);
    let joined = Join::ordered(key).join(None, live([15, 22]), |after| pages.next(after));
    assert_eq!(ids!(joined), [11, 21, 22]);
    assert_eq!(pages.asked.take(), [None, Some(10), Some(20)]);
}

/// A client that is new and has got nothing loses nothing either.
#[tokio::test]
async fn a_loss_before_the_first_event_is_read_from_where_the_client_began() {
    let pages = Pages::new([page([]).up_to(7).last(), page([8, 9]).last()]);
    let live = stream::iter([Live::Lost, Live::Event(Row(10))]);
    // What is lost before the first question is in its answer; so let it come behind it.
    let live = stream::pending()
        .take_until(tokio::task::yield_now())
        .chain(live);
    let joined = Join::ordered(key).join(None, live, |after| pages.next(after));
    assert_eq!(ids!(joined), [8, 9, 10]);
    assert_eq!(pages.asked.take(), [None, Some(7)]);
}

#[tokio::test]
async fn notifications_that_say_nothing_are_enough() {
    let (sender, receiver) = broadcast::channel(4);
    let pages = Pages::new([page([1]).last(), page([2]).last(), page([3]).last()]);
    let notified = Broadcasts::new(receiver).map(|_| Live::Lost);
    let mut joined = pin!(Join::ordered(key).join(None, notified, |after| pages.next(after)));
    assert_eq!(joined.next().await, Some(Ok(Row(1))));
    for id in 2..=3 {
        sender.send(()).unwrap();
        assert_eq!(joined.next().await, Some(Ok(Row(id))));
    }
    drop(sender);
    assert_eq!(joined.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_read_that_fails_ends_the_stream_and_the_client_goes_on_where_it_was() {
    let world = World::new(5, 2, 16);
    let mut client = Client::default();
    for joining in [Joining::Ordered, Joining::ByEquality] {
        world.fail_read_behind(0);
        let left = client.connect(&world, joining, Holding::DEFAULT, 9).await;
        assert_eq!((left, &*client.got), (Left::Failed, &[][..]));
    }
    world.fail_read_behind(1);
    let left = client
        .connect(&world, Joining::Ordered, Holding::DEFAULT, 9)
        .await;
    assert_eq!((left, &*client.got), (Left::Failed, &[1, 2][..]));
    client
        .stay(&world, Joining::Ordered, Holding::DEFAULT)
        .await;
    assert_eq!((client.got, client.connections), (world.ids(), 4));
}

#[test]
fn errors_say_what_failed() {
    let error = JoinError::Missed {
        source: std::io::Error::other("no connection"),
    };
    assert_eq!(error.to_string(), "could not read what was missed");
    assert_eq!(error.source().unwrap().to_string(), "no connection");
    let error = JoinError::<std::io::Error>::OutOfOrder;
    assert_eq!(
        error.to_string(),
        "what was missed is not in the order of its keys"
    );
}

#[tokio::test]
async fn a_stream_that_ends_ends_the_joined_one_behind_all_that_came() {
    let pages = Pages::new([page([1, 2])]);
    let joined = Join::ordered(key).join(None, live([2, 3]), |after| pages.next(after));
    assert_eq!(ids!(joined), [1, 2, 3]);
}

#[tokio::test]
async fn neither_keys_nor_events_are_in_debug() {
    let nothing = async |_: Option<u64>| Ok::<Vec<Row>, Infallible>(Vec::new());
    let joined = Join::ordered(key).join(4711, live([4711]), nothing);
    let texts = [
        format!("{joined:?}"),
        format!("{:?}", Live::Event(Row(4711))),
        format!("{:?}", page([4711]).up_to(4711)),
    ];
    assert!(texts.iter().all(|text| !text.contains("4711")), "{texts:?}");
}
