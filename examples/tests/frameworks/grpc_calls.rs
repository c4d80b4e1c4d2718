//! gRPC calls pass the layers untouched.

use core::{net::SocketAddr, time::Duration};
use std::io;

use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use http::{HeaderMap, Request};
use http_body_util::Full;
use prost::Message;
use tokio::net::TcpListener;
use tonic::Code;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tower::util::MapResponseLayer;

use crate::client::{Protocol, Whole, send, whole};
use crate::deadline::in_time;
use crate::programs::grpc::ticks_client::TicksClient;
use crate::programs::grpc::{FollowRequest, NextRequest, TickReply};
use crate::programs::tonic::{routes, serve};
use crate::server::{Framework, framework};

const PAUSE: Duration = Duration::from_millis(1);
const LAYERED: Framework = framework!(serve);
const PLAIN: Framework = framework!(serve_plain);

/// Where nobody is.
const NOWHERE: &str = "http://127.0.0.1:0";

/// The same service without our layers.
async fn serve_plain(listener: TcpListener, pause: Duration) -> io::Result<()> {
    let routes = routes(NOWHERE, pause).map_err(io::Error::other)?;
    let server = Server::builder().add_routes(routes);
    let served = server.serve_with_incoming(TcpIncoming::from(listener));
    served.await.map_err(io::Error::other)
}

/// Without our layers, with a header too many.
async fn serve_with_a_header(listener: TcpListener, pause: Duration) -> io::Result<()> {
    let routes = routes(NOWHERE, pause).map_err(io::Error::other)?;
    let meddling = MapResponseLayer::new(|mut response: http::Response<_>| {
        let no = http::HeaderValue::from_static("no");
        response.headers_mut().insert("x-accel-buffering", no);
        response
    });
    let server = Server::builder().layer(meddling).add_routes(routes);
    let served = server.serve_with_incoming(TcpIncoming::from(listener));
    served.await.map_err(io::Error::other)
}

fn numbers(replies: &[TickReply]) -> Vec<u64> {
    replies.iter().map(|reply| reply.number).collect()
}

#[tokio::test]
async fn a_tonic_client_gets_messages_and_statuses() {
    let server = LAYERED.start(PAUSE).await;
    let url = format!("http://{}", server.address);
    let calls = async {
        let mut client = TicksClient::connect(url).await.unwrap();
        let reply = client.next(NextRequest { after: 41 }).await.unwrap();
        assert_eq!(reply.into_inner().number, 42);
        let status = client
            .next(NextRequest { after: u64::MAX })
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::OutOfRange);

        let call = |after, at_most| FollowRequest { after, at_most };
        let mut stream = client.follow(call(2, Some(3))).await.unwrap().into_inner();
        let mut replies = Vec::new();
        while let Some(reply) = stream.message().await.unwrap() {
            replies.push(reply);
        }
        assert_eq!(numbers(&replies), [3, 4, 5]);
        assert!(stream.trailers().await.unwrap().is_some());

        let stream = client.follow(call(u64::MAX - 1, None)).await.unwrap();
        let mut stream = stream.into_inner();
        assert_eq!(stream.message().await.unwrap().unwrap().number, u64::MAX);
        let status = stream.try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(status.code(), Code::OutOfRange);
        assert_eq!(status.message(), "there is no number after the last one");
    };
    in_time(calls).await;
}

/// Calls and what is exchanged, without a gRPC library that could hide something.
async fn exchanged(server: SocketAddr, path: &str, message: &impl Message) -> Whole {
    let message = message.encode_to_vec();
    let mut body = BytesMut::new();
    body.put_u8(0);
    body.put_u32(message.len().try_into().unwrap());
    body.put_slice(&message);
    let request = Request::post(path)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        // Not what gRPC clients send, so that the layers see it too.
        .header("accept", "application/json")
        .header("last-event-id", "7")
        .body(Full::<Bytes>::from(body.freeze()))
        .unwrap();
    let response = send(Protocol::Http2, server, request).await.unwrap();
    whole(response).await.unwrap()
}

/// Everything that four calls exchange: a unary one and a stream, each with and without an error.
async fn exchanges(framework: Framework) -> [Whole; 4] {
    let server = framework.start(PAUSE).await;
    let next =
        async |after| exchanged(server.address, "/ticks.Ticks/Next", &NextRequest { after }).await;
    let follow = async |after, at_most| {
        let call = FollowRequest { after, at_most };
        exchanged(server.address, "/ticks.Ticks/Follow", &call).await
    };
    let exchanges = async {
        [
            next(41).await,
            next(u64::MAX).await,
            follow(2, Some(3)).await,
            follow(u64::MAX - 1, None).await,
        ]
    };
    in_time(exchanges).await
}

fn status(headers: &HeaderMap) -> Option<&[u8]> {
    headers.get("grpc-status").map(|status| status.as_bytes())
}

#[tokio::test]
async fn calls_are_the_same_with_and_without_the_layers() {
    let layered = exchanges(LAYERED).await;
    assert_eq!(layered, exchanges(PLAIN).await);
    let [unary, failed, streaming, failing] = &layered;
    let trailers = |whole: &Whole| whole.trailers.clone().unwrap();
    assert_eq!(status(&trailers(unary)), Some(&b"0"[..]));
    // A call that fails at once has no body, and so its status among the headers.
    assert_eq!(status(&failed.headers), Some(&b"11"[..]));
    assert_eq!(status(&trailers(streaming)), Some(&b"0"[..]));
    assert_eq!(status(&trailers(failing)), Some(&b"11"[..]));
    let frame = |number: u8| [0, 0, 0, 0, 2, 1 << 3, number];
    assert_eq!(*unary.data, frame(42));
    assert_eq!(*streaming.data, [frame(3), frame(4), frame(5)].concat());
}

/// The control: what is exchanged is really looked at.
#[tokio::test]
async fn a_header_too_many_would_be_seen() {
    let plain = exchanges(PLAIN).await;
    let with_a_header = exchanges(framework!(serve_with_a_header)).await;
    for (plain, with_a_header) in plain.iter().zip(&with_a_header) {
        assert_ne!(plain, with_a_header);
    }
}
