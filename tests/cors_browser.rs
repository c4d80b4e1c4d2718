//! Event streams of another origin in a real Chromium: what `EventSourceCorsLayer` opens, and that
//! it is shut without it.
//!
//! The origins are ports of 127.0.0.1. That makes them one site, as a page and the subdomain that
//! goes past its CDN are, so a cookie with `SameSite=Lax` goes to both.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]
#![cfg(unix)]

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, Response};
use axum::routing::get;
use futures_util::stream;
use http::{HeaderMap, header};
use serde_json::{Value, json};
use sse_codec::{Event, EventId, EventStreamBody, event_stream_response};
use sse_tests::browser::Browser;
use sse_tower::last_event_id::resumes_after;
use sse_tower::{EventSourceCorsLayer, LastEventIdLayer};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// `EventSource.CLOSED`: it does not come back.
const CLOSED: u64 = 2;

/// A server, until this is dropped.
struct Origin {
    text: String,
    task: JoinHandle<()>,
}

impl Origin {
    async fn start(routes: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let text = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        Self { text, task }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An origin with a page and its cookie.
async fn page_origin() -> Origin {
    let page = || async {
        let cookie = "session=7; Path=/; HttpOnly; SameSite=Lax";
        ([(header::SET_COOKIE, cookie)], Html("<title>page</title>"))
    };
    Origin::start(Router::new().route("/", get(page))).await
}

/// Three events: the cookie, the authorization, and the last event ID that the request came with.
async fn events(request: Request) -> Response {
    let name = |headers: &HeaderMap, name| match headers.get(name) {
        Some(value) => value.to_str().unwrap().to_owned(),
        None => "none".to_owned(),
    };
    let headers = request.headers();
    let last = resumes_after(request.extensions()).unwrap();
    let told = [
        name(headers, header::COOKIE),
        name(headers, header::AUTHORIZATION),
        last.map_or("none".to_owned(), |id| id.as_str().to_owned()),
    ];
    let events = told
        .into_iter()
        .zip(1_u64..)
        .map(|(text, number)| Event::builder(text).id(EventId::from(number)).build());
    let body = EventStreamBody::new(stream::iter(events));
    event_stream_response(body).map(Body::new)
}

/// Method and path of each request, in order.
type Requests = Arc<Mutex<Vec<String>>>;

async fn note(State(requests): State<Requests>, request: Request, next: Next) -> Response {
    let line = format!("{} {}", request.method(), request.uri().path());
    requests.lock().unwrap().push(line);
    next.run(request).await
}

/// The origin of the streams: for the page with its cookie, for anybody, and as they are without
/// the layer.
async fn stream_origin(page: &Origin, requests: &Requests) -> Origin {
    let page = EventSourceCorsLayer::origins([&page.text]).unwrap();
    let stream = || get(events).layer(LastEventIdLayer::new());
    let routes = Router::new()
        .route("/page", stream().layer(page.with_credentials().unwrap()))
        .route("/any", stream().layer(EventSourceCorsLayer::any_origin()))
        .route("/bare", stream())
        .layer(from_fn_with_state(Arc::clone(requests), note));
    Origin::start(routes).await
}

fn data(reply: &Value) -> Vec<&str> {
    let events = reply["events"].as_array().unwrap();
    let data = events.iter().map(|event| event["data"].as_str().unwrap());
    data.collect()
}

fn is_refused(reply: &Value) -> bool {
    data(reply).is_empty() && reply["error"] == true && reply["readyState"] == CLOSED
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listed_origin_reads_the_stream_and_its_cookie_goes_along() {
    let test = "a_listed_origin_reads_the_stream_and_its_cookie_goes_along";
    let Some(mut browser) = Browser::open_or_skip(test, "cors.mjs") else {
        return;
    };
    let page = page_origin().await;
    let streams = stream_origin(&page, &Requests::default()).await;
    browser.ask("open", &json!([page.url("/")]));

    let reply = browser.ask("eventSource", &json!([streams.url("/page"), true, 3]));
    assert_eq!(data(&reply), ["session=7", "none", "none"], "{reply}");
    assert_eq!(reply["events"][0]["origin"], streams.text);
    assert_eq!(reply["events"][2]["lastEventId"], "3");

    for path in ["/page", "/any"] {
        let reply = browser.ask("eventSource", &json!([streams.url(path), false, 3]));
        assert_eq!(data(&reply), ["none", "none", "none"], "{path}: {reply}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_and_streams_without_the_layer_are_refused_by_the_browser() {
    let test = "others_and_streams_without_the_layer_are_refused_by_the_browser";
    let Some(mut browser) = Browser::open_or_skip(test, "cors.mjs") else {
        return;
    };
    let page = page_origin().await;
    let foreign = page_origin().await;
    let requests = Requests::default();
    let streams = stream_origin(&page, &requests).await;
    browser.ask("open", &json!([page.url("/")]));
    // Any origin is not one that may send its cookie.
    for (path, credentials) in [("/bare", true), ("/bare", false), ("/any", true)] {
        let ask = json!([streams.url(path), credentials, 1]);
        let reply = browser.ask("eventSource", &ask);
        assert!(is_refused(&reply), "{path}: {reply}");
    }
    browser.ask("open", &json!([foreign.url("/")]));
    for credentials in [true, false] {
        let ask = json!([streams.url("/page"), credentials, 1]);
        let reply = browser.ask("eventSource", &ask);
        assert!(is_refused(&reply), "{reply}");
    }
    // CORS keeps a page from reading, not a request from arriving.
    let arrived = [
        "GET /bare",
        "GET /bare",
        "GET /any",
        "GET /page",
        "GET /page",
    ];
    assert_eq!(*requests.lock().unwrap(), arrived);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_made_of_fetch_may_set_its_headers() {
    let test = "a_client_made_of_fetch_may_set_its_headers";
    let Some(mut browser) = Browser::open_or_skip(test, "cors.mjs") else {
        return;
    };
    let page = page_origin().await;
    let requests = Requests::default();
    let streams = stream_origin(&page, &requests).await;
    browser.ask("open", &json!([page.url("/")]));
    let headers = json!({ "authorization": "Bearer abc", "last-event-id": "41" });

    let reply = browser.ask("fetch", &json!([streams.url("/page"), headers]));
    assert_eq!(reply["status"], 200, "{reply}");
    let text = "id: 1\ndata: session=7\n\nid: 2\ndata: Bearer abc\n\nid: 3\ndata: 41\n\n";
    assert_eq!(reply["text"], text);

    let reply = browser.ask("fetch", &json!([streams.url("/bare"), headers]));
    assert_eq!(reply["refused"], "TypeError", "{reply}");

    // Without the layer not even the request arrives.
    let arrived = ["OPTIONS /page", "GET /page", "OPTIONS /bare"];
    assert_eq!(*requests.lock().unwrap(), arrived);
}
