//! Hints over a connection that is lost.

use core::time::Duration;
use std::sync::Arc;

use sse_tests::servers::DEADLINE;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};

use super::{append_of, log, options, start_or_skip};
use crate::{
    redis::RedisStore,
    store::{SessionStore as _, WatchEvent, WatchSink},
};

struct Sink(UnboundedSender<WatchEvent>);

impl WatchSink for Sink {
    fn notify(&self, event: WatchEvent) {
        let _ = self.0.send(event);
    }
}

/// What is told next that is not one of these.
async fn next(events: &mut UnboundedReceiver<WatchEvent>) -> WatchEvent {
    timeout(DEADLINE, events.recv()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_lost_connection_is_told_and_what_is_appended_after_it_is_restored_too() {
    let test = "a_lost_connection_is_told_and_what_is_appended_after_it_is_restored_too";
    let Some(server) = start_or_skip(test, &[]) else {
        return;
    };
    let store = RedisStore::connect(options(&server)).await.unwrap();
    let (sender, mut events) = unbounded_channel();
    let watch = store.watch(Arc::new(Sink(sender)));
    watch.add(&log());
    assert_eq!(next(&mut events).await, WatchEvent::Watching(log()));
    for round in 0..3 {
        server.ask("CLIENT KILL TYPE pubsub");
        assert_eq!(next(&mut events).await, WatchEvent::Lost, "round {round}");
        assert_eq!(
            next(&mut events).await,
            WatchEvent::Restored,
            "round {round}"
        );
        // Whoever was told that knows of everything from then on.
        let appended = store.append(&log(), append_of("x")).await.unwrap();
        match next(&mut events).await {
            WatchEvent::Appended { record, .. } => assert_eq!(record.position, appended.position),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_connection_that_does_not_answer_any_more_is_lost() {
    let test = "a_connection_that_does_not_answer_any_more_is_lost";
    let Some(mut server) = start_or_skip(test, &[]) else {
        return;
    };
    let options = options(&server)
        .with_check_interval(Duration::from_millis(20))
        .with_response_timeout(Duration::from_millis(200));
    let store = RedisStore::connect(options).await.unwrap();
    let (sender, mut events) = unbounded_channel();
    let watch = store.watch(Arc::new(Sink(sender)));
    watch.add(&log());
    // On a slow machine it may be lost before.
    while next(&mut events).await != WatchEvent::Watching(log()) {}
    server.server().signal("STOP");
    while next(&mut events).await != WatchEvent::Lost {}
    server.server().signal("CONT");
    while next(&mut events).await != WatchEvent::Restored {}
}
