//! The reasons of the layers that end streams for other ones than their own: a limit, a token, a
//! stall. Those of the rest are tested where the observers are.

use core::{convert::Infallible, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, Response, header};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, StreamBody};
use sse_tower::{
    limit::{Eviction, HeaderKey, LocalPermits, StreamLimitLayer},
    observe::StreamStatistics,
    stall::StallReaper,
    stream::CloseReason,
    token::{Authorized, Credential, TokenLayer, TokenRejected},
};
use tower::{Layer, Service, ServiceExt, service_fn};

use super::{paused, statistics};

/// Answers with an event, and if it is busy with more as long as somebody reads.
fn endless(
    busy: bool,
) -> impl Service<
    Request<()>,
    Response = Response<impl Body<Data = Bytes, Error = Infallible> + Unpin>,
    Error = Infallible,
> + Clone {
    service_fn(move |_: Request<()>| {
        let frames = stream::repeat(b"data: a\n\n").take(if busy { usize::MAX } else { 1 });
        let frames = frames.map(|event| Ok(Frame::data(Bytes::from_static(event))));
        let response = Response::builder()
            .header(header::CONTENT_TYPE, "text/event-stream")
            .body(StreamBody::new(frames.chain(stream::pending())));
        core::future::ready(Ok::<_, Infallible>(response.unwrap()))
    })
}

async fn get<S, B>(service: &S) -> Response<B>
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible> + Clone,
{
    let request = Request::get("/")
        .header(header::ACCEPT, "text/event-stream")
        .header(header::AUTHORIZATION, "Bearer valid")
        .header("x-user", "ada")
        .body(());
    let Ok(response) = service.clone().oneshot(request.unwrap()).await;
    response
}

/// As many streams were opened, one was closed, for this reason.
fn check(statistics: &StreamStatistics, opened: u64, reason: CloseReason) {
    let seen = statistics.snapshot();
    assert_eq!((seen.opened(), seen.live()), (opened, opened - 1));
    assert_eq!(seen.closed(reason), 1, "{seen:?}");
}

#[test]
fn a_stream_that_makes_room_is_closed_for_the_limit() {
    let (statistics, observed) = statistics();
    paused(async {
        let permits = LocalPermits::new(100)
            .with_max_streams_per_key(1)
            .with_eviction(Eviction::new());
        let limit = StreamLimitLayer::new(Arc::new(permits));
        let limit = limit.with_key(HeaderKey::from_static("x-user"));
        let service = limit.layer(observed.layer.layer(endless(false)));
        let first = get(&service).await;
        let second = get(&service).await;
        let last = first.into_body().collect().await.unwrap().to_bytes();
        assert!(last.ends_with(b"data: evicted\n\n"));
        check(&statistics, 2, CloseReason::Limit);
        drop(second);
    });
}

#[test]
fn a_stream_whose_token_expires_is_closed_for_it() {
    let (statistics, observed) = statistics();
    paused(async {
        let validator = |_: Credential| async {
            Ok::<_, TokenRejected>(Authorized::new("ada").with_expiry_in(Duration::from_secs(9)))
        };
        let token = TokenLayer::new(validator);
        let service = token.layer(observed.layer.layer(endless(false)));
        let response = get(&service).await;
        let last = response.into_body().collect().await.unwrap().to_bytes();
        assert!(last.ends_with(b"event: token_expired\ndata: token expired\n\n"));
        check(&statistics, 1, CloseReason::TokenExpired);
    });
}

#[test]
fn a_stream_that_nobody_polls_is_closed_as_stalled_while_its_body_is_there() {
    let (statistics, observed) = statistics();
    paused(async {
        let reaper = StallReaper::default();
        let service = reaper.layer().layer(observed.layer.layer(endless(true)));
        let mut body = get(&service).await.into_body();
        let _ = body.frame().await;
        let stalled = tokio::time::timeout(Duration::from_secs(60), reaper.run()).await;
        assert!(stalled.is_err());
        check(&statistics, 1, CloseReason::Stalled);
        drop(body);
        check(&statistics, 1, CloseReason::Stalled);
    });
}
