//! What the layers allocate: nothing for an event, the same for a long stream as for a short one.
//!
//! One test, because the allocator counts for the whole process.

use core::{convert::Infallible, pin::pin, task::Poll};

use bytes::Bytes;
use futures_util::{FutureExt as _, stream};
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::StreamBody;
use sse_tests::counting_allocator::CountingAllocator;
use sse_tower::EventStreamLayer;
use tower::{Layer as _, ServiceExt as _, service_fn};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

fn body(events: usize) -> impl Body<Data = Bytes, Error = Infallible> {
    let event = Bytes::from_static(b"id: 7\nevent: stats\ndata: {\"load\":0.25}\n\n");
    let frames = (0..events).map(move |_| Ok(Frame::data(event.clone())));
    StreamBody::new(stream::iter(frames))
}

/// Drains a body that is always ready, and counts what is allocated meanwhile.
fn allocations<B: Body<Data = Bytes>>(body: B, frames: usize) -> usize {
    let mut body = pin!(body);
    let mut context = core::task::Context::from_waker(core::task::Waker::noop());
    let (drained, allocated) = ALLOCATOR.count(|| {
        let mut drained = 0;
        while let Poll::Ready(Some(Ok(_))) = body.as_mut().poll_frame(&mut context) {
            drained += 1;
        }
        drained
    });
    assert_eq!(drained, frames);
    allocated.allocations
}

#[test]
fn the_recommended_layers_allocate_nothing_for_an_event() {
    let layered = |events: usize| {
        let service =
            EventStreamLayer::recommended().layer(service_fn(move |_: Request<()>| async move {
                Response::builder()
                    .header("content-type", "text/event-stream")
                    .body(body(events))
            }));
        let response = service.oneshot(Request::new(())).now_or_never();
        response
            .expect("ready at once")
            .expect("a response")
            .into_body()
    };
    assert_eq!(allocations(body(1000), 1000), 0);
    // The reconnection time is a frame more.
    let (short, long) = (
        allocations(layered(10), 11),
        allocations(layered(10_000), 10_001),
    );
    assert_eq!(short, long);
    assert!(long <= 2, "{long}");
}
