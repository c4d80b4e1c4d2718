//! The server: what production wears, and a page that tells what it holds.

use core::{convert::Infallible, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use sse_tower::{
    EventStreamLayer, KeepAlive,
    limit::{LocalPermits, StreamLimitLayer},
    observe::{ObserveLayer, Observers, StreamStatistics},
    stall::{ConnectionHandleLayer, GuardedIo, SocketTimeouts, StallReaper},
    stream::CloseReason,
};
use tokio::net::TcpListener;
use tower::{Layer as _, ServiceBuilder, service_fn};

use crate::process::{Process, arguments, tell};

/// How a server notices that a client is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notices {
    /// By writing: keep-alives each second, and the user timeout.
    Writing,
    /// By the kernel's probes, with nothing to write.
    Probing,
    /// By HTTP/2 pings.
    Pinging,
    /// Not at all: the negative control.
    Never,
}

impl Notices {
    fn word(self) -> &'static str {
        match self {
            Self::Writing => "writing",
            Self::Probing => "probing",
            Self::Pinging => "pinging",
            Self::Never => "never",
        }
    }

    fn of(word: &str) -> Self {
        let all = [Self::Writing, Self::Probing, Self::Pinging, Self::Never];
        all.into_iter()
            .find(|notices| notices.word() == word)
            .unwrap()
    }
}

/// What the server holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holds {
    pub(crate) live: u64,
    pub(crate) opened: u64,
    pub(crate) gone: u64,
    pub(crate) slots: u64,
    pub(crate) descriptors: u64,
}

pub(crate) fn start(address: &str, notices: Notices) -> (Process, std::net::SocketAddr) {
    let arguments = [address.to_owned(), notices.word().to_owned()];
    let mut server = Process::start("server::role", &arguments, None);
    let address = server.line().parse().unwrap();
    (server, address)
}

/// What a server told by its page.
pub(crate) fn parse(page: &str) -> Holds {
    let numbers: Vec<u64> = page
        .split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect();
    let [live, opened, gone, slots, descriptors] = numbers[..] else {
        panic!("{page}");
    };
    Holds {
        live,
        opened,
        gone,
        slots,
        descriptors,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a role of a child process"]
async fn role() {
    let arguments = arguments();
    let [address, notices] = &arguments[..] else {
        return;
    };
    let notices = Notices::of(notices);
    let listener = TcpListener::bind(address).await.unwrap();
    tell(&listener.local_addr().unwrap().to_string());

    let statistics = Arc::new(StreamStatistics::new());
    let permits = Arc::new(LocalPermits::new(20_000));
    let reaper = StallReaper::default();
    let page = (Arc::clone(&statistics), Arc::clone(&permits));
    let layers = EventStreamLayer::recommended();
    let layers = match notices {
        Notices::Writing => layers.with_keep_alive(KeepAlive::new(Duration::from_secs(1))),
        Notices::Probing | Notices::Pinging | Notices::Never => layers.without_keep_alive(),
    };
    let service = ServiceBuilder::new()
        .layer(StreamLimitLayer::new(permits))
        .layer(ObserveLayer::new(
            Observers::new().with_observer(statistics),
        ))
        .layer(reaper.layer())
        .layer(layers)
        .service(service_fn(move |request: Request<_>| {
            let (statistics, permits) = page.clone();
            async move { Ok::<_, Infallible>(answer(&request, &statistics, &permits)) }
        }));
    tokio::spawn(async move { reaper.run().await });

    let timeouts = SocketTimeouts::default()
        .with_keep_alive(Duration::from_secs(1), Duration::from_secs(1), 2)
        .with_user_timeout(Duration::from_secs(3));
    let mut builder = auto::Builder::new(TokioExecutor::new());
    if notices == Notices::Pinging {
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(Duration::from_secs(1))
            .keep_alive_timeout(Duration::from_secs(2));
    }
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        if matches!(notices, Notices::Writing | Notices::Probing) {
            timeouts.apply(&stream).unwrap();
        }
        let io = GuardedIo::new(stream).with_reset();
        let service = ConnectionHandleLayer::new(io.handle()).layer(service.clone());
        let builder = builder.clone();
        tokio::spawn(async move {
            let service = TowerToHyperService::new(service);
            let _ = builder.serve_connection(TokioIo::new(io), service).await;
        });
    }
}

fn answer<B>(
    request: &Request<B>,
    statistics: &StreamStatistics,
    permits: &LocalPermits,
) -> Response<UnsyncBoxBody<Bytes, Infallible>> {
    if request.uri().path() != "/events" {
        let snapshot = statistics.snapshot();
        let descriptors = std::fs::read_dir("/proc/self/fd").unwrap().count();
        let page = format!(
            "{} {} {} {} {descriptors}",
            snapshot.live(),
            snapshot.opened(),
            snapshot.closed(CloseReason::ClientGone),
            permits.open_streams(),
        );
        return Response::new(Full::from(page).boxed_unsync());
    }
    let silent = stream::pending::<Result<Frame<Bytes>, Infallible>>();
    let mut response = Response::new(StreamBody::new(silent).boxed_unsync());
    let value = http::HeaderValue::from_static("text/event-stream");
    response.headers_mut().insert("content-type", value);
    response
}
