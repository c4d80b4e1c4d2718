//! A client of one request, in HTTP/1.1 or in HTTP/2 without negotiation.

use core::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use sse_codec::{Decoder, EventStream, body::BodyChunks};
use tokio::net::TcpStream;

/// Which HTTP is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http1,
    Http2,
}

impl Protocol {
    pub(crate) const BOTH: [Self; 2] = [Self::Http1, Self::Http2];
}

/// Items of an event stream, comments among them.
pub(crate) type Items = EventStream<BodyChunks<Incoming>>;

/// Sends `request`, whose URI is a path, on a connection of its own.
pub(crate) async fn send(
    protocol: Protocol,
    address: SocketAddr,
    mut request: Request<Full<Bytes>>,
) -> hyper::Result<Response<Incoming>> {
    let socket = TokioIo::new(TcpStream::connect(address).await.unwrap());
    match protocol {
        Protocol::Http1 => {
            let host = address.to_string().parse().unwrap();
            request.headers_mut().insert(header::HOST, host);
            let (mut sender, connection) = http1::handshake(socket).await?;
            tokio::spawn(connection);
            sender.send_request(request).await
        }
        Protocol::Http2 => {
            let uri = format!("http://{address}{}", request.uri());
            *request.uri_mut() = uri.parse().unwrap();
            let executor = TokioExecutor::new();
            let (mut sender, connection) = http2::handshake(executor, socket).await?;
            tokio::spawn(connection);
            sender.send_request(request).await
        }
    }
}

/// `GET path` with these headers.
pub(crate) fn get(path: &str, headers: &[(&'static str, &str)]) -> Request<Full<Bytes>> {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::default()).unwrap()
}

/// The items of this response.
pub(crate) fn items(response: Response<Incoming>) -> Items {
    let decoder = Decoder::new().with_comments(true);
    EventStream::from_body_with_decoder(response.into_body(), decoder)
}

/// All of a response that ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    pub(crate) status: u16,
    /// Without `date`.
    pub(crate) headers: HeaderMap,
    pub(crate) data: Bytes,
    pub(crate) trailers: Option<HeaderMap>,
}

/// Reads a response to its end.
pub(crate) async fn whole(response: Response<Incoming>) -> hyper::Result<Whole> {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::DATE);
    let body = body.collect().await?;
    Ok(Whole {
        status: parts.status.as_u16(),
        headers: parts.headers,
        trailers: body.trailers().cloned(),
        data: body.to_bytes(),
    })
}
