//! The requests that have arrived at a server.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderName;
use sse_tests::servers::DEADLINE;
use tokio::sync::watch;
use tokio::time::timeout;

/// A request, as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrival {
    path: String,
    pub(crate) query: Option<String>,
    pub(crate) accept: Option<String>,
    pub(crate) last_event_id: Option<String>,
    pub(crate) cookie: Option<String>,
}

impl Arrival {
    fn of(request: &Request) -> Self {
        let header = |name| {
            let value = request.headers().get(HeaderName::from_static(name))?;
            Some(value.to_str().unwrap().to_owned())
        };
        Self {
            path: request.uri().path().to_owned(),
            query: request.uri().query().map(str::to_owned),
            accept: header("accept"),
            last_event_id: header("last-event-id"),
            cookie: header("cookie"),
        }
    }
}

/// The requests that have arrived so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrivals {
    all: watch::Sender<Vec<Arrival>>,
}

impl Arrivals {
    /// Those for this path.
    pub(crate) fn at(&self, path: &str) -> Vec<Arrival> {
        at(&self.all.borrow(), path)
    }

    /// Waits until there are as many for this path.
    pub(crate) async fn until(&self, path: &str, count: usize) -> Vec<Arrival> {
        let mut all = self.all.subscribe();
        let there = all.wait_for(|all| at(all, path).len() >= count);
        let there = timeout(DEADLINE, there);
        let there = there.await.unwrap_or_else(|_| {
            let seen = self.at(path);
            panic!("{path} is asked for {count} times: {seen:#?}")
        });
        at(&there.unwrap(), path)
    }
}

fn at(all: &[Arrival], path: &str) -> Vec<Arrival> {
    let there = all.iter().filter(|arrival| arrival.path == path);
    there.cloned().collect()
}

/// Notes each request, outside of all layers.
pub(crate) async fn note(
    State(arrivals): State<Arrivals>,
    request: Request,
    next: Next,
) -> Response {
    let arrival = Arrival::of(&request);
    arrivals.all.send_modify(|all| all.push(arrival));
    next.run(request).await
}
