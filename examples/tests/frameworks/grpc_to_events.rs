//! How a gRPC stream that becomes an event stream ends: with an error, or because nobody listens
//! any more.

use core::{net::SocketAddr, pin::Pin, time::Duration};

use futures_util::{Stream, StreamExt as _};
use sse_codec::{Item, stream::EventStreamError};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::client::{Protocol, get, items, send};
use crate::deadline::in_time;
use crate::programs::grpc::ticks_server::{Ticks, TicksServer};
use crate::programs::grpc::{FollowRequest, NextRequest, TickReply};
use crate::programs::tonic::{routes, serve};
use crate::server::framework;

const PAUSE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_error_of_the_grpc_stream_cuts_the_event_stream_off() {
    for protocol in Protocol::BOTH {
        let server = framework!(serve).start(PAUSE).await;
        let last_but_one = (u64::MAX - 1).to_string();
        let request = get("/events", &[("last-event-id", &last_but_one)]);
        let response = send(protocol, server.address, request).await.unwrap();
        let mut events = items(response);
        let read = async {
            while let Some(item) = events.next().await {
                if matches!(item?, Item::Event(_)) {
                    // Nobody waits until the error comes; only keep-alives come before it.
                    tokio::time::pause();
                }
            }
            Ok(())
        };
        let read: Result<(), EventStreamError<hyper::Error>> = in_time(read).await;
        tokio::time::resume();
        // Not as if that had been all.
        assert!(
            matches!(read, Err(EventStreamError::Source(_))),
            "{protocol:?}: {read:?}"
        );
        assert_eq!(events.last_event_id(), u64::MAX.to_string());
    }
}

#[tokio::test]
async fn without_the_grpc_service_there_is_no_event_stream() {
    let url = serve_events_of("http://127.0.0.1:0").await;
    let response = send(Protocol::Http1, url, get("/events", &[])).await;
    assert_eq!(response.unwrap().status(), 502);
}

#[tokio::test]
async fn the_grpc_call_ends_when_the_client_of_the_event_stream_leaves() {
    let (begin, mut begun) = mpsc::unbounded_channel();
    let calls = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", calls.local_addr().unwrap());
    let server = Server::builder().add_service(TicksServer::new(Watched { begin }));
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(calls)));
    let address = serve_events_of(&url).await;
    for protocol in Protocol::BOTH {
        let request = get("/events", &[]);
        let leaving = async {
            let response = send(protocol, address, request).await.unwrap();
            let call = begun.recv().await.unwrap();
            assert!(!call.is_closed());
            drop(response);
            call.closed().await;
        };
        in_time(leaving).await;
    }
}

/// Serves the events of the gRPC service at `url`.
async fn serve_events_of(url: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = routes(url, PAUSE).unwrap().into_axum_router();
    tokio::spawn(async { axum::serve(listener, routes).await });
    address
}

/// A service that tells of each stream when it begins, by a sender that is closed when it ends.
#[derive(Debug)]
struct Watched {
    begin: mpsc::UnboundedSender<mpsc::Sender<()>>,
}

#[tonic::async_trait]
impl Ticks for Watched {
    async fn next(&self, _: Request<NextRequest>) -> Result<Response<TickReply>, Status> {
        Err(Status::unimplemented("not needed here"))
    }

    type FollowStream = Pin<Box<dyn Stream<Item = Result<TickReply, Status>> + Send>>;

    async fn follow(
        &self,
        _: Request<FollowRequest>,
    ) -> Result<Response<Self::FollowStream>, Status> {
        let (call, open) = mpsc::channel(1);
        let _ = self.begin.send(call);
        Ok(Response::new(Box::pin(
            ReceiverStream::new(open).map(|()| Err(Status::internal("nobody sends anything"))),
        )))
    }
}
