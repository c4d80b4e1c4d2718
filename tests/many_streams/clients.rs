//! The clients: streams that are opened and then read for ever.

use std::net::SocketAddr;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::process::{Process, arguments, tell};

/// Opens so many streams, each on a connection of its own, and returns when all are open.
pub(crate) fn open(
    address: SocketAddr,
    streams: usize,
    http2: bool,
    namespace: Option<&str>,
) -> Process {
    let arguments = [address.to_string(), streams.to_string(), http2.to_string()];
    let mut clients = Process::start("clients::role", &arguments, namespace);
    assert_eq!(clients.line(), "open");
    clients
}

/// What the server tells on its page.
pub(crate) async fn page(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    let (_, page) = response.split_once("\r\n\r\n").unwrap();
    page.to_owned()
}

#[tokio::test]
#[ignore = "a role of a child process"]
async fn role() {
    let arguments = arguments();
    let [address, streams, http2] = &arguments[..] else {
        return;
    };
    let address: SocketAddr = address.parse().unwrap();
    let mut readers = JoinSet::new();
    for _ in 0..streams.parse::<usize>().unwrap() {
        let stream = TcpStream::connect(address).await.unwrap();
        if http2 == "true" {
            read_http2(stream, &mut readers).await;
        } else {
            read_http1(stream, &mut readers).await;
        }
    }
    tell("open");
    readers.join_all().await;
    core::future::pending::<()>().await;
}

async fn read_http1(mut stream: TcpStream, readers: &mut JoinSet<()>) {
    let request = b"GET /events HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    readers.spawn(async move {
        let mut buffer = [0; 512];
        while matches!(stream.read(&mut buffer).await, Ok(1..)) {}
    });
}

async fn read_http2(stream: TcpStream, readers: &mut JoinSet<()>) {
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .unwrap();
    readers.spawn(async move {
        let _ = connection.await;
    });
    let request = Request::get("http://x/events")
        .header("accept", "text/event-stream")
        .body(Empty::<Bytes>::new())
        .unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert_eq!(response.status(), 200);
    readers.spawn(async move {
        let _sender = sender;
        let mut body = response.into_body();
        while matches!(body.frame().await, Some(Ok(_))) {}
    });
}
