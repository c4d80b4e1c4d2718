//! Which requests need a token.

use http::Method;

use super::*;
use crate::{StreamRequests, token::Tickets};

fn with_method(method: Method, request: Request<()>) -> Request<()> {
    let (mut parts, ()) = request.into_parts();
    parts.method = method;
    Request::from_parts(parts, ())
}

const STREAM: (&str, &str) = ("accept", "text/event-stream");

#[tokio::test]
async fn all_requests_need_one() {
    let seen = Seen::default();
    for method in [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS] {
        let answer = ask(&layer(), &seen, with_method(method.clone(), get("/", &[]))).await;
        assert_eq!((answer.status, seen.count()), (401, 0), "{method}");
    }
}

#[tokio::test]
async fn head_is_judged_as_get_is() {
    let streams = layer().with_requests(StreamRequests::accepting());
    for layer in [layer(), streams] {
        let seen = Seen::default();
        for token in ["mallory", "alice"] {
            let bearer = format!("Bearer {token}");
            let headers = [STREAM, ("authorization", &*bearer)];
            let got = ask(&layer, &seen, get("/", &headers)).await;
            let head = ask(&layer, &seen, with_method(Method::HEAD, get("/", &headers))).await;
            // An `EventSource` sends no `HEAD`, so it has the face of the others.
            let expected = if token == "alice" { 200 } else { 401 };
            assert_eq!((head.status, &*head.body), (expected, ""));
            assert_eq!(got.status, 200);
            assert_eq!(got.body.contains("error"), token == "mallory");
        }
        assert_eq!(seen.count(), 2);
        assert_eq!(seen.last().method(), Method::HEAD);
        assert!(seen.last().extensions().get::<User>().is_some());
    }
}

#[tokio::test]
async fn streams_that_nobody_asked_for_need_one_too() {
    let seen = Seen::default();
    let layer = layer().with_requests(StreamRequests::accepting());
    let answer = ask(&layer, &seen, get("/", &[])).await;
    assert_eq!((answer.status, &*answer.body, seen.count()), (401, "", 1));
    let answer = ask(
        &layer,
        &seen,
        get("/", &[("authorization", "Bearer alice")]),
    )
    .await;
    assert_eq!((answer.status, seen.count()), (200, 2));
    assert!(seen.last().extensions().get::<User>().is_none());
    assert!(seen.last().headers()["authorization"].is_sensitive());
}

#[tokio::test]
async fn what_is_no_stream_passes_if_only_streams_need_one() {
    let layer = layer().with_requests(StreamRequests::accepting());
    let service = service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"text"))))
    });
    let response = layer.layer(service).oneshot(get("/", &[])).await.unwrap();
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "text"
    );
}

#[tokio::test]
async fn a_ticket_opens_a_stream_and_does_nothing_else() {
    let seen = Seen::default();
    let tickets = Tickets::new();
    let layer = layer().with_tickets(tickets.clone());
    let ticket = tickets
        .issue("alice", core::time::Duration::from_secs(60))
        .await
        .unwrap();
    let uri = format!("/?ticket={}", ticket.as_str());
    for method in [Method::POST, Method::DELETE, Method::OPTIONS, Method::PUT] {
        let answer = ask(&layer, &seen, with_method(method, get(&uri, &[]))).await;
        assert_eq!((answer.status, seen.count()), (401, 0));
    }
    assert_eq!(ask(&layer, &seen, get(&uri, &[])).await.status, 200);
}

#[tokio::test]
async fn each_of_two_layers_judges() {
    let seen = Seen::default();
    let never = TokenLayer::new(|_| async { Err::<Authorized<()>, _>(TokenRejected::Invalid) });
    for (both, status) in [(layer(), 200), (layer().with_max_bytes(1), 401)] {
        let service = both.layer(layer().layer(seen.service()));
        let request = get("/", &[("authorization", "Bearer alice")]);
        assert_eq!(
            service.oneshot(request).await.unwrap().status().as_u16(),
            status
        );
    }
    let service = layer().layer(never.layer(seen.service()));
    let request = get("/", &[("authorization", "Bearer alice")]);
    assert_eq!(
        service.oneshot(request).await.unwrap().status().as_u16(),
        401
    );
}

#[tokio::test]
async fn answers_to_what_is_in_a_uri_are_for_no_shared_cache() {
    let seen = Seen::default();
    let layer = layer().with_query_parameter("t");
    let answer = ask(&layer, &seen, get("/?t=alice", &[])).await;
    assert_eq!(answer.headers["cache-control"], "private");
    let answer = ask(
        &layer,
        &seen,
        get("/", &[("authorization", "Bearer alice")]),
    )
    .await;
    assert!(!answer.headers.contains_key("cache-control"));
}
