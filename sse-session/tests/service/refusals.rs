//! What is refused, with which status.

use std::sync::Arc;

use sse_session::memory::MemoryStore;

use crate::client::node;

const TEXT: (&str, &str) = ("content-type", "text/plain; charset=utf-8");

#[tokio::test(start_paused = true)]
async fn messages_are_bounded() {
    let a = node(&Arc::new(MemoryStore::new()));
    let session = a.open(&[]).await;
    let post = format!("POST {}", session["inbox"].as_str().unwrap());
    let long = "x".repeat(1001);
    for (headers, body, refusal) in [
        (&[TEXT][..], &*long, "413 too-large"),
        (&[], "x", "415 content-type"),
        (&[("content-type", "text/html")], "x", "415 content-type"),
        (
            &[TEXT, ("content-encoding", "gzip")],
            "x",
            "415 content-type",
        ),
        (
            &[TEXT, ("idempotency-key", "a b")],
            "x",
            "400 idempotency-key",
        ),
    ] {
        assert_eq!(a.refusal(&post, headers, body).await, refusal);
    }
    // Nobody streams: two wait, and no more.
    for _ in 0..2 {
        assert_eq!(a.ask(&post, &[TEXT], "x").await.status, 202);
    }
    assert_eq!(a.refusal(&post, &[TEXT], "x").await, "429 full");
    for _ in 0..7 {
        a.ask(&post, &[TEXT], "x").await;
    }
    let answer = a.ask(&post, &[TEXT], "x").await;
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(answer.json().await["error"], "rate");
}

#[tokio::test(start_paused = true)]
async fn no_more_of_a_body_is_read_than_may_be() {
    use core::convert::Infallible;

    use bytes::Bytes;
    use http::Request;
    use http_body::Frame;
    use http_body_util::StreamBody;
    use tower_service::Service;

    let a = node(&Arc::new(MemoryStore::new()));
    let session = a.open(&[]).await;
    let read = Arc::new(core::sync::atomic::AtomicUsize::new(0));
    let counted = Arc::clone(&read);
    let endless = futures_util::stream::repeat_with(move || {
        counted.fetch_add(100, core::sync::atomic::Ordering::Relaxed);
        Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[b'x'; 100])))
    });
    let request = Request::post(session["inbox"].as_str().unwrap())
        .header(TEXT.0, TEXT.1)
        .body(StreamBody::new(endless))
        .unwrap();
    let answer = a.service.clone().call(request).await.unwrap();
    assert_eq!(answer.status(), 413);
    assert_eq!(read.load(core::sync::atomic::Ordering::Relaxed), 1100);

    let stuck = StreamBody::new(futures_util::stream::pending::<
        Result<Frame<Bytes>, Infallible>,
    >());
    let request = Request::post(session["inbox"].as_str().unwrap())
        .header(TEXT.0, TEXT.1)
        .body(stuck)
        .unwrap();
    let answer = a.service.clone().call(request).await.unwrap();
    assert_eq!(answer.status(), 408);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_its_own_identitys() {
    let mut a = node(&Arc::new(MemoryStore::new()));
    a.service = a.service.with_identity_required();
    assert_eq!(a.refusal("POST /session", &[], "").await, "401 identity");
    let alice = ("x-user", "alice");
    let session = a.open(&[alice]).await;
    let [stream, inbox] = ["stream", "inbox"].map(|name| session[name].as_str().unwrap());
    let bob = ("x-user", "bob");
    for (line, headers) in [
        (format!("GET {stream}"), &[bob][..]),
        (format!("POST {inbox}"), &[bob, TEXT]),
        (format!("DELETE {stream}"), &[bob]),
    ] {
        assert_eq!(a.refusal(&line, headers, "x").await, "404 no-session");
    }
    let mut events = a.ask(&format!("GET {stream}"), &[alice], "").await.stream();
    events.connected().await;
}

#[tokio::test(start_paused = true)]
async fn a_clients_own_id_is_taken_with_an_identity() {
    let mut a = node(&Arc::new(MemoryStore::new()));
    let line = "GET /session/550e8400-e29b-41d4-a716-446655440000";
    let alice = ("x-user", "alice");
    assert_eq!(a.refusal(line, &[alice], "").await, "404 no-session");
    a.service = a.service.with_client_ids();
    assert_eq!(a.refusal(line, &[], "").await, "404 no-session");
    let mut events = a.ask(line, &[alice], "").await.stream();
    assert_eq!(events.connected().await["resumed"], false);
    let mut events = a.ask(line, &[alice], "").await.stream();
    assert_eq!(events.connected().await["resumed"], true);
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_wrongly_opens_nothing() {
    let a = node(&Arc::new(MemoryStore::new()));
    for (line, headers, refusal) in [
        ("GET /session/short", &[][..], "404 no-such-path"),
        ("GET /session", &[("accept", "image/png")], "406 accept"),
        ("PUT /session", &[], "405 method"),
        ("DELETE /session", &[], "404 no-session"),
        ("GET /session", &[("sse-session", "x")], "404 no-such-path"),
    ] {
        assert_eq!(a.refusal(line, headers, "").await, refusal, "{line}");
    }
    let writes = a.faults.hold(sse_session::conformance::Operation::Put);
    let head = a.ask("HEAD /session", &[], "").await;
    assert_eq!(head.status, 200);
    assert_eq!(head.headers["content-type"], "text/event-stream");
    drop(writes);
    assert_eq!(a.sessions.attached(), 0);
}
