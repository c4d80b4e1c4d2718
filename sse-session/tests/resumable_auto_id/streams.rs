//! Ids, replay, and what clients share.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::{StreamExt, stream};
use sse_codec::{Event, EventId, EventType};
use sse_session::resumable::AutoId;

use crate::client::{Client, event, name, numbers, source};

fn auto_id() -> AutoId {
    AutoId::builder().build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_client_that_comes_back_gets_what_it_missed() {
    let auto_id = auto_id();
    let (sender, events) = source();
    let mut client = Client::default();
    client.connect(auto_id.open(&name("a"), None, || events).unwrap());
    sender.send(1).unwrap();
    sender.send(2).unwrap();
    assert_eq!(client.read().await, numbers(1..=2));
    client.disconnect();
    sender.send(3).unwrap();
    sender.send(4).unwrap();
    client.attach(&auto_id, &name("a"));
    sender.send(5).unwrap();
    assert_eq!(client.read().await, numbers(3..=5));
}

/// It knows where it stands before it has got any event.
#[tokio::test(start_paused = true)]
async fn a_client_that_has_got_nothing_yet_misses_nothing() {
    let auto_id = auto_id();
    let (sender, events) = source();
    let mut client = Client::default();
    client.connect(auto_id.open(&name("a"), None, || events).unwrap());
    assert!(client.read().await.is_empty());
    assert_ne!(client.id, "");
    client.disconnect();
    sender.send(1).unwrap();
    client.attach(&auto_id, &name("a"));
    assert_eq!(client.read().await, numbers([1]));
}

#[tokio::test(start_paused = true)]
async fn all_clients_of_a_name_share_one_stream() {
    let (auto_id, made) = (auto_id(), AtomicUsize::new(0));
    let mut clients = [Client::default(), Client::default()];
    for client in &mut clients {
        let opened = auto_id.open(&name("a"), None, || {
            made.fetch_add(1, Ordering::Relaxed);
            stream::iter((1..=3).map(event)).chain(stream::pending())
        });
        client.connect(opened.unwrap());
    }
    for client in &mut clients {
        assert_eq!(client.read().await, numbers(1..=3));
    }
    assert_eq!(clients[0].id, clients[1].id);
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn types_and_data_stay_and_ids_are_replaced() {
    let events = [
        Event::builder("a\nb")
            .event_type(EventType::from_static("x"))
            .build(),
        Event::builder("").id(EventId::from(7)).build(),
    ];
    let mut frames = auto_id()
        .open(&name("a"), None, || stream::iter(events))
        .unwrap();
    let opening = frames.next().await.unwrap();
    let text =
        |frame: sse_codec::EncodedFrame| String::from_utf8(frame.into_bytes().to_vec()).unwrap();
    let opening = text(opening);
    assert!(
        opening.starts_with("id: ") && opening.ends_with("\n\n"),
        "{opening:?}"
    );
    let first = text(frames.next().await.unwrap());
    let (id, rest) = first.split_once('\n').unwrap();
    assert!(id.starts_with("id: ") && id.len() > 20);
    assert_eq!(rest, "event: x\ndata: a\ndata: b\n\n");
    let second = text(frames.next().await.unwrap());
    assert_eq!(second.split_once('\n').unwrap().1, "data: \n\n");
    assert!(!second.contains("id: 7"));
    assert!(frames.next().await.is_none());
}

/// A stream that is always ready is no faster than the client that is furthest, so that a client alone
/// misses nothing.
#[tokio::test(start_paused = true)]
async fn a_client_alone_misses_nothing_however_fast_the_stream_is() {
    for (max_events, max_bytes) in [(8, 1 << 20), (1000, 100), (0, 0)] {
        let auto_id = AutoId::builder()
            .with_history(max_events, max_bytes)
            .build()
            .unwrap();
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&taken);
        let events = stream::iter((1..=5000).map(event)).inspect(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let mut client = Client::default();
        client.connect(auto_id.open(&name("a"), None, || events).unwrap());
        tokio::time::sleep(core::time::Duration::from_secs(1)).await;
        assert!(
            taken.load(Ordering::Relaxed) <= 9,
            "it does not run ahead of its history"
        );
        client.read_up_to(100).await;
        client.disconnect();
        client.attach(&auto_id, &name("a"));
        assert_eq!(client.read().await, numbers(1..=5000));
        assert!(client.ended);
    }
}

#[tokio::test(start_paused = true)]
async fn neither_names_nor_ids_are_in_debug() {
    let auto_id = auto_id();
    let frames = auto_id
        .open(&name("secret"), None, stream::pending)
        .unwrap();
    assert_eq!(format!("{auto_id:?}"), "AutoId { streams: 1, .. }");
    assert_eq!(format!("{frames:?}"), "AutoIdStream { ended: false, .. }");
}
