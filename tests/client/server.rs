//! A server of hyper that does what a script says, and remembers what it was asked.

use core::{convert::Infallible, net::SocketAddr};
use std::{
    io,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Request, Response, Uri, request};
use http_body::Frame;
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::service::service_fn;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};

pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// How a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// As it should.
    Clean,
    /// The connection breaks.
    Broken,
    /// Not at all.
    Never,
}

pub(crate) fn body(text: impl Into<Bytes>, end: End) -> Body {
    let text = stream::iter([Ok(Frame::data(text.into()))]);
    let tail = stream::once(async move {
        match end {
            End::Clean => None,
            End::Broken => {
                // hyper writes what it has when there is nothing more for now.
                tokio::task::yield_now().await;
                Some(Err(io::Error::other("broken")))
            }
            End::Never => core::future::pending().await,
        }
    });
    let tail = tail.filter_map(core::future::ready);
    StreamBody::new(text.chain(tail)).boxed_unsync()
}

/// A response that is an event stream.
pub(crate) fn events(text: impl Into<Bytes>, end: End) -> Response<Body> {
    let response = Response::builder().header("content-type", "text/event-stream");
    response.body(body(text, end)).unwrap()
}

/// A response of this status that is none.
pub(crate) fn status(status: u16) -> Response<Body> {
    let response = Response::builder().status(status);
    response.body(body("", End::Clean)).unwrap()
}

/// What a request had, as far as it matters here.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) head: request::Parts,
    pub(crate) body: Bytes,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        self.head.headers.get(name).map(http::HeaderValue::as_bytes)
    }

    pub(crate) fn last_event_id(&self) -> Option<&str> {
        self.header("last-event-id")
            .map(|id| core::str::from_utf8(id).unwrap())
    }
}

/// Stops when it is dropped, with all its connections.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// A server that is asked for each request, with the number of those before it.
    pub(crate) async fn start(
        reply: impl Fn(usize, &Asked) -> Response<Body> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::start_with(listener, reply)
    }

    pub(crate) fn start_with(
        listener: TcpListener,
        reply: impl Fn(usize, &Asked) -> Response<Body> + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (reply, remembered) = (Arc::new(reply), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let (reply, asked) = (Arc::clone(&reply), Arc::clone(&remembered));
                let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                    let (reply, remembered) = (Arc::clone(&reply), Arc::clone(&asked));
                    async move {
                        let (head, body) = request.into_parts();
                        let body = body.collect().await.unwrap().to_bytes();
                        let asked = Asked { head, body };
                        let number = {
                            let mut remembered = remembered.lock().unwrap();
                            remembered.push(asked.clone());
                            remembered.len() - 1
                        };
                        Ok::<_, Infallible>(reply(number, &asked))
                    }
                });
                connections.spawn(async move {
                    let builder = auto::Builder::new(TokioExecutor::new());
                    let io = TokioIo::new(socket);
                    builder.serve_connection(io, service).await.ok();
                });
            }
        });
        Self {
            address,
            asked,
            task,
        }
    }

    pub(crate) fn uri(&self, path: &str) -> Uri {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// What each request said it had seen last.
    pub(crate) fn last_event_ids(&self) -> Vec<Option<String>> {
        let owned = |asked: &Asked| asked.last_event_id().map(str::to_owned);
        self.asked().iter().map(owned).collect()
    }

    /// Ends it, and waits until its socket is closed.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        (&mut self.task).await.ok();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) type Http = Client<HttpConnector, Full<Bytes>>;

pub(crate) fn http1() -> Http {
    Client::builder(TokioExecutor::new()).build_http()
}

pub(crate) fn http2() -> Http {
    Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http()
}
