//! <https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model>, rule by
//! rule.

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{HeaderValue, Method, Request, Response, Version};
use http_body_util::{BodyExt as _, Full};
use sse_tower::client::{ClientItem, EventSource, EventSourceOptions};

use crate::{
    record::{all, next, quick, source, take, within_deadline},
    server::{End, Server, body, events, http1, http2, status},
};

const END: [&str; 1] = ["end"];

#[tokio::test]
async fn a_request_says_what_it_wants_and_bypasses_caches() {
    let server = Server::start(|_, _| status(204)).await;
    all(&mut source(&server, quick())).await;
    let asked = &server.asked()[0];
    assert_eq!(asked.head.method, Method::GET);
    assert_eq!(asked.header("accept").unwrap(), b"text/event-stream");
    assert_eq!(asked.header("cache-control").unwrap(), b"no-cache");
    assert_eq!(asked.header("pragma").unwrap(), b"no-cache");
    assert_eq!(asked.header("last-event-id"), None);
}

#[tokio::test]
async fn every_status_but_200_is_the_end_and_the_error_holds_the_response() {
    for code in [
        201, 202, 203, 205, 206, 301, 304, 400, 401, 403, 404, 410, 429, 500, 502, 503,
    ] {
        let server = Server::start(move |_, _| {
            let has_body = ![205, 304].contains(&code);
            let mut response = events(if has_body { "why not" } else { "" }, End::Clean);
            *response.status_mut() = code.try_into().unwrap();
            response
                .headers_mut()
                .insert("x-who", "me".parse().unwrap());
            response
        })
        .await;
        let mut source = source(&server, quick());
        let error = within_deadline(source.next()).await.unwrap().unwrap_err();
        assert_eq!(error.status().unwrap(), code);
        assert_eq!(error.cause().unwrap().status().unwrap(), code);
        let response = error.into_response().unwrap();
        assert_eq!(response.headers()["x-who"], "me");
        let text = response.into_body().collect().await.unwrap().to_bytes();
        let expected = if [205, 304].contains(&code) {
            ""
        } else {
            "why not"
        };
        assert_eq!(text, expected, "{code}");
        assert_eq!(all(&mut source).await, END);
        assert_eq!(server.asked().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn status_204_stops_the_first_and_every_other_request() {
    let server = Server::start(|number, _| match number {
        0 => events("data: a\n\n", End::Clean),
        _ => status(204),
    })
    .await;
    let mut source = source(&server, quick());
    let expected = [
        "open",
        "a",
        "again: event stream ended",
        "error: response with status 204",
        "end",
    ];
    assert_eq!(all(&mut source).await, expected);
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn the_essence_of_the_content_type_decides() {
    for (content_type, is_stream) in [
        (Some("text/event-stream"), true),
        (Some("Text/EVENT-stream"), true),
        (Some("text/event-stream;"), true),
        (Some("text/event-stream; charset=utf-8"), true),
        (Some("text/event-stream; charset=windows-1251"), true),
        (Some("text/event-stream;bogus"), true),
        (Some("text/event-streams"), false),
        (Some("x bogus"), false),
        (Some("text/html"), false),
        (Some(""), false),
        (None, false),
    ] {
        let server = Server::start(move |number, _| {
            if number > 0 {
                return status(204);
            }
            let mut response = Response::new(body("data: a\n\n", End::Clean));
            if let Some(content_type) = content_type {
                let value = HeaderValue::from_static(content_type);
                response.headers_mut().insert("content-type", value);
            }
            response
        })
        .await;
        let first = next(&mut source(&server, quick())).await;
        let expected = if is_stream {
            "open"
        } else {
            "error: response is no event stream"
        };
        assert_eq!(first, expected, "{content_type:?}");
    }
}

#[tokio::test]
async fn an_encoded_body_that_nobody_decoded_is_no_stream() {
    let server = Server::start(|_, _| {
        let mut response = events("\u{1f}gzipped", End::Clean);
        let gzip = HeaderValue::from_static("gzip");
        response.headers_mut().insert("content-encoding", gzip);
        response
    })
    .await;
    let expected = ["error: event stream is encoded", "end"];
    assert_eq!(all(&mut source(&server, quick())).await, expected);
}

#[tokio::test]
async fn a_body_that_ends_or_breaks_is_replaced_in_both_versions_of_http() {
    for client in [http1, http2] {
        let server = Server::start(|number, _| match number {
            0 => events("id: 1\ndata: a\n\ndata: cut", End::Clean),
            1 => events("data: b\n\ndata: cut", End::Broken),
            _ => status(204),
        })
        .await;
        let mut source = EventSource::get(client(), server.uri("/")).with_options(quick());
        let told = all(&mut source).await;
        let expected = ["open", "a", "again: event stream ended", "open", "b"];
        assert_eq!(told[..5], expected);
        assert_eq!(told[5], "again: event stream broke off");
        assert_eq!(told[6..], ["error: response with status 204", "end"]);
        assert_eq!(
            server.last_event_ids()[1..],
            [Some("1".into()), Some("1".into())]
        );
    }
}

#[tokio::test]
async fn the_head_of_the_response_is_told() {
    for (client, version) in [(http1(), Version::HTTP_11), (http2(), Version::HTTP_2)] {
        let server = Server::start(|_, _| {
            let mut response = events("", End::Never);
            response
                .headers_mut()
                .insert("x-who", "me".parse().unwrap());
            response
        })
        .await;
        let mut source = EventSource::get(client, server.uri("/"));
        let Some(Ok(ClientItem::Open(head))) = within_deadline(source.next()).await else {
            panic!()
        };
        assert_eq!(head.version, version);
        assert_eq!(head.headers["x-who"], "me");
    }
}

#[tokio::test]
async fn a_byte_order_mark_and_half_an_event_belong_to_their_connection() {
    let server = Server::start(|number, _| match number {
        0 => events("\u{feff}data: a\n\nevent: x\ndata: half", End::Clean),
        1 => events("\u{feff}data: b\n\n\u{feff}data: c\n\n", End::Clean),
        _ => status(204),
    })
    .await;
    let told = all(&mut source(&server, quick())).await;
    // In the middle of a stream it makes a field of another name.
    let expected = ["open", "a", "again: event stream ended", "open", "b"];
    assert_eq!(told[..5], expected);
    assert_eq!(told[5], "again: event stream ended");
}

#[tokio::test]
async fn a_post_is_sent_again_with_its_body_and_headers_made_anew() {
    let server = Server::start(|number, _| match number {
        0 | 1 => events("data: a\n\n", End::Clean),
        _ => status(204),
    })
    .await;
    let uri = server.uri("/v1/chat");
    let mut source = EventSource::new(http1(), move |attempt| {
        Request::post(uri.clone())
            .header(
                "authorization",
                format!("token {}", attempt.requests_before()),
            )
            .header("accept", "application/json, text/event-stream")
            .body(Full::new(Bytes::from_static(b"{\"stream\":true}")))
            .unwrap()
    })
    .with_options(quick());
    all(&mut source).await;
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    for (number, asked) in asked.iter().enumerate() {
        assert_eq!(
            (&asked.head.method, &asked.body[..]),
            (&Method::POST, &b"{\"stream\":true}"[..])
        );
        let token = format!("token {number}");
        assert_eq!(asked.header("authorization").unwrap(), token.as_bytes());
        let accept = &b"application/json, text/event-stream"[..];
        assert_eq!(asked.header("accept").unwrap(), accept);
    }
}

#[tokio::test]
async fn comments_are_items_on_request() {
    let server = Server::start(|_, _| events(": hi\n\n:there\ndata: a\n\n", End::Clean)).await;
    let told = take(&mut source(&server, quick()), 2).await;
    assert_eq!(told, ["open", "a"]);
    let told = take(&mut source(&server, quick().with_comments(true)), 4).await;
    assert_eq!(told, ["open", ": hi", ": there", "a"]);
}

#[tokio::test]
async fn one_shot_is_one_request_and_the_end_of_the_body_is_the_end() {
    let server = Server::start(|_, _| events("retry: 1\ndata: a\n\n", End::Clean)).await;
    let mut source = source(&server, EventSourceOptions::one_shot());
    assert_eq!(all(&mut source).await, ["open", "a", "end"]);
    assert_eq!(server.asked().len(), 1);

    let server = Server::start(|_, _| events("data: a\n\n", End::Broken)).await;
    let mut source = crate::record::source(&server, EventSourceOptions::one_shot());
    let expected = ["open", "a", "error: event stream broke off", "end"];
    assert_eq!(all(&mut source).await, expected);
}
