//! How often, how long, and when not at all.

use core::time::Duration;
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{Request, Response};
use http_body_util::Full;
use sse_tower::client::{
    Backoff, BoxError, Cause, ClientError, ClientItem, EventSource, PatientPolicy, Verdict,
    machine::GaveUp,
};
use tokio::{net::TcpListener, time::Instant};
use tower::service_fn;

use crate::{
    record::{all, next, quick, source, within_deadline},
    server::{End, Server, events, http1, status},
};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again_until_it_is() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let uri = format!("http://{address}/").parse().unwrap();
    let mut source = EventSource::get(http1(), uri).with_options(quick());
    for _ in 0..3 {
        assert_eq!(next(&mut source).await, "again: no response");
    }
    let listener = TcpListener::bind(address).await.unwrap();
    let _server = Server::start_with(listener, |_, _| events("data: a\n\n", End::Never));
    while next(&mut source).await != "open" {}
    assert_eq!(next(&mut source).await, "a");
}

/// How many requests there are with so many reconnections, if each connection opens and ends.
#[tokio::test]
async fn reconnections_are_counted_exactly() {
    for max in [0, 1, 5] {
        let server = Server::start(|_, _| events("data: a\n\n", End::Clean)).await;
        let options = quick().with_max_reconnections(max);
        let mut source = source(&server, options);
        let error = loop {
            match within_deadline(source.next()).await.unwrap() {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        let ClientError::GaveUp { bound, cause, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(bound, GaveUp::Reconnections { max });
        assert!(matches!(cause, Cause::BodyEnd));
        assert_eq!(server.asked().len(), max as usize + 1);
        assert_eq!(all(&mut source).await, ["end"]);
    }
}

#[tokio::test]
async fn who_gives_up_on_responses_holds_the_last_one() {
    let server = Server::start(|_, _| status(503)).await;
    let options = quick().with_policy(PatientPolicy).with_max_reconnections(2);
    let mut source = source(&server, options);
    let last = loop {
        if let Err(error) = within_deadline(source.next()).await.unwrap() {
            break error;
        }
    };
    assert_eq!(last.into_response().unwrap().status(), 503);
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn retry_after_is_waited_for_in_both_forms() {
    for (header, seconds) in [
        (vec![("retry-after", "120")], 120),
        (
            vec![
                ("retry-after", "Sat, 21 Nov 2026 18:00:30 GMT"),
                ("date", "Sat, 21 Nov 2026 18:00:00 GMT"),
            ],
            30,
        ),
        (vec![("retry-after", "never")], 0),
        (vec![("retry-after", "999999999")], 3600),
    ] {
        for code in [429, 503] {
            let headers = header.clone();
            let server = Server::start(move |_, _| {
                let mut response = status(code);
                for (name, value) in &headers {
                    response.headers_mut().insert(*name, value.parse().unwrap());
                }
                response
            })
            .await;
            let mut source = source(&server, quick().with_policy(PatientPolicy));
            let item = within_deadline(source.next()).await.unwrap().unwrap();
            let ClientItem::Reconnecting {
                attempt,
                delay,
                cause,
            } = item
            else {
                panic!("{item:?}")
            };
            assert_eq!((attempt, cause.status().unwrap().as_u16()), (1, code));
            assert_eq!(delay.as_secs(), seconds, "{header:?}");
        }
    }
}

#[tokio::test]
async fn the_server_sets_the_delay_with_and_without_data() {
    for (text, millis) in [
        ("retry: 5000\n\n", 5000),
        ("retry: 5000\ndata: x\n\n", 5000),
        ("retry:7000\n", 7000),
        ("retry: 5000\n\nretry: +9\n\n", 5000),
        ("retry: 99999999999999999999999999\n\n", 3_600_000),
        ("retry: 0\n\n", 0),
        ("retry: 3s\n\n", 1),
    ] {
        let server = Server::start(move |_, _| events(text, End::Clean)).await;
        let mut source = source(&server, quick());
        let delay = loop {
            let item = within_deadline(source.next()).await.unwrap().unwrap();
            if let ClientItem::Reconnecting { delay, .. } = item {
                break delay;
            }
        };
        assert_eq!(delay, Duration::from_millis(millis), "{text}");
    }
}

#[tokio::test]
async fn a_policy_may_judge_each_cause() {
    let server = Server::start(|number, _| status(if number < 3 { 404 } else { 410 })).await;
    let options = quick().with_policy(|cause: &Cause| match cause.status() {
        Some(status) if status == 404 => Verdict::Reconnect,
        _ => Verdict::End,
    });
    let told = all(&mut source(&server, options)).await;
    assert_eq!(told.len(), 5);
    assert_eq!(told[3], "error: response with status 410");
}

type Answer = Result<Response<Full<Bytes>>, BoxError>;

fn stream(text: &'static str) -> Answer {
    let response = Response::builder().header("content-type", "text/event-stream");
    Ok(response.body(Full::from(text))?)
}

#[tokio::test(start_paused = true)]
async fn the_wait_is_the_reconnection_time_and_at_most_the_window() {
    let service = service_fn(|_: Request<Full<Bytes>>| async { Answer::Err("refused".into()) });
    let options = quick()
        .with_reconnection_time(SECOND * 2)
        .with_backoff(Backoff::new(SECOND, SECOND * 4));
    let mut source = EventSource::get(service, "/".parse().unwrap()).with_options(options);
    let mut started = Instant::now();
    for (number, window) in [1, 2, 4, 4].into_iter().enumerate() {
        let item = source.next().await.unwrap().unwrap();
        let ClientItem::Reconnecting { attempt, delay, .. } = item else {
            panic!("{item:?}")
        };
        assert_eq!(attempt as usize, number + 1);
        assert!(delay >= SECOND * 2 && delay <= SECOND * (2 + window));
        if number > 0 {
            // What the item before had promised.
            assert!(started.elapsed() >= SECOND * 2);
        }
        started = Instant::now();
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_without_a_stream_is_the_time_that_is_waited() {
    let service = service_fn(|_: Request<Full<Bytes>>| async { Answer::Err("refused".into()) });
    let options = quick()
        .with_reconnection_time(SECOND)
        .with_max_time_down(SECOND * 10);
    let mut source = EventSource::get(service, "/".parse().unwrap()).with_options(options);
    let started = Instant::now();
    let mut reconnections = 0;
    let error = loop {
        match source.next().await.unwrap() {
            Ok(_) => reconnections += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(
        error,
        ClientError::GaveUp {
            bound: GaveUp::TimeDown { .. },
            ..
        }
    ));
    assert_eq!(reconnections, 10, "one a second");
    assert_eq!(started.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn only_a_stream_that_was_stable_starts_the_count_anew() {
    // Streams of one second, but the fourth lasts.
    let requests = Arc::<AtomicU32>::default();
    let counted = Arc::clone(&requests);
    let service = service_fn(move |_: Request<Full<Bytes>>| {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            let lasts = SECOND * if number == 3 { 30 } else { 1 };
            let end = async move {
                tokio::time::sleep(lasts).await;
                None::<Result<http_body::Frame<Bytes>, BoxError>>
            };
            let frames = futures_util::stream::once(end).filter_map(core::future::ready);
            let body = http_body_util::StreamBody::new(frames);
            let response = Response::builder().header("content-type", "text/event-stream");
            Ok::<_, BoxError>(response.body(body)?)
        }
    });
    let options = quick()
        .with_stable_period(SECOND * 30)
        .with_max_reconnections(5);
    let mut source = EventSource::get(service, "/".parse().unwrap()).with_options(options);
    let mut attempts = Vec::new();
    while let Some(Ok(item)) = source.next().await {
        if let ClientItem::Reconnecting { attempt, .. } = item {
            attempts.push(attempt);
        }
    }
    assert_eq!(attempts, [1, 2, 3, 1, 2, 3, 4, 5]);
    assert_eq!(requests.load(Ordering::SeqCst), 9);
}

#[tokio::test(start_paused = true)]
async fn a_polling_server_is_stable_by_a_period_of_zero() {
    let service = service_fn(|_: Request<Full<Bytes>>| async { stream("data: x\n\n") });
    let options = quick()
        .with_stable_period(Duration::ZERO)
        .with_max_reconnections(1);
    let mut source = EventSource::get(service, "/".parse().unwrap()).with_options(options);
    let told = crate::record::take(&mut source, 30).await;
    assert_eq!(told, ["open", "x", "again: event stream ended"].repeat(10));
}
