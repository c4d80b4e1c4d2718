//! Events as JSON, and streams that end with a sentinel.

use futures_util::StreamExt as _;
use serde::Deserialize;
use sse_tower::client::{Collector, EventSourceOptions, Incomplete, JsonEventsError};

use crate::{
    record::{quick, source, within_deadline},
    server::{End, Server, events, status},
};

#[derive(Debug, Deserialize, PartialEq)]
struct Token {
    text: String,
}

fn token(text: &str) -> String {
    format!("data: {{\"text\":\"{text}\"}}\n\n")
}

#[tokio::test]
async fn values_come_over_reconnections_and_an_error_is_not_the_end() {
    let server = Server::start(|number, _| match number {
        0 => events(
            format!("{}data: {{\n\n{}", token("a"), token("b")),
            End::Clean,
        ),
        1 => events(token("c"), End::Clean),
        _ => status(204),
    })
    .await;
    let mut values = source(&server, quick()).events::<Token>();
    let mut told = Vec::new();
    while let Some(value) = within_deadline(values.next()).await {
        told.push(match value {
            Ok(token) => token.text,
            Err(error) => error.to_string(),
        });
    }
    let bad = "event is not the JSON that was expected";
    assert_eq!(told, ["a", bad, "b", "c", "no more events"]);
}

#[tokio::test]
async fn a_sentinel_ends_the_values_and_without_it_they_are_incomplete() {
    for (tail, is_complete) in [("data: [DONE]\n\ndata: {}\n\n", true), ("", false)] {
        let text = format!("{}{tail}", token("a"));
        let server = Server::start(move |_, _| events(text.clone(), End::Clean)).await;
        let source = source(&server, EventSourceOptions::one_shot());
        let mut values = source.events::<Token>().with_sentinel("[DONE]");
        let first = within_deadline(values.next()).await.unwrap().unwrap();
        assert_eq!(first, Token { text: "a".into() });
        let last = within_deadline(values.next()).await;
        assert_eq!(last.is_none(), is_complete);
        if let Some(Err(error)) = last {
            assert!(matches!(error, JsonEventsError::Incomplete), "{error:?}");
        }
        assert!(values.next().await.is_none());
    }
}

#[tokio::test]
async fn a_collector_takes_all_before_the_sentinel_or_says_what_it_has() {
    let collect = async |text: &'static str, end, collector: Collector| {
        let server = Server::start(move |_, _| events(text, end)).await;
        let mut source = source(&server, EventSourceOptions::one_shot());
        within_deadline(collector.collect(&mut source)).await
    };
    let done = Collector::new("[DONE]");
    // It does not wait for the end of the body.
    let text = "data: a\n\ndata: b\n\ndata: [DONE]\n\n";
    let events = collect(text, End::Never, done.clone()).await.unwrap();
    let data: Vec<&str> = events.iter().map(|event| event.data()).collect();
    assert_eq!(data, ["a", "b"]);

    let error = collect("data: a\n\ndata: b", End::Clean, done.clone())
        .await
        .unwrap_err();
    assert!(matches!(error.reason, Incomplete::NoSentinel));
    assert_eq!(error.collected[0].data(), "a");
    let text = "event stream ended after 1 events without its sentinel";
    assert_eq!(error.to_string(), text);

    let error = collect("data: a\n\n", End::Broken, done.clone())
        .await
        .unwrap_err();
    assert!(matches!(error.reason, Incomplete::Client(_)));

    let small = done.with_max_bytes(600);
    let text = "data: a\n\ndata: b\n\ndata: c\n\ndata: [DONE]\n\n";
    let error = collect(text, End::Never, small).await.unwrap_err();
    assert!(matches!(
        error.reason,
        Incomplete::TooLarge { max_bytes: 600 }
    ));
    assert_eq!(error.collected.len(), 2);
}
