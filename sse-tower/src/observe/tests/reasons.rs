//! Each end has one reason, wherever the layer is worn.

use core::{cell::RefCell, time::Duration};
use std::sync::Arc;

use http::Response;
use http_body_util::BodyExt;

use super::{AnyBody, AnyService, Step, get, read, scripted, wearing};
use crate::{
    Drain, ErrorEventLayer, EventStreamLayer, Jitter, ObserveLayer,
    error_event::ErrorEvent,
    lifetime::Lifetime,
    observe::{Observers, StreamStatistics},
    stream::{CloseReason, StreamEnd, StreamHandle},
};

const SHORT: &[Step] = &[(0, Ok("data: a\n\n")), (1, Ok("data: b\n\n"))];
const ENDLESS: &[Step] = &[(0, Ok("data: a\n\n")), (1_000_000, Ok(""))];
const FAILING: &[Step] = &[(0, Ok("data: a\n\n")), (1, Err("broken"))];

/// One stream of this service, inside of this layer or outside of it, is closed for one reason.
async fn check(
    inner: &AnyService,
    wear: impl Fn(AnyService) -> AnyService,
    client: impl AsyncFn(Response<AnyBody>),
    expected: CloseReason,
) {
    for outside in [false, true] {
        let statistics = Arc::new(StreamStatistics::new());
        let observe = ObserveLayer::new(Observers::new().with_observer(statistics.clone()));
        let service = if outside {
            wearing(observe, wear(inner.clone()))
        } else {
            wear(wearing(observe, inner.clone()))
        };
        let response = get(&service).await;
        let open = statistics.snapshot();
        assert_eq!(
            (open.opened(), open.live()),
            (1, 1),
            "{expected}, {outside}"
        );
        client(response).await;
        let seen = statistics.snapshot();
        assert_eq!(
            (seen.opened(), seen.live()),
            (1, 0),
            "{expected}, {outside}"
        );
        for reason in CloseReason::EACH {
            let times = u64::from(reason == expected);
            assert_eq!(
                seen.closed(reason),
                times,
                "{reason}, {expected}, {outside}"
            );
        }
    }
}

fn recommended(inner: AnyService) -> AnyService {
    wearing(EventStreamLayer::recommended(), inner)
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_ends_by_itself_is_complete() {
    check(&scripted(SHORT), |inner| inner, read, CloseReason::Complete).await;
    check(&scripted(SHORT), recommended, read, CloseReason::Complete).await;
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_dropped_is_a_client_gone_also_before_it_was_polled() {
    for inner in [SHORT, ENDLESS, FAILING] {
        let inner = scripted(inner);
        check(&inner, recommended, async |_| {}, CloseReason::ClientGone).await;
        let one_frame = async |response: Response<AnyBody>| {
            let frame = response.into_body().frame().await;
            assert!(frame.is_some());
        };
        check(&inner, recommended, one_frame, CloseReason::ClientGone).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_lasted_long_enough_ends_by_its_lifetime() {
    let lifetime = Lifetime::new(Duration::from_secs(90)).with_jitter(Jitter::NONE);
    let layer = EventStreamLayer::recommended().with_lifetime(lifetime);
    let wear = |inner| wearing(layer.clone(), inner);
    check(&scripted(ENDLESS), wear, read, CloseReason::Lifetime).await;
}

#[tokio::test(start_paused = true)]
async fn a_drain_ends_streams_as_drained() {
    for drain_inside in [false, true] {
        // A drain of its own for each service, as one that has begun refuses.
        let drain = RefCell::new(Drain::new());
        let wear = |inner| {
            *drain.borrow_mut() = Drain::new();
            let layer = drain.borrow().layer();
            if drain_inside {
                recommended(wearing(layer, inner))
            } else {
                wearing(layer, recommended(inner))
            }
        };
        let client = async |response| {
            drain.borrow().begin();
            read(response).await;
        };
        check(&scripted(ENDLESS), wear, client, CloseReason::Drained).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_fails_is_an_error_with_an_event_for_it_and_without() {
    let inner = scripted(FAILING);
    check(&inner, |inner| inner, read, CloseReason::Error).await;
    let wear = |inner| wearing(ErrorEventLayer::new(ErrorEvent::default()), inner);
    check(&inner, wear, read, CloseReason::Error).await;
    // Nobody reads on after an error: the body is dropped then.
    let until_the_error = async |response: Response<AnyBody>| {
        let mut body = response.into_body();
        for _ in 0..3 {
            let _ = body.frame().await;
        }
    };
    check(&inner, recommended, until_the_error, CloseReason::Error).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_ends_a_stream_by_its_handle_gives_the_reason() {
    for reason in [
        CloseReason::Requested,
        CloseReason::Limit,
        CloseReason::TokenExpired,
    ] {
        let client = async |response: Response<AnyBody>| {
            let handle = response.extensions().get::<StreamHandle>();
            handle.unwrap().end(StreamEnd::new(reason));
            read(response).await;
        };
        check(&scripted(ENDLESS), recommended, client, reason).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_given_up_is_closed_before_its_body_is() {
    let client = async |response: Response<AnyBody>| {
        let handle = response.extensions().get::<StreamHandle>().unwrap().clone();
        handle.close(CloseReason::Stalled);
        assert!(handle.is_closed());
        read(response).await;
    };
    check(
        &scripted(ENDLESS),
        recommended,
        client,
        CloseReason::Stalled,
    )
    .await;
}
