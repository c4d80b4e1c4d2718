//! <https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header>: what
//! the server is told, byte for byte.

use http::HeaderMap;
use sse_codec::EventId;
use sse_tower::client::EventSource;

use crate::{
    record::{all, quick, source},
    server::{End, Server, events, http1, http2, status},
};

/// The streams of one connection after the other, and what the requests after each said.
async fn ids_after(streams: &'static [&'static str]) -> Vec<Option<String>> {
    let mut ids = Vec::new();
    for client in [http1, http2] {
        let server = Server::start(move |number, _| match streams.get(number) {
            Some(text) => events(*text, End::Clean),
            None => status(204),
        })
        .await;
        let mut source = EventSource::get(client(), server.uri("/")).with_options(quick());
        all(&mut source).await;
        let asked = server.last_event_ids();
        assert!(ids.is_empty() || ids == asked, "both versions of HTTP");
        ids = asked;
    }
    assert_eq!(ids.remove(0), None, "there is none at first");
    ids
}

fn some(ids: &[&str]) -> Vec<Option<String>> {
    ids.iter().map(|id| Some((*id).to_owned())).collect()
}

#[tokio::test]
async fn it_survives_events_without_id_and_empty_connections() {
    let streams = [
        "id: 7\ndata: a\n\ndata: b\n\n",
        "",
        ": x\n\n",
        "data: c\n\n",
    ];
    let streams: &'static [&'static str] = Box::leak(Box::new(streams));
    assert_eq!(ids_after(streams).await, some(&["7", "7", "7", "7"]));
}

#[tokio::test]
async fn a_block_of_only_an_id_sets_it_and_an_unfinished_one_does_not() {
    let streams = &[
        "id: 7\n\n",
        "id: 8\n",
        "id: 8\ndata: x\n",
        "id: 9\n\nid: 10",
    ];
    assert_eq!(ids_after(streams).await, some(&["7", "7", "7", "9"]));
}

#[tokio::test]
async fn an_empty_id_takes_it_away_and_no_empty_header_is_sent() {
    let streams = &[
        "id: 7\ndata: a\n\n",
        "id\ndata: b\n\n",
        "data: c\n\n",
        "id: 8\n\n",
    ];
    let mut expected = some(&["7", "", "", "8"]);
    expected[1..3].fill(None);
    assert_eq!(ids_after(streams).await, expected);
}

#[tokio::test]
async fn it_is_sent_as_utf_8() {
    let streams = &[
        "id: d\u{e9}j\u{e0} vu\n\n",
        "id: \u{1f980}\u{3b1}\n\n",
        "id: a b\tc\n\n",
    ];
    let expected = some(&["d\u{e9}j\u{e0} vu", "\u{1f980}\u{3b1}", "a b\tc"]);
    assert_eq!(ids_after(streams).await, expected);
}

#[tokio::test]
async fn an_id_with_null_is_ignored() {
    let streams = &["id: 7\n\n", "id: 8\0\ndata: x\n\n"];
    assert_eq!(ids_after(streams).await, some(&["7", "7"]));
}

#[tokio::test]
async fn an_id_that_no_header_carries_is_told_and_never_sent_in_part() {
    for id in ["a\u{1}", "\u{7f}", "\u{1b}[0m", " a", "a ", "\u{b}"] {
        for client in [http1, http2] {
            let server = Server::start(move |number, _| match number {
                0 => events(format!("id: {id}\ndata: x\n\n"), End::Clean),
                1 => events("id: 8\n\n", End::Clean),
                _ => status(204),
            })
            .await;
            let mut source = EventSource::get(client(), server.uri("/")).with_options(quick());
            let told = all(&mut source).await;
            assert_eq!(told[3], "unsendable id", "{id:?}");
            assert_eq!(
                told.iter().filter(|told| *told == "unsendable id").count(),
                1
            );
            assert_eq!(server.last_event_ids(), [None, None, Some("8".into())]);
        }
    }
}

#[tokio::test]
async fn a_client_may_begin_with_one_and_tells_it() {
    let server = Server::start(|number, _| match number {
        0 => events("data: x\n\n", End::Clean),
        _ => status(204),
    })
    .await;
    let options = quick().with_last_event_id(EventId::from_static("41"));
    let mut source = source(&server, options);
    assert_eq!(source.last_event_id(), "41");
    all(&mut source).await;
    assert_eq!(server.last_event_ids(), some(&["41", "41"]));
    assert_eq!(source.last_event_id(), "41");
}

#[tokio::test]
async fn one_that_the_maker_set_does_not_count() {
    let server = Server::start(|number, _| match number {
        0 => events("id: 7\ndata: x\n\n", End::Clean),
        _ => status(204),
    })
    .await;
    let mut request = http::Request::new(http_body_util::Full::default());
    *request.uri_mut() = server.uri("/");
    let mut headers = HeaderMap::new();
    headers.insert("last-event-id", "stale".parse().unwrap());
    *request.headers_mut() = headers;
    let mut source = EventSource::from_request(http1(), request).with_options(quick());
    all(&mut source).await;
    assert_eq!(server.last_event_ids(), [None, Some("7".into())]);
}
