//! A tonic server: gRPC calls and an event stream on one port, HTTP/1.1 and HTTP/2.
//!
//! `cargo run --example tonic`
//!
//! The whole server wears the layers; they let gRPC calls pass as they are. The event stream is
//! one of the gRPC service's own streams, each message an event.

mod command_line;
mod grpc;
mod ticks;

use core::{error::Error, pin::Pin, time::Duration};
use std::io;
use std::process::ExitCode;

use axum::body::Body;
use axum::extract::State;
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::{Stream, StreamExt as _, stream};
use http::StatusCode;
use sse_codec::{EventStreamBody, LastEventId, event_stream_response};
use sse_tower::{EventStreamLayer, LastEventIdLayer, NegotiateLayer};
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};

use grpc::ticks_client::TicksClient;
use grpc::ticks_server::{Ticks, TicksServer};
use grpc::{FollowRequest, NextRequest, TickReply};
use ticks::{HINT, PAUSE, Tick, last_seen, ticks_after};

#[tokio::main]
async fn main() -> ExitCode {
    command_line::run(|listener| serve(listener, PAUSE)).await
}

/// Serves until the listener fails.
pub(crate) async fn serve(listener: TcpListener, pause: Duration) -> io::Result<()> {
    // The first of them is the outermost.
    let stack = (
        NegotiateLayer::new(),
        LastEventIdLayer::new(),
        EventStreamLayer::recommended(),
    );
    let server = command_line::url(listener.local_addr()?);
    let routes = routes(&server, pause).map_err(io::Error::other)?;
    Server::builder()
        // EventSource and curl come in HTTP/1.1, unless there is TLS.
        .accept_http1(true)
        .layer(stack)
        .add_routes(routes)
        // Events are small and should not wait for company on their way.
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)))
        .await
        .map_err(io::Error::other)
}

/// The gRPC service, and beside it the event stream of the service at the URL `server`: this same
/// one here, but it could be any.
pub(crate) fn routes(server: &str, pause: Duration) -> Result<Routes, tonic::transport::Error> {
    let client = TicksClient::new(Endpoint::new(server.to_owned())?.connect_lazy());
    let pages = Router::new()
        .route("/", get(HINT))
        .route("/events", get(events))
        .with_state(client);
    let calls = Routes::new(TicksServer::new(Pacemaker { pause }));
    Ok(Routes::from(calls.into_axum_router().merge(pages)))
}

/// `GET /events`: calls the gRPC service, and maps each message to an event.
async fn events(
    State(mut client): State<TicksClient<Channel>>,
    last_event_id: Option<Extension<LastEventId>>,
) -> Result<http::Response<Body>, StatusCode> {
    let call = FollowRequest {
        after: last_seen(last_event_id.as_deref()),
        at_most: None,
    };
    // Before the stream has begun, a failure is a status.
    let replies = client.follow(call).await;
    let replies = replies.map_err(|_| StatusCode::BAD_GATEWAY)?.into_inner();
    // After that it cuts the stream off: the client comes back, and resumes where it was.
    let events = replies.map(|reply| {
        let number = reply?.number;
        Ok::<_, Box<dyn Error + Send + Sync>>(Tick { number }.to_frame()?)
    });
    Ok(event_stream_response(EventStreamBody::fallible(events)).map(Body::new))
}

/// The gRPC service.
#[derive(Debug)]
struct Pacemaker {
    pause: Duration,
}

#[tonic::async_trait]
impl Ticks for Pacemaker {
    async fn next(&self, request: Request<NextRequest>) -> Result<Response<TickReply>, Status> {
        match request.get_ref().after.checked_add(1) {
            Some(number) => Ok(Response::new(TickReply { number })),
            None => Err(end()),
        }
    }

    type FollowStream = Pin<Box<dyn Stream<Item = Result<TickReply, Status>> + Send>>;

    async fn follow(
        &self,
        request: Request<FollowRequest>,
    ) -> Result<Response<Self::FollowStream>, Status> {
        let &FollowRequest { after, at_most } = request.get_ref();
        let pause = self.pause;
        let replies = ticks_after(after, pause)
            .map(|Tick { number }| Ok(TickReply { number }))
            .chain(stream::once(async move {
                tokio::time::sleep(pause).await;
                Err(end())
            }));
        let at_most = at_most.and_then(|number| usize::try_from(number).ok());
        let replies = replies.take(at_most.unwrap_or(usize::MAX));
        Ok(Response::new(Box::pin(replies)))
    }
}

fn end() -> Status {
    Status::out_of_range("there is no number after the last one")
}
