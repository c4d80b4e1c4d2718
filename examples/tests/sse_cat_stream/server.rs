//! A server that can be restarted at its address.

use core::net::SocketAddr;
use std::sync::mpsc::channel;

use axum::Router;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// A server on a runtime of its own; everything of it is gone when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    pub(crate) fn start(routes: Router) -> Self {
        let mut server = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            runtime: None,
        };
        server.serve(routes);
        server
    }

    /// Cuts all connections, and listens at the same address.
    pub(crate) fn restart(&mut self, routes: Router) {
        self.stop();
        self.serve(routes);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn stop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    fn serve(&mut self, routes: Router) {
        let address = self.address;
        let runtime = Runtime::new().unwrap();
        let (bound, address_bound) = channel();
        runtime.spawn(async move {
            // The socket of the one before may still be on its way out.
            let listener = loop {
                match TcpListener::bind(address).await {
                    Ok(listener) => break listener,
                    Err(_) => tokio::task::yield_now().await,
                }
            };
            bound.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, routes).await.unwrap();
        });
        self.address = address_bound.recv().unwrap();
        self.runtime = Some(runtime);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A stream that ends behind this.
pub(crate) fn events(text: impl Into<Body>) -> Response {
    ([(CONTENT_TYPE, "text/event-stream")], text.into()).into_response()
}

/// A stream that says nothing more behind this.
pub(crate) fn open(text: impl Into<String>) -> Response {
    let text = stream::iter([Ok::<_, std::io::Error>(text.into())]);
    events(Body::from_stream(text.chain(stream::pending())))
}
