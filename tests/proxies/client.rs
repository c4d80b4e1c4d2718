//! A client that says what it reads, over HTTP/1.1 or HTTP/2.

use core::net::SocketAddr;
use std::collections::VecDeque;

use http::{HeaderMap, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use sse_codec::{Decoder, Event, Item};
use sse_tests::servers::DEADLINE;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::timeout;

type Body = Empty<Bytes>;

/// The request of an `EventSource`.
pub(crate) fn event_source() -> Request<Body> {
    Request::get("/events")
        .header("accept", "text/event-stream")
        .body(Body::new())
        .unwrap()
}

/// Sends a request on a connection of its own, which ends with the response.
async fn send(address: SocketAddr, mut request: Request<Body>) -> (Response<Incoming>, Connection) {
    let socket = TokioIo::new(TcpStream::connect(address).await.unwrap());
    if request.version() == Version::HTTP_2 {
        let uri = format!("http://{address}{}", request.uri());
        *request.uri_mut() = uri.parse().unwrap();
        let handshake = conn::http2::handshake(TokioExecutor::new(), socket);
        let (mut sender, connection) = handshake.await.unwrap();
        let connection = Connection(tokio::spawn(connection).abort_handle());
        (sender.send_request(request).await.unwrap(), connection)
    } else {
        let host = address.to_string().parse().unwrap();
        request.headers_mut().insert("host", host);
        let (mut sender, connection) = conn::http1::handshake(socket).await.unwrap();
        let connection = Connection(tokio::spawn(connection).abort_handle());
        (sender.send_request(request).await.unwrap(), connection)
    }
}

struct Connection(AbortHandle);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The items of one stream.
pub(crate) struct EventReader {
    head: http::response::Parts,
    body: Incoming,
    decoder: Decoder,
    items: VecDeque<Item>,
    _connection: Connection,
}

impl EventReader {
    /// Waits until the response begins.
    pub(crate) async fn open(address: SocketAddr, request: Request<Body>) -> Self {
        let response = timeout(DEADLINE, send(address, request));
        let (response, connection) = response.await.expect("a response begins");
        let (head, body) = response.into_parts();
        assert_eq!(head.status, StatusCode::OK, "{head:?}");
        Self {
            head,
            body,
            decoder: Decoder::new().with_comments(true),
            items: VecDeque::new(),
            _connection: connection,
        }
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    pub(crate) fn version(&self) -> Version {
        self.head.version
    }

    /// The next item; none at the end, an error if the stream was cut.
    pub(crate) async fn next_item(&mut self) -> Result<Option<Item>, hyper::Error> {
        while self.items.is_empty() {
            let Some(mut chunk) = self.next_chunk().await? else {
                return Ok(None);
            };
            while let Some(item) = self.decoder.decode_bytes(&mut chunk).unwrap() {
                self.items.push_back(item);
            }
        }
        Ok(self.items.pop_front())
    }

    /// The next piece of the body as it is.
    pub(crate) async fn next_chunk(&mut self) -> Result<Option<Bytes>, hyper::Error> {
        loop {
            let frame = timeout(DEADLINE, self.body.frame());
            match frame.await.expect("the stream goes on").transpose()? {
                Some(frame) => match frame.into_data() {
                    Ok(data) => return Ok(Some(data)),
                    Err(_trailers) => {}
                },
                None => return Ok(None),
            }
        }
    }

    /// The next event; none when the stream has ended or was cut.
    pub(crate) async fn next_event(&mut self) -> Option<Event> {
        loop {
            match self.next_item().await {
                Ok(Some(Item::Event(event))) => return Some(event),
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

/// A request that is answered with this status and no stream, and the headers of the answer.
pub(crate) async fn turned_away(
    address: SocketAddr,
    request: Request<Body>,
) -> (StatusCode, HeaderMap) {
    let (response, _connection) = send(address, request).await;
    let (head, body) = response.into_parts();
    let body = timeout(DEADLINE, body.collect()).await;
    body.expect("the response ends").unwrap();
    (head.status, head.headers)
}

/// Asks for something else through the same proxy, so many times one after the other.
pub(crate) async fn probe(address: SocketAddr, times: usize) {
    for _ in 0..times {
        let request = Request::get("/probe").body(Body::new()).unwrap();
        let (response, _connection) = send(address, request).await;
        let text = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(text, "here");
    }
}
