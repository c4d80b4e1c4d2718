//! Each check, of each framework and both protocols.

use crate::checks::{self, Fault};
use crate::client::Protocol;
use crate::deadline::in_time;
use crate::server::{Framework, framework};
use crate::{native, programs};

/// Runs `check` for each framework and protocol.
async fn holds_for_each(check: impl AsyncFn(Framework, Protocol) -> Result<(), Fault>) {
    for framework in [
        framework!(programs::hyper::serve),
        framework!(programs::axum::serve),
        framework!(programs::warp::serve),
        framework!(programs::tonic::serve),
        framework!(native::axum_sse),
        framework!(native::warp_sse),
    ] {
        for protocol in Protocol::BOTH {
            let result = in_time(check(framework, protocol)).await;
            assert_eq!(result, Ok(()), "{} {protocol:?}", framework.name);
        }
    }
}

#[tokio::test]
async fn the_headers_keep_proxies_and_caches_from_holding_events_back() {
    holds_for_each(checks::headers).await;
}

#[tokio::test]
async fn the_reconnection_time_comes_first() {
    holds_for_each(checks::retry_first).await;
}

#[tokio::test]
async fn the_events_are_those_of_the_handler_in_their_order() {
    holds_for_each(checks::events).await;
}

#[tokio::test]
async fn a_client_that_comes_back_resumes_after_its_last_event() {
    holds_for_each(checks::resumption).await;
}

#[tokio::test]
async fn a_client_that_accepts_no_event_stream_is_told_so() {
    holds_for_each(checks::not_acceptable).await;
}

#[tokio::test]
async fn head_gives_the_headers_without_a_body() {
    holds_for_each(checks::head).await;
}

#[tokio::test]
async fn a_response_that_is_no_event_stream_passes_untouched() {
    holds_for_each(checks::other_responses).await;
}

#[tokio::test]
async fn an_idle_stream_is_kept_alive() {
    holds_for_each(checks::keep_alive).await;
}
