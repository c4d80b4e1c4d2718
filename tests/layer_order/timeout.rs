//! With timeouts.

use core::time::Duration;

use http::StatusCode;
use sse_tower::{
    EventStreamLayer, error_event::ErrorEvent, lifetime::Lifetime, stream::CloseReason,
};
use tower_http::timeout::{ResponseBodyDeadlineLayer, ResponseBodyTimeoutLayer, TimeoutLayer};

use super::{HOUR, Step, event_streams, get, observing, scripted, texts, wearing};

const TIMEOUT: Duration = Duration::from_secs(30);
/// An idle hour, and an event that is cut at 30 seconds.
const IDLE: &[Step] = &[(0, "data: a\n\n"), (HOUR, "data: b\n\n")];
const CUT: &[Step] = &[(29, "data: a\n"), (2, "data: b\n\n"), (HOUR, "")];
const TIMED_OUT: &str = "data was not received within the designated timeout";

#[tokio::test(start_paused = true)]
async fn a_timeout_bounds_the_time_to_the_headers_and_no_stream() {
    let timeout = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, TIMEOUT);
    for (wait, status) in [(29, 200), (31, 504)] {
        let outside = wearing(timeout, wearing(event_streams(), scripted(wait, IDLE)));
        let inside = wearing(event_streams(), wearing(timeout, scripted(wait, IDLE)));
        for service in [outside, inside] {
            let response = get(&service).await;
            assert_eq!(response.status(), status);
            let (frames, error) = texts(response).await;
            assert_eq!(error, None);
            let last = frames.last().map(|frame| frame.0);
            assert_eq!(last, (status == 200).then_some(HOUR));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_the_body_spares_what_is_kept_alive_inside_of_it() {
    let timeout = || ResponseBodyTimeoutLayer::new(TIMEOUT);
    let kept_alive = wearing(timeout(), wearing(event_streams(), scripted(0, IDLE)));
    let (frames, error) = texts(get(&kept_alive).await).await;
    assert_eq!((frames.last().unwrap().0, error), (HOUR, None));

    let silent = event_streams().without_keep_alive();
    let silent = wearing(timeout(), wearing(silent, scripted(0, IDLE)));
    let (_, error) = texts(get(&silent).await).await;
    assert_eq!(error.as_deref(), Some(TIMED_OUT));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_the_body_inside_of_keep_alives_ends_the_idle_stream() {
    let (seen, observe) = observing();
    let idle = wearing(ResponseBodyTimeoutLayer::new(TIMEOUT), scripted(0, IDLE));
    let service = wearing(observe, wearing(event_streams(), idle.clone()));
    let (frames, error) = texts(get(&service).await).await;
    let beats = frames.iter().filter(|frame| frame.1 == ":\n\n").count();
    assert!((1..=2).contains(&beats), "{frames:?}");
    assert_eq!(error.as_deref(), Some(TIMED_OUT));
    assert_eq!(seen.snapshot().closed(CloseReason::Error), 1);

    // With an event for it the client comes back in order.
    let layer = event_streams().with_error_event(ErrorEvent::new("idle"));
    let (frames, error) = texts(get(&wearing(layer, idle)).await).await;
    assert_eq!(error, None);
    assert_eq!(
        frames.last().unwrap(),
        &(30, "event: error\ndata: idle\n\n".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn a_deadline_of_the_body_cuts_an_event_where_a_lifetime_waits_for_its_end() {
    let (seen, observe) = observing();
    let deadline = ResponseBodyDeadlineLayer::new(TIMEOUT);
    let cut = wearing(deadline, wearing(observe.clone(), scripted(0, CUT)));
    let (frames, error) = texts(get(&cut).await).await;
    assert_eq!(frames, [(29, "data: a\n".to_owned())]);
    assert!(error.is_some());
    assert_eq!(seen.snapshot().closed(CloseReason::ClientGone), 1);

    let lifetime = Lifetime::new(TIMEOUT).with_jitter(sse_tower::Jitter::NONE);
    let layer = EventStreamLayer::empty().with_lifetime(lifetime);
    let whole = wearing(observe, wearing(layer, scripted(0, CUT)));
    let (frames, error) = texts(get(&whole).await).await;
    assert_eq!(frames.last().unwrap(), &(31, "data: b\n\n".to_owned()));
    assert_eq!(error, None);
    assert_eq!(seen.snapshot().closed(CloseReason::Lifetime), 1);
}
