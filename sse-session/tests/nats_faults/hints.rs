//! What those who watch are told when the server goes.

use std::sync::Arc;

use sse_session::store::{SessionStore, WatchEvent, WatchSink};
use sse_tests::servers::DEADLINE;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};

use crate::support::{append_at_last, connect, keyed, log, server};

struct Sink(UnboundedSender<WatchEvent>);

impl WatchSink for Sink {
    fn notify(&self, event: WatchEvent) {
        let _ = self.0.send(event);
    }
}

async fn until(events: &mut UnboundedReceiver<WatchEvent>, is_it: impl Fn(&WatchEvent) -> bool) {
    loop {
        let event = timeout(DEADLINE, events.recv()).await;
        if is_it(&event.expect("it never came").unwrap()) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_watch_are_told_when_hints_are_lost_and_when_they_come_again() {
    let test = "those_who_watch_are_told_when_hints_are_lost_and_when_they_come_again";
    let Some(mut server) = server(test) else {
        return;
    };
    let (store, other) = (connect(&server).await, connect(&server).await);
    let (sender, mut events) = unbounded_channel();
    let watch = store.watch(Arc::new(Sink(sender)));
    let log = log("watched");
    watch.add(&log);
    until(&mut events, |it| matches!(it, WatchEvent::Watching(_))).await;
    for round in 0..3 {
        let appended = append_at_last(&other, &log, keyed(round)).await;
        let is_it = |it: &WatchEvent| matches!(it, WatchEvent::Appended { record, .. } if record.position == appended.position);
        until(&mut events, is_it).await;
        server.kill();
        until(&mut events, |it| *it == WatchEvent::Lost).await;
        server.start_again();
        until(&mut events, |it| *it == WatchEvent::Restored).await;
    }
}
