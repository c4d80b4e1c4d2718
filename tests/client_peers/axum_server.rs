//! A server of axum with its `Sse`, which can be killed.

use core::{convert::Infallible, net::SocketAddr, time::Duration};

use axum::{
    Router,
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
    routing::get,
};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::runtime::Runtime;

/// On a runtime of its own, so that everything of it can be dropped at once.
#[derive(Debug)]
pub(crate) struct AxumServer {
    pub(crate) address: SocketAddr,
    runtime: Option<Runtime>,
}

impl AxumServer {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let mut server = Self {
            address,
            runtime: None,
        };
        server.serve();
        server
    }

    /// All of its connections are gone at once; the next one starts with nothing.
    pub(crate) fn kill_and_start_again(&mut self) {
        self.kill();
        self.serve();
    }

    fn kill(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    fn serve(&mut self) {
        let address = self.address;
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        let (bound, is_bound) = std::sync::mpsc::channel();
        runtime.spawn(async move {
            let routes = Router::new()
                .route("/events", get(async |headers| counter(&headers, None)))
                .route("/short", get(async |headers| counter(&headers, Some(7))))
                .route("/quiet", get(async |headers| quiet(&headers)));
            // The socket of the one before may still be on its way out.
            let listener = loop {
                match tokio::net::TcpListener::bind(address).await {
                    Ok(listener) => break listener,
                    Err(_) => tokio::task::yield_now().await,
                }
            };
            bound.send(()).unwrap();
            axum::serve(listener, routes).await.unwrap();
        });
        let bound = is_bound.recv_timeout(Duration::from_secs(60));
        bound.expect("it listens long before the deadline");
        self.runtime = Some(runtime);
    }
}

impl Drop for AxumServer {
    fn drop(&mut self) {
        self.kill();
    }
}

type Events = Sse<axum::response::sse::KeepAliveStream<stream::BoxStream<'static, Made>>>;
type Made = Result<Event, Infallible>;

fn numbers(headers: &HeaderMap) -> impl Stream<Item = Made> + Send + 'static {
    let last = headers.get("last-event-id").map(|id| id.to_str().unwrap());
    let first: u64 = last.map_or(0, |id| id.parse().unwrap()) + 1;
    stream::unfold(first, |number| async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let text = number.to_string();
        let event = Event::default().event("number").id(&text).data(&text);
        let event = event.retry(Duration::from_millis(40));
        Some((Ok(event), number + 1))
    })
}

fn kept_alive(events: impl Stream<Item = Made> + Send + 'static) -> Events {
    let keep_alive = KeepAlive::new().interval(Duration::from_millis(20));
    Sse::new(events.boxed()).keep_alive(keep_alive.text("still here"))
}

fn counter(headers: &HeaderMap, most: Option<usize>) -> Events {
    let numbers = numbers(headers);
    match most {
        Some(most) => kept_alive(numbers.take(most)),
        None => kept_alive(numbers),
    }
}

fn quiet(headers: &HeaderMap) -> Events {
    kept_alive(numbers(headers).take(1).chain(stream::pending()))
}
