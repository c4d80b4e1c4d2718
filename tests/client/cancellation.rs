//! Futures that are dropped, and clients.

use core::{future::pending, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{Full, StreamBody};
use sse_tower::client::{ClientItem, EventSource};
use tokio::{runtime::Handle, task::yield_now, time::sleep};
use tower::service_fn;

use crate::{
    record::{quick, source, within_deadline},
    server::{End, Server, events, status},
};

#[tokio::test]
async fn a_next_that_is_dropped_loses_nothing() {
    let texts: Vec<String> = (1..=50)
        .map(|n| format!("id: {n}\ndata: {n}\n\n"))
        .collect();
    let server = Server::start(move |_, asked| {
        let seen = asked.last_event_id().map_or(0, |id| id.parse().unwrap());
        if seen == texts.len() {
            return status(204);
        }
        // Three events, and a cut one.
        let rest = &texts[seen..texts.len().min(seen + 3)];
        events(format!("{}data: cut", rest.concat()), End::Clean)
    })
    .await;
    let mut source = source(&server, quick());
    let (mut told, mut dropped) = (Vec::new(), 0_u32);
    within_deadline(async {
        loop {
            // The other branch is ready at once, and is asked first every second time.
            let item = tokio::select! {
                item = source.next() => item,
                () = yield_now() => {
                    dropped += 1;
                    continue;
                }
            };
            match item {
                Some(Ok(ClientItem::Event(event))) => told.push(event.data().to_owned()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            }
        }
    })
    .await;
    assert!(dropped > 20, "{dropped}");
    let expected: Vec<String> = (1..=50).map(|n| n.to_string()).collect();
    assert_eq!(told, expected);
}

#[tokio::test(start_paused = true)]
async fn no_task_is_spawned_and_what_is_dropped_is_gone() {
    let body_is_there = std::sync::Arc::new(());
    let guard = body_is_there.clone();
    let service = service_fn(move |_: Request<Full<Bytes>>| {
        let guard = guard.clone();
        async move {
            sleep(Duration::from_secs(1)).await;
            let first = stream::iter([Ok::<_, std::io::Error>(Frame::data(Bytes::from(
                "data: a\n\n",
            )))]);
            let rest = stream::once(async move {
                let _guard = guard;
                pending().await
            });
            let body = StreamBody::new(Box::pin(first.chain(rest)));
            Response::builder()
                .header("content-type", "text/event-stream")
                .body(body)
        }
    });
    let alive = Handle::current().metrics().num_alive_tasks();
    let options = quick().with_idle_timeout(Duration::from_secs(60));
    let mut source = EventSource::get(service, "/".parse().unwrap()).with_options(options);
    for _ in 0..2 {
        source.next().await.unwrap().unwrap();
    }
    assert!(source.next().now_or_never().is_none());
    assert_eq!(Handle::current().metrics().num_alive_tasks(), alive);
    let there = std::sync::Arc::strong_count(&body_is_there);
    assert_eq!(there, 3, "the service, the body, and here");
    drop(source);
    assert_eq!(std::sync::Arc::strong_count(&body_is_there), 1);
    assert_eq!(Handle::current().metrics().num_alive_tasks(), alive);
}
