//! Redirects, by tower-http's layer, as a fetch follows them.

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::Full;
use sse_tower::client::{EventSource, EventSourceOptions, HttpService};
use tower::Layer as _;
use tower_http::follow_redirect::{
    FollowRedirectLayer,
    policy::{PolicyExt, Standard, clone_body_fn},
};

use crate::{
    record::{all, next, quick, take},
    server::{Asked, Body, End, Server, body, events, http1, status},
};

fn redirect(code: u16, to: &str) -> Response<Body> {
    Response::builder()
        .status(code)
        .header("location", to)
        .body(body("", End::Clean))
        .unwrap()
}

/// Follows as a fetch does, with bodies that can be sent again.
fn following(
    request: Request<Full<Bytes>>,
    options: EventSourceOptions,
) -> EventSource<impl HttpService<Full<Bytes>>, Full<Bytes>> {
    let copies = clone_body_fn(|body: &Full<Bytes>| Some(body.clone()));
    let policy = PolicyExt::and::<_, Full<Bytes>, ()>(Standard::default(), copies);
    let service = FollowRedirectLayer::with_policy(policy).layer(http1());
    EventSource::from_request(service, request).with_options(options)
}

fn request(method: Method, server: &Server, path: &str) -> Request<Full<Bytes>> {
    let body = if method == Method::POST { "{}" } else { "" };
    let request = Request::builder().method(method).uri(server.uri(path));
    request.body(Full::from(body)).unwrap()
}

fn paths(asked: &[Asked]) -> Vec<String> {
    let path = |asked: &Asked| format!("{} {}", asked.head.method, asked.head.uri.path());
    asked.iter().map(path).collect()
}

#[tokio::test]
async fn every_kind_is_followed_and_each_reconnection_begins_at_the_first_address() {
    for code in [301, 302, 303, 307, 308] {
        let server = Server::start(move |number, asked| match asked.head.uri.path() {
            "/old" => redirect(code, "/new"),
            _ if number < 4 => events("id: 7\ndata: a\n\n", End::Clean),
            _ => status(204),
        })
        .await;
        let mut source = following(request(Method::GET, &server, "/old"), quick());
        all(&mut source).await;
        let expected = ["/old", "/new"].map(|path| format!("GET {path}"));
        let asked = server.asked();
        assert_eq!(paths(&asked), [&expected[..]; 3].concat(), "{code}");
        // The headers of the request go along.
        assert_eq!(asked[3].last_event_id(), Some("7"));
        assert_eq!(asked[3].header("accept").unwrap(), b"text/event-stream");
    }
}

#[tokio::test]
async fn a_post_stays_one_after_307_and_308_and_becomes_a_get_after_the_others() {
    for (code, method, body) in [
        (301, "GET", ""),
        (302, "GET", ""),
        (303, "GET", ""),
        (307, "POST", "{}"),
        (308, "POST", "{}"),
    ] {
        let server = Server::start(move |_, asked| match asked.head.uri.path() {
            "/old" => redirect(code, "/new"),
            _ => events("data: a\n\n", End::Never),
        })
        .await;
        let mut source = following(request(Method::POST, &server, "/old"), quick());
        assert_eq!(take(&mut source, 2).await, ["open", "a"]);
        let asked = server.asked();
        assert_eq!(
            paths(&asked),
            ["POST /old".into(), format!("{method} /new")]
        );
        assert_eq!(asked[1].body, body, "{code}");
    }
}

#[tokio::test]
async fn a_loop_is_the_end_after_a_bounded_number_of_requests() {
    let server = Server::start(|_, _| redirect(302, "/again")).await;
    let mut source = following(request(Method::GET, &server, "/"), quick());
    let expected = ["error: response with status 302", "end"];
    assert_eq!(all(&mut source).await, expected);
    assert!(server.asked().len() <= 21, "{}", server.asked().len());
}

#[tokio::test]
async fn without_the_layer_a_redirect_is_the_end() {
    let server = Server::start(|_, _| redirect(301, "/new")).await;
    let told = next(&mut crate::record::source(&server, quick())).await;
    assert_eq!(told, "error: response with status 301");
    assert_eq!(server.asked().len(), 1);
}
