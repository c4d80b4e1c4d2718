//! What refuses, and what counts.

use http::{Request, Response, header};
use http_body_util::{BodyExt, Empty};
use sse_tower::{Drain, NegotiateLayer, observe::StreamStatistics, stream::CloseReason};
use tower::ServiceExt;

use super::{AnyBody, AnyService, HOUR, Step, event_streams, get, observing, scripted, wearing};

const ENDLESS: &[Step] = &[(0, "data: a\n\n"), (HOUR, "data: b\n\n")];

async fn get_json(service: &AnyService) -> Response<AnyBody> {
    let request = Request::get("/prices").header(header::ACCEPT, "application/json");
    let Ok(response) = service
        .clone()
        .oneshot(request.body(Empty::new()).unwrap())
        .await;
    response
}

#[tokio::test(start_paused = true)]
async fn observed_inside_of_a_drain_a_refusal_is_no_stream() {
    let drain = Drain::new();
    let (seen, observe) = observing();
    let inner = wearing(event_streams(), scripted(0, ENDLESS));
    let service = wearing(drain.layer(), wearing(observe, inner.clone()));
    drain.begin();
    let refusal = get(&service).await;
    assert_eq!(refusal.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert!(refusal.into_body().collect().await.is_ok());
    assert_eq!(seen.snapshot(), StreamStatistics::new().snapshot());

    // The other way round it is one: to its client it is.
    let (seen, observe) = observing();
    let service = wearing(observe, wearing(drain.layer(), inner));
    assert!(get(&service).await.into_body().collect().await.is_ok());
    assert_eq!(seen.snapshot().closed(CloseReason::Complete), 1);
}

#[tokio::test(start_paused = true)]
async fn negotiated_inside_a_406_takes_no_slot_and_is_no_stream() {
    let drain = Drain::new();
    let (seen, observe) = observing();
    let inner = wearing(event_streams(), scripted(0, ENDLESS));
    let service = wearing(observe, wearing(NegotiateLayer::new(), inner.clone()));
    let service = wearing(drain.layer(), service);
    let refusal = get_json(&service).await;
    assert_eq!(refusal.status(), 406);
    assert_eq!(drain.open_streams(), 0);
    assert_eq!(seen.snapshot(), StreamStatistics::new().snapshot());

    // The other way round it was one, for a moment.
    let (seen, observe) = observing();
    let service = wearing(NegotiateLayer::new(), wearing(observe, inner));
    assert_eq!(get_json(&service).await.status(), 406);
    assert_eq!((seen.snapshot().opened(), seen.snapshot().live()), (1, 0));
}
