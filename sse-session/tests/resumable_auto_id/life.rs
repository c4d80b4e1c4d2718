//! When a stream begins, ends, and is forgotten.

use core::time::Duration;
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use sse_codec::Event;
use sse_session::{
    hub::BuildError,
    resumable::{AutoId, TooManyStreams},
};
use tokio::time::sleep;

use crate::client::{Client, event, name, numbers};

const LINGER: Duration = Duration::from_secs(60);

/// A stream without an end that holds this as long as it is there.
fn endless(held: &Arc<()>) -> impl stream::Stream<Item = Event> + Send + use<> {
    let held = Arc::clone(held);
    stream::iter([event(1)])
        .chain(stream::pending())
        .map(move |event| {
            _ = &held;
            event
        })
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_has_ended_ends_its_clients_and_204_stops_them() {
    let auto_id = AutoId::builder().build().unwrap();
    let open = |after| {
        auto_id
            .open(&name("a"), after, || stream::iter((1..=3).map(event)))
            .unwrap()
    };
    let mut client = Client::default();
    let first = open(None);
    assert!(!first.is_finished());
    client.connect(first);
    client.read_up_to(2).await;
    client.disconnect();
    let back = open(client.after());
    assert!(!back.is_finished());
    client.connect(back);
    assert_eq!(client.read().await, numbers(1..=3));
    assert!(client.ended);
    assert!(open(client.after()).is_finished(), "answer 204");
    assert!(
        !open(None).is_finished(),
        "who is new gets all that is kept"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_nobody_wants_is_dropped_after_a_while() {
    let auto_id = AutoId::builder().with_linger(LINGER).build().unwrap();
    let held = Arc::new(());
    let mut client = Client::default();
    client.connect(auto_id.open(&name("a"), None, || endless(&held)).unwrap());
    sleep(10 * LINGER).await;
    assert_eq!(client.read().await, numbers([1]));
    client.disconnect();
    sleep(LINGER - Duration::from_secs(1)).await;
    client.attach(&auto_id, &name("a"));
    assert!(client.read().await.is_empty());
    client.disconnect();
    sleep(LINGER - Duration::from_secs(1)).await;
    assert_eq!(Arc::strong_count(&held), 2);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(Arc::strong_count(&held), 1);
    assert!(auto_id.attach(&name("a"), client.after()).is_none());
    client.connect(
        auto_id
            .open(&name("a"), client.after(), || endless(&held))
            .unwrap(),
    );
    let gap = r#"gap {"channel":"a","reason":"epoch","missed":null}"#;
    assert_eq!(client.read().await, [gap, "1"]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_an_auto_id_ends_when_its_last_client_goes() {
    let held = Arc::new(());
    let auto_id = AutoId::builder().with_linger(LINGER).build().unwrap();
    let mut client = Client::default();
    client.connect(auto_id.open(&name("a"), None, || endless(&held)).unwrap());
    drop(auto_id);
    sleep(3 * LINGER).await;
    assert_eq!(client.read().await, numbers([1]));
    client.disconnect();
    sleep(LINGER + Duration::from_secs(1)).await;
    assert_eq!(Arc::strong_count(&held), 1);
}

#[tokio::test(start_paused = true)]
async fn streams_are_counted_and_there_are_not_too_many() {
    let auto_id = AutoId::builder().with_max_streams(1).build().unwrap();
    let kept = auto_id.open(&name("a"), None, stream::pending).unwrap();
    assert!(auto_id.open(&name("a"), None, || stream::iter([])).is_ok());
    let refused = auto_id.open(&name("b"), None, || -> stream::Empty<Event> {
        panic!("made")
    });
    let TooManyStreams { max_streams, .. } = refused.unwrap_err();
    assert_eq!(max_streams, 1);
    assert_eq!(
        auto_id
            .open(&name("b"), None, stream::pending)
            .unwrap_err()
            .to_string(),
        "1 streams are kept, as many as there may be"
    );
    drop(kept);
    sleep(LINGER * 2).await;
    assert!(auto_id.open(&name("b"), None, stream::pending).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_panics_ends_its_clients_and_frees_its_name() {
    let auto_id = AutoId::builder().build().unwrap();
    let panics = stream::iter([1, 2]).map(|number| {
        assert_eq!(number, 1, "on purpose");
        event(number)
    });
    let mut client = Client::default();
    client.connect(auto_id.open(&name("a"), None, || panics).unwrap());
    assert_eq!(client.read().await, numbers([1]));
    assert!(client.ended);
    assert!(auto_id.attach(&name("a"), None).is_none());
}

#[test]
fn without_a_runtime_there_is_none() {
    assert_eq!(
        AutoId::builder().build().unwrap_err(),
        BuildError::NoRuntime
    );
}
