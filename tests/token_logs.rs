//! No token in the logs: tower-http's `TraceLayer` around a real server, with all that any library
//! traces, down to `TRACE`.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

use std::{
    convert::Infallible,
    io::{self, Write},
    net::SocketAddr,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use axum::{Router, body::Body, extract::OriginalUri, routing::any};
use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Empty, Full};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use sse_tower::token::{Authorized, Credential, Tickets, TokenLayer, TokenRejected};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_http::trace::{
    DefaultMakeSpan, DefaultOnBodyChunk, DefaultOnEos, DefaultOnFailure, DefaultOnRequest,
    DefaultOnResponse, HttpMakeClassifier, TraceLayer,
};
use tracing::{Level, subscriber};
use tracing_subscriber::fmt::format::FmtSpan;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// One that tells all it can.
fn trace() -> TraceLayer<HttpMakeClassifier> {
    let span = DefaultMakeSpan::new().level(Level::TRACE);
    let on_response = DefaultOnResponse::new().level(Level::TRACE);
    TraceLayer::new_for_http()
        .make_span_with(span.include_headers(true))
        .on_request(DefaultOnRequest::new().level(Level::TRACE))
        .on_response(on_response.include_headers(true))
        .on_body_chunk(DefaultOnBodyChunk::new())
        .on_eos(DefaultOnEos::new().level(Level::TRACE))
        .on_failure(DefaultOnFailure::new().level(Level::TRACE))
}

const TOKEN: &str = "token-4f1d";
const QUERY_TOKEN: &str = "query-9c27";
const COOKIE: &str = "cookie-b83e";
const CLAIMS: &str = "claims-66a0";
const WRONG: &str = "wrong-d152";

/// Also logs what it is given to judge, as a careless validator would.
async fn validator(credential: Credential) -> Result<Authorized<()>, TokenRejected> {
    tracing::info!(?credential, "validating");
    match credential.as_str() {
        WRONG => Err(TokenRejected::Invalid),
        "away" => Err(TokenRejected::Unavailable),
        _ => Ok(Authorized::new(())),
    }
}

fn token(tickets: &Tickets) -> TokenLayer<()> {
    TokenLayer::new(validator)
        .with_cookie("session")
        .with_tickets(tickets.clone())
        .with_query_parameter("access_token")
}

/// An event stream of a handler that logs the request.
fn handler() -> impl Service<
    Request<hyper::body::Incoming>,
    Response = Response<Full<Bytes>>,
    Error = http::Error,
    Future: Send,
> + Clone
+ Send
+ 'static {
    service_fn(|request: Request<hyper::body::Incoming>| async move {
        tracing::info!(?request, "handling");
        let body = Full::new(Bytes::from_static(b"id: 7\ndata: hello\n\n"));
        let response = Response::builder().header(header::CONTENT_TYPE, "text/event-stream");
        response.body(body)
    })
}

/// Serves until this is dropped, on a thread of its own, whose logs it returns in the end.
struct Server {
    address: SocketAddr,
    log: Log,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    fn start<S, B>(service: S) -> Self
    where
        S: Service<Request<hyper::body::Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        B: http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
            + Send
            + 'static,
    {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_writer(move || writer.clone())
            .finish();
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            let _guard = subscriber::set_default(subscriber);
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().build().unwrap().block_on(async move {
                let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let accept = async {
                    loop {
                        let (stream, _) = listener.accept().await.unwrap();
                        let service = TowerToHyperService::new(service.clone());
                        tokio::spawn(async move {
                            let builder = auto::Builder::new(TokioExecutor::new());
                            let io = TokioIo::new(stream);
                            // A client that leaves is no failure.
                            drop(builder.serve_connection(io, service).await);
                        });
                    }
                };
                tokio::select! {
                    _ = stopped => {}
                    () = accept => {}
                }
            });
        });
        Self {
            address: told.recv().unwrap(),
            log,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// All that was logged.
    fn finish(mut self) -> String {
        drop(self.stop.take());
        self.thread.take().unwrap().join().unwrap();
        self.log.text()
    }

    /// The status, and the cookie that is set.
    async fn ask(&self, http2: bool, uri: &str, headers: &[(&str, &str)]) -> (u16, Option<String>) {
        let io = TokioIo::new(TcpStream::connect(self.address).await.unwrap());
        let uri = if http2 {
            format!("http://{}{uri}", self.address)
        } else {
            uri.to_owned()
        };
        let mut request = Request::get(uri).header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        let response = if http2 {
            let (mut sender, connection) =
                hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
                    .await
                    .unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        } else {
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        };
        let status = response.status().as_u16();
        let cookie = response.headers().get("set-cookie").map(|cookie| {
            let pair = cookie.to_str().unwrap().split(';').next();
            pair.unwrap().to_owned()
        });
        response.into_body().collect().await.unwrap();
        (status, cookie)
    }
}

