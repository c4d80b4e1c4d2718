//! What those who may not pass are told, and how an `EventSource` comes to rest.

use sse_codec::EventId;

use super::{
    event_source::{EventSource, Got},
    *,
};
use crate::{drain::Drain, refusal::Face};

fn got(event_type: &str, data: &str, id: &str) -> Vec<Got> {
    vec![(event_type.into(), data.into(), id.into())]
}

#[tokio::test]
async fn others_get_the_status_and_a_challenge() {
    let seen = Seen::default();
    for (token, status, challenge) in [
        (None, 401, Some("Bearer")),
        (
            Some("Bearer mallory"),
            401,
            Some("Bearer error=\"invalid_token\""),
        ),
        (Some("Bearer"), 401, Some("Bearer error=\"invalid_token\"")),
        (Some("Bearer away"), 503, None),
    ] {
        let headers: Vec<_> = token
            .map(|token| ("authorization", token))
            .into_iter()
            .collect();
        let answer = ask(&layer(), &seen, get("/", &headers)).await;
        assert_eq!(answer.status, status);
        let header = answer.headers.get("www-authenticate");
        assert_eq!(header.map(|header| header.to_str().unwrap()), challenge);
        assert_eq!(answer.headers.contains_key("retry-after"), status == 503);
        assert_eq!(answer.body, "");
    }
    assert_eq!(seen.count(), 0);
}

/// How often an `EventSource` that is never let in asks, up to 10 times.
async fn asks<S, B>(
    layer: &impl Layer<
        S,
        Service: Service<Request<()>, Response = Response<B>, Error: core::fmt::Debug>,
    >,
    service: S,
) -> usize
where
    S: Clone,
    B: http_body::Body<Data = Bytes, Error: core::fmt::Debug>,
{
    let mut client = EventSource::new("/");
    for count in 1..=10 {
        if client.connect(layer, service.clone()).await.is_none() {
            return count;
        }
    }
    10
}

#[tokio::test]
async fn an_event_source_is_told_once_and_then_stopped() {
    let seen = Seen::default();
    let layer = layer().with_error_data("log in\nagain");
    let mut client = EventSource::new("/");
    let told = client.connect(&layer, seen.service()).await.unwrap();
    assert_eq!(
        told,
        got("error", "log in\nagain", "sse-tower/token-refused")
    );
    let answer = ask(&layer, &seen, client.request()).await;
    assert_eq!((answer.status, &*answer.body), (204, ""));
    assert_eq!(asks(&layer, seen.service()).await, 2);
    assert_eq!(seen.count(), 0);
}

/// The negative control: a refusal whose event has no reserved id, such as that of a drain, is
/// asked for again and again.
#[tokio::test]
async fn without_a_reserved_id_it_would_return_for_ever() {
    let drain = Drain::new();
    drain.begin();
    assert_eq!(asks(&drain.layer(), Seen::default().service()).await, 10);
}

#[tokio::test]
async fn who_has_a_token_by_then_passes_with_the_cursor_from_before() {
    let seen = Seen::default();
    let layer = layer().with_cookie("session");
    for (cursor, expected) in [(None, None), (Some("41"), Some("41"))] {
        let mut client = EventSource::new("/").with_credentials();
        if let Some(cursor) = cursor {
            let body = format!("id: {cursor}\n\n");
            let (status, headers) = (200, HeaderMap::new());
            client.take(&Answer {
                status,
                headers,
                body,
            });
        }
        let told = client.connect(&layer, seen.service()).await.unwrap();
        assert_eq!(told[0].0, "error");
        let reserved = client.request().headers()["last-event-id"].clone();
        assert!(
            reserved
                .to_str()
                .unwrap()
                .starts_with("sse-tower/token-refused")
        );

        client.cookies.push("session=alice".into());
        let told = client.connect(&layer, seen.service()).await.unwrap();
        assert_eq!(told, got("message", "hello", "7"));
        let request = seen.last();
        let seen_id = request.headers().get("last-event-id");
        assert_eq!(seen_id.map(|id| id.to_str().unwrap()), expected);
    }
}

#[tokio::test]
async fn while_nobody_can_tell_an_event_source_comes_back() {
    let seen = Seen::default();
    let layer = layer().with_cookie("session");
    let mut client = EventSource::new("/").with_credentials();
    client.connect(&layer, seen.service()).await.unwrap();
    client.cookies.push("session=away".into());
    for _ in 0..3 {
        let answer = ask(&layer, &seen, client.request()).await;
        assert!(answer.body.starts_with("retry: "));
        assert_eq!(client.take(&answer), Some(Vec::new()));
    }
    client.cookies[0] = "session=alice".into();
    let told = client.connect(&layer, seen.service()).await.unwrap();
    assert_eq!(told, got("message", "hello", "7"));
}

#[tokio::test]
async fn the_faces_and_the_reserved_id_are_a_choice() {
    let seen = Seen::default();
    let status_only = layer().with_face(Face::Status);
    assert_eq!(asks(&status_only, seen.service()).await, 1);
    let other_id = layer().with_reserved_id(EventId::from_static("gone"));
    let mut client = EventSource::new("/");
    let told = client.connect(&other_id, seen.service()).await.unwrap();
    assert_eq!(told, got("error", "unauthorized", "gone"));
    assert_eq!(asks(&other_id, seen.service()).await, 2);
    for never_sent_back in [EventId::RESET, EventId::without_header_check(" x").unwrap()] {
        let layer = layer().with_reserved_id(never_sent_back);
        assert_eq!(asks(&layer, seen.service()).await, 2);
    }
}
