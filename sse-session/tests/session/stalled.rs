//! Nodes that are cut off from the store, or stopped.

use core::time::Duration;

use sse_codec::Event;
use sse_session::{
    hub::{PublishError, PublishOptions},
    memory::MemoryStore,
    session::{Answer, AttachmentEnd, SessionStreamEnd, SessionsBuilder},
    store::StoreError,
};

use crate::support::{Client, DAY, IDLE, LEASE, Node, at_once, channel, pass};

const LEASE_LOST: Option<SessionStreamEnd> =
    Some(SessionStreamEnd::Attachment(AttachmentEnd::LeaseLost));

#[tokio::test(start_paused = true)]
async fn a_stream_on_an_active_device_ends_by_itself_before_its_lease_is_over() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let mut client = Client::connected(&one, one.login().await).await;
    pass(LEASE * 3).await;
    assert!(client.read().await);
    let cut_off = one.cut_off();
    let began = tokio::time::Instant::now();
    // Nobody wakes it, and nothing comes.
    while client.stream().next_batch().await.is_some() {}
    assert!(began.elapsed() < LEASE, "{:?}", began.elapsed());
    assert_eq!(client.end(), LEASE_LOST);
    // Nobody has taken its place: elsewhere it goes on.
    assert_eq!(client.told(&other).await, Answer::Stream);
    drop(cut_off);
}

/// Whether a node that is stopped for longer than a lease writes nothing when it goes on; else what it writes. Meanwhile
/// there is a newer login, and an event.
async fn a_stopped_node_writes_nothing(
    set_up: impl FnOnce(SessionsBuilder) -> SessionsBuilder,
    polled_first: bool,
) -> Result<(), String> {
    let store = MemoryStore::new();
    let (one, other) = (Node::with(&store, set_up), Node::over(&store));
    let mut client = Client::connected(&one, one.login().await).await;
    // Its tasks do nothing, its streams are not polled, and then all goes on.
    let before = client.bytes;
    let stopped = one.cut_off();
    _ = other.login().await;
    pass(LEASE).await;
    let event = Event::builder("not for an older device");
    other.hub.publish(&channel("news"), event).await.unwrap();
    drop(stopped);
    one.faults.restore_hints();
    if !polled_first {
        // The tasks come first, and find out what the stream would have to say.
        pass(LEASE).await;
    }
    let goes_on = client.read().await;
    let written = client.bytes - before;
    if written > 0 || goes_on {
        return Err(format!(
            "{written} bytes: {:?}",
            client.read_and_take().await
        ));
    }
    match client.told(&one).await {
        Answer::NoContent => Ok(()),
        told => Err(format!("told {told:?}")),
    }
}

#[tokio::test(start_paused = true)]
async fn a_node_that_is_stopped_past_its_lease_writes_nothing_when_it_goes_on() {
    for polled_first in [true, false] {
        let checked = a_stopped_node_writes_nothing(|sessions| sessions, polled_first).await;
        assert_eq!(checked, Ok(()), "{polled_first}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_node_that_does_not_look_at_the_time_writes() {
    // The deadline is in ten years.
    let set_up = |sessions: SessionsBuilder| sessions.with_lease(DAY * 3650);
    for polled_first in [true, false] {
        let checked = a_stopped_node_writes_nothing(set_up, polled_first).await;
        assert!(checked.is_err(), "{polled_first}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_node_that_is_cut_off_publishes_nothing_for_the_client_after_its_lease() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let attachment = one.attach(&one.login().await).await.unwrap();
    let cut_off = one.cut_off();
    let publish = async || {
        let event = Event::builder("late");
        let options = PublishOptions::new();
        attachment.publish(&channel("orders"), event, options).await
    };
    let fenced = |result| {
        matches!(
            result,
            Err(PublishError::Store {
                source: StoreError::Fenced
            })
        )
    };
    // What was on its way while the node did not know is fenced off by the store.
    let (result, ()) = tokio::join!(publish(), async {
        _ = other.login().await;
        at_once().await;
        drop(cut_off);
    });
    assert!(fenced(result));
    let cut_off = one.cut_off();
    pass(LEASE).await;
    // What comes later does not get so far.
    assert!(fenced(publish().await));
    drop(cut_off);
}

#[tokio::test(start_paused = true)]
async fn a_stream_on_no_active_device_stays_open_while_the_store_is_away() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let mut client = Client::connected(&one, one.open().await).await;
    let cut_off = one.cut_off();
    pass(LEASE * 4).await;
    assert!(client.read().await);
    drop(cut_off);
    one.faults.restore_hints();
    let event = Event::builder("missed nothing");
    other.hub.publish(&channel("news"), event).await.unwrap();
    at_once().await;
    assert_eq!(client.read_and_take().await, ["missed nothing"]);
    // But if the session has expired meanwhile, it ends.
    let cut_off = one.cut_off();
    pass(IDLE + LEASE).await;
    drop(cut_off);
    pass(LEASE / 3 + Duration::from_secs(1)).await;
    assert!(!client.read().await);
    let end = SessionStreamEnd::Attachment(AttachmentEnd::Expired);
    assert_eq!(client.end(), Some(end));
}