/// Sends each kind of token, good and bad ones, and returns what must not be in a log.
async fn use_all(server: &Server, tickets: &Tickets, http2: bool) -> Vec<String> {
    let ticket = tickets
        .issue(CLAIMS, Duration::from_secs(600))
        .await
        .unwrap();
    let ticket = ticket.as_str().to_owned();
    let by_ticket = format!("/events?a=b&ticket={ticket}");
    let by_query = format!("/events?access_token={QUERY_TOKEN}&c=d");
    let bearer = format!("Bearer {TOKEN}");
    let session = format!("x=y; session={COOKIE}");
    let wrong = format!("Bearer {WRONG}");
    let ask = async |uri, headers: &[_]| server.ask(http2, uri, headers).await;

    assert_eq!(ask("/events", &[("authorization", &bearer)]).await.0, 200);
    assert_eq!(ask("/events", &[("cookie", &session)]).await.0, 200);
    assert_eq!(ask(&by_query, &[]).await.0, 200);
    assert_eq!(ask("/events", &[("authorization", &wrong)]).await.0, 401);
    assert_eq!(
        ask("/events", &[("authorization", "Bearer away")]).await.0,
        503
    );
    let (status, return_cookie) = ask(&by_ticket, &[]).await;
    assert_eq!(status, 200);
    let return_cookie = return_cookie.unwrap();
    assert_eq!(ask(&by_ticket, &[("cookie", &return_cookie)]).await.0, 200);
    assert_eq!(ask(&by_ticket, &[]).await.0, 401);
    let (_, secret) = return_cookie.split_once('=').unwrap();
    let secrets = [TOKEN, QUERY_TOKEN, COOKIE, WRONG, &ticket, secret];
    secrets.map(str::to_owned).to_vec()
}

#[tokio::test]
async fn behind_the_token_layer_nothing_is_logged_that_opens_a_stream() {
    for http2 in [false, true] {
        let tickets = Tickets::new();
        let service = (token(&tickets), trace()).layer(handler());
        let server = Server::start(service);
        let secrets = use_all(&server, &tickets, http2).await;
        let log = server.finish();
        // It was logged what was asked for, with the headers, and what was judged.
        for told in [
            "/events?a=b ",
            "/events?c=d",
            "Sensitive",
            "handling",
            "validating",
        ] {
            assert!(log.contains(told), "{told} is not in the log:\n{log}");
        }
        assert_eq!(log.contains(" h2::"), http2);
        for secret in secrets.iter().map(String::as_str).chain([CLAIMS]) {
            assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
        }
    }
}

/// The negative control: the same search finds each of them when the layers change places.
#[tokio::test]
async fn in_front_of_it_everything_is() {
    for http2 in [false, true] {
        let tickets = Tickets::new();
        let service = (trace(), token(&tickets)).layer(handler());
        let server = Server::start(service);
        let secrets = use_all(&server, &tickets, http2).await;
        let log = server.finish();
        for secret in secrets {
            assert!(log.contains(&secret), "{secret} is not in the log:\n{log}");
        }
    }
}

/// axum's `Router` keeps the URI as it came before the layers that it has been given.
#[tokio::test]
async fn around_a_router_the_layer_comes_before_its_original_uri() {
    let tickets = Tickets::new();
    let router = || {
        let shown = |OriginalUri(uri): OriginalUri| async move { uri.to_string() };
        Router::new().nest("/nested", Router::new().route("/events", any(shown)))
    };
    let request = || {
        let uri = format!("/nested/events?access_token={QUERY_TOKEN}&a=b");
        Request::get(uri).body(Body::empty()).unwrap()
    };
    let around = token(&tickets).layer(router());
    let response = around.oneshot(request()).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "/nested/events?a=b");

    // The negative control.
    let inside = router().layer(token(&tickets));
    let response: Result<_, Infallible> = inside.oneshot(request()).await;
    let body = response.unwrap().into_body().collect().await.unwrap();
    let text = String::from_utf8(body.to_bytes().to_vec()).unwrap();
    assert!(text.contains(QUERY_TOKEN), "{text}");
}
