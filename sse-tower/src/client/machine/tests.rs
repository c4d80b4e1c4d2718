//! Each rule of the machine.

use core::time::Duration;
use std::time::SystemTime;

use http::{HeaderMap, HeaderValue, Response, StatusCode};
use sse_codec::{EventId, Item, LAST_EVENT_ID};

use super::{Fate, GaveUp, Machine, Step};
use crate::client::{Backoff, Cause, EventSourceOptions, PatientPolicy, Verdict};

const SECOND: Duration = Duration::from_secs(1);

/// Without the part that is drawn.
fn options() -> EventSourceOptions {
    EventSourceOptions::new()
        .with_backoff(Backoff::NONE)
        .with_reconnection_time(SECOND)
}

/// Connects as soon as it may; returns when, and the last event ID that was sent.
fn connect(machine: &mut Machine, mut now: Duration) -> (Duration, Option<HeaderValue>) {
    if machine.step(now) == Step::Wait {
        now = machine.deadline().expect("a request is due");
    }
    assert_eq!(machine.step(now), Step::Connect);
    machine.begin(now);
    let mut headers = HeaderMap::new();
    machine.prepare(&mut headers);
    (now, headers.remove(&LAST_EVENT_ID))
}

fn answer(machine: &mut Machine, now: Duration, status: u16) -> Result<(), Cause> {
    let response = Response::builder().header("content-type", "text/event-stream");
    let response = response.status(status).body(()).unwrap();
    machine.response(now, SystemTime::UNIX_EPOCH, &response.into_parts().0)
}

/// Connects, reads a stream to its end, and fails; returns when, and what comes of it.
fn stream(machine: &mut Machine, now: Duration, body: &str) -> (Duration, Fate) {
    let (now, _) = connect(machine, now);
    answer(machine, now, 200).unwrap();
    read(machine, body);
    (now, machine.failed(now, &Cause::BodyEnd))
}

fn read(machine: &mut Machine, body: &str) -> Vec<String> {
    machine.chunk(body.to_owned().into());
    let mut data = Vec::new();
    while let Some(item) = machine.next_item().unwrap() {
        if let Item::Event(event) = item {
            data.push(event.data().to_owned());
        }
    }
    data
}

const fn again(attempt: u32, delay: Duration) -> Fate {
    Fate::Reconnect { attempt, delay }
}

#[test]
fn the_last_event_id_outlives_whatever_does_not_set_it() {
    let mut machine = Machine::new(options());
    let (now, sent) = connect(&mut machine, Duration::ZERO);
    assert_eq!(sent, None);
    answer(&mut machine, now, 200).unwrap();
    read(
        &mut machine,
        "id: 7\ndata: a\n\ndata: no id\n\n: x\n\nid: 8",
    );
    machine.failed(now, &Cause::Body("cut".into()));
    let (now, sent) = connect(&mut machine, now);
    assert_eq!(sent.unwrap(), "7");
    // Neither an empty connection, nor one that came to nothing.
    answer(&mut machine, now, 200).unwrap();
    machine.failed(now, &Cause::BodyEnd);
    let (now, sent) = connect(&mut machine, now);
    assert_eq!(sent.unwrap(), "7");
    machine.failed(now, &Cause::Connect("refused".into()));
    let (now, sent) = connect(&mut machine, now);
    assert_eq!(sent.unwrap(), "7");
    // A block of nothing but an id does, and an empty id takes it away.
    answer(&mut machine, now, 200).unwrap();
    read(&mut machine, "id: 9\n\n");
    machine.failed(now, &Cause::BodyEnd);
    let (now, sent) = connect(&mut machine, now);
    assert_eq!(sent.unwrap(), "9");
    answer(&mut machine, now, 200).unwrap();
    read(&mut machine, "id\ndata: x\n\n");
    machine.failed(now, &Cause::BodyEnd);
    assert_eq!(connect(&mut machine, now).1, None);
}

#[test]
fn a_client_may_begin_with_an_id() {
    let options = options().with_last_event_id(EventId::from_static("41"));
    let mut machine = Machine::new(options);
    assert_eq!(machine.last_event_id(), "41");
    assert_eq!(connect(&mut machine, Duration::ZERO).1.unwrap(), "41");
}

#[test]
fn an_id_that_no_header_carries_is_told_for_each_request_and_not_sent() {
    let mut machine = Machine::new(options());
    let (now, _) = stream(&mut machine, Duration::ZERO, "id: a\u{1}b\ndata: x\n\n");
    for _ in 0..2 {
        let due = machine.deadline().unwrap();
        assert_eq!(machine.step(now), Step::Wait);
        assert_eq!(machine.step(due), Step::TellUnsendableId);
        let (now, sent) = connect(&mut machine, due);
        assert_eq!(sent, None);
        assert_eq!(machine.last_event_id(), "a\u{1}b");
        machine.failed(now, &Cause::Connect("refused".into()));
    }
}

#[test]
fn each_connection_starts_the_parser_anew() {
    let mut machine = Machine::new(options());
    let (now, _) = stream(
        &mut machine,
        Duration::ZERO,
        "\u{feff}data: a\n\ndata: half",
    );
    let (now, _) = connect(&mut machine, now);
    answer(&mut machine, now, 200).unwrap();
    assert_eq!(read(&mut machine, "\u{feff}data: b\n\n"), ["b"]);
}

#[test]
fn the_server_sets_the_reconnection_time_also_without_data() {
    let mut machine = Machine::new(options());
    let mut now = Duration::ZERO;
    for (body, seconds) in [
        ("data: x\n\n", 1),
        ("retry: 5000\n", 5),
        ("", 5),
        ("retry: +7\n\nretry: 7s\n\nretry\n\n", 5),
        ("retry: 2000\ndata: x\n\n", 2),
    ] {
        let (at, fate) = stream(&mut machine, now, body);
        let Fate::Reconnect { delay, .. } = fate else {
            panic!("{fate:?}")
        };
        assert_eq!(delay, SECOND * seconds, "{body}");
        now = at;
    }
}

#[test]
fn a_reconnection_time_is_brought_into_its_bounds() {
    let bounds = options().with_reconnection_time_bounds(SECOND * 2, SECOND * 10);
    for (body, seconds) in [
        ("", 2),
        ("retry: 0\n", 2),
        ("retry: 9000\n", 9),
        ("retry: 99999999999999999999999999\n", 10),
    ] {
        let mut machine = Machine::new(bounds.clone());
        let (_, fate) = stream(&mut machine, Duration::ZERO, body);
        assert_eq!(fate, again(1, SECOND * seconds), "{body}");
    }
}

#[test]
fn what_is_waited_on_top_lies_in_windows_that_grow() {
    let backoff = Backoff::new(SECOND * 4, SECOND * 16);
    let mut beyond = [0; 5];
    for _ in 0..50 {
        let mut machine = Machine::new(options().with_backoff(backoff));
        let mut now = Duration::ZERO;
        for (window, beyond) in [4, 8, 16, 16, 16].into_iter().zip(&mut beyond) {
            (now, _) = connect(&mut machine, now);
            let fate = machine.failed(now, &Cause::Connect("refused".into()));
            let Fate::Reconnect { delay, .. } = fate else {
                panic!("{fate:?}")
            };
            assert!(delay >= SECOND && delay <= SECOND * (window + 1));
            *beyond += u32::from(delay > SECOND * (window / 2 + 1));
        }
    }
    // The upper half of each window is drawn from, too.
    assert!(beyond.iter().all(|beyond| *beyond > 5), "{beyond:?}");
}

#[test]
fn reconnections_are_counted_over_connections_that_open_and_end() {
    let mut machine = Machine::new(options().with_max_reconnections(3));
    let (mut now, mut fates) = (Duration::ZERO, Vec::new());
    while !machine.is_ended() {
        let (at, fate) = stream(&mut machine, now, "data: x\n\n");
        fates.push(fate);
        now = at;
    }
    let gave_up = Fate::GaveUp(GaveUp::Reconnections { max: 3 });
    let expected = [
        again(1, SECOND),
        again(2, SECOND),
        again(3, SECOND),
        gave_up,
    ];
    assert_eq!(fates, expected);
    assert_eq!(machine.step(now), Step::Ended);
}

#[test]
fn a_stable_stream_starts_the_count_anew_and_a_short_one_does_not() {
    let options = options()
        .with_max_reconnections(1)
        .with_stable_period(SECOND * 30);
    for (open, expected) in [
        (29, Fate::GaveUp(GaveUp::Reconnections { max: 1 })),
        (30, again(1, SECOND)),
    ] {
        let mut machine = Machine::new(options.clone());
        let (now, fate) = stream(&mut machine, Duration::ZERO, "");
        assert_eq!(fate, again(1, SECOND));
        let (now, _) = connect(&mut machine, now);
        answer(&mut machine, now, 200).unwrap();
        let now = now + SECOND * open;
        assert_eq!(machine.failed(now, &Cause::BodyEnd), expected);
    }
}

#[test]
fn the_time_without_a_stream_is_bounded() {
    let options = options()
        .with_max_time_down(SECOND * 10)
        .with_connect_timeout(SECOND * 60);
    let gave_up = Fate::GaveUp(GaveUp::TimeDown { max: SECOND * 10 });
    // A request that is under way is cut off.
    let mut machine = Machine::new(options.clone());
    connect(&mut machine, Duration::ZERO);
    assert_eq!(machine.deadline(), Some(SECOND * 10));
    assert!(machine.timed_out(SECOND * 9).is_none());
    let cause = machine.timed_out(SECOND * 10).unwrap();
    assert_eq!(machine.failed(SECOND * 10, &cause), gave_up);
    // The time with a stream does not count, but what was before and after it does.
    let mut machine = Machine::new(options.clone());
    connect(&mut machine, Duration::ZERO);
    answer(&mut machine, SECOND * 6, 200).unwrap();
    assert_eq!(
        machine.failed(SECOND * 20, &Cause::BodyEnd),
        again(1, SECOND)
    );
    connect(&mut machine, SECOND * 21);
    assert_eq!(machine.deadline(), Some(SECOND * 24));
    // A wait that would be too long is not begun.
    let fate = machine.failed(SECOND * 23 + SECOND / 2, &Cause::Connect("x".into()));
    assert_eq!(fate, gave_up);
    // A stable stream starts it anew.
    let mut machine = Machine::new(options.with_stable_period(SECOND));
    connect(&mut machine, Duration::ZERO);
    answer(&mut machine, SECOND * 9, 200).unwrap();
    machine.failed(SECOND * 20, &Cause::BodyEnd);
    connect(&mut machine, SECOND * 21);
    assert_eq!(machine.deadline(), Some(SECOND * 30));
}

#[test]
fn no_status_but_200_opens_and_204_is_the_end() {
    for status in [201, 204, 301, 404, 500, 503] {
        let mut machine = Machine::new(options());
        let (now, _) = connect(&mut machine, Duration::ZERO);
        let cause = answer(&mut machine, now, status).unwrap_err();
        assert_eq!(cause.status(), StatusCode::from_u16(status).ok());
        assert_eq!(machine.failed(now, &cause), Fate::End);
        assert_eq!(machine.step(now), Step::Ended);
    }
}

#[test]
fn retry_after_is_the_least_that_is_waited_up_to_a_bound() {
    let options = options()
        .with_policy(PatientPolicy)
        .with_max_retry_after(SECOND * 60);
    for (asked, seconds) in [(None, 1), (Some(0), 1), (Some(9), 9), (Some(61), 60)] {
        let mut machine = Machine::new(options.clone());
        let (now, _) = connect(&mut machine, Duration::ZERO);
        let cause = Cause::Status {
            status: StatusCode::SERVICE_UNAVAILABLE,
            retry_after: asked.map(Duration::from_secs),
        };
        let fate = machine.failed(now, &cause);
        assert_eq!(fate, again(1, SECOND * seconds), "{asked:?}");
    }
}

#[test]
fn silence_is_counted_from_when_bytes_were_asked_for_in_vain() {
    let mut machine = Machine::new(options().with_idle_timeout(SECOND * 5));
    let (now, _) = connect(&mut machine, Duration::ZERO);
    answer(&mut machine, now, 200).unwrap();
    assert_eq!(machine.deadline(), None);
    assert!(machine.minds_quiet());
    machine.quiet(now);
    assert!(!machine.minds_quiet());
    machine.quiet(SECOND);
    assert_eq!(machine.deadline(), Some(SECOND * 5));
    // A byte of a comment is life.
    machine.chunk(":".into());
    assert!(machine.minds_quiet() && machine.deadline().is_none());
    machine.quiet(SECOND * 4);
    assert_eq!(machine.deadline(), Some(SECOND * 9));
    assert!(machine.timed_out(SECOND * 8).is_none());
    let cause = machine.timed_out(SECOND * 9).unwrap();
    assert!(matches!(cause, Cause::IdleTimeout { after } if after == SECOND * 5));
    assert_eq!(machine.failed(SECOND * 9, &cause), again(1, SECOND));
}

#[test]
fn an_event_over_a_limit_is_told_and_the_stream_goes_on_unless_the_policy_says_else() {
    let limits = sse_codec::Limits::default().with_max_line_bytes(8);
    let feed = |options: EventSourceOptions| {
        let mut machine = Machine::new(options.with_limits(limits));
        let (now, _) = connect(&mut machine, Duration::ZERO);
        answer(&mut machine, now, 200).unwrap();
        machine.chunk("id: 1\ndata: much too long\n\ndata: b\n\n".into());
        let error = machine.next_item().unwrap_err();
        let fate = machine.failed(now, &Cause::Decode(error));
        (machine, fate)
    };
    let (mut machine, fate) = feed(options());
    assert_eq!(fate, Fate::GoOn);
    assert!(matches!(machine.next_item(), Ok(Some(Item::Event(_)))));
    assert_eq!(machine.last_event_id(), "");
    let (machine, fate) = feed(options().with_policy(|_: &Cause| Verdict::End));
    assert_eq!(fate, Fate::End);
    assert!(machine.is_ended());
    let (mut machine, fate) = feed(options().with_policy(|_: &Cause| Verdict::Reconnect));
    assert_eq!(fate, again(1, SECOND));
    assert_eq!(machine.next_item().unwrap(), None);
}

#[test]
fn a_pause_costs_no_attempt_and_spares_no_wait() {
    let mut machine = Machine::new(options().with_max_reconnections(1));
    let (now, _) = connect(&mut machine, Duration::ZERO);
    answer(&mut machine, now, 200).unwrap();
    read(&mut machine, "id: 7\ndata: x\n\n");
    machine.pause(SECOND);
    assert_eq!(
        (machine.step(SECOND), machine.deadline()),
        (Step::Wait, None)
    );
    machine.resume(SECOND * 90);
    let (now, sent) = connect(&mut machine, SECOND * 90);
    assert_eq!((now, sent.unwrap()), (SECOND * 90, "7".parse().unwrap()));
    assert_eq!(machine.failed(now, &Cause::BodyEnd), again(1, SECOND));
    machine.pause(now);
    machine.resume(now + SECOND / 2);
    assert_eq!(machine.step(now + SECOND / 2), Step::Wait);
    assert_eq!(machine.deadline(), Some(now + SECOND));
}

#[test]
fn after_the_end_nothing_happens() {
    let mut machine = Machine::new(options());
    machine.close();
    machine.begin(SECOND);
    machine.chunk("data: x\n\n".into());
    machine.quiet(SECOND);
    machine.resume(SECOND);
    assert_eq!(machine.next_item().unwrap(), None);
    assert_eq!(machine.step(SECOND), Step::Ended);
    assert_eq!(machine.failed(SECOND, &Cause::BodyEnd), Fate::End);
    assert!(machine.deadline().is_none() && machine.timed_out(SECOND).is_none());
}

#[test]
fn silence_does_not_matter_without_an_idle_timeout() {
    let mut machine = Machine::new(options());
    let (now, _) = connect(&mut machine, Duration::ZERO);
    answer(&mut machine, now, 200).unwrap();
    assert!(!machine.minds_quiet() && machine.deadline().is_none());
}

#[test]
fn a_chunk_that_is_used_up_is_let_go() {
    let mut machine = Machine::new(options());
    let (now, _) = connect(&mut machine, Duration::ZERO);
    answer(&mut machine, now, 200).unwrap();
    let chunk = bytes::Bytes::from(b"data: x\n\n: rest\n".to_vec());
    machine.chunk(chunk.clone());
    assert!(matches!(machine.next_item(), Ok(Some(Item::Event(_)))));
    assert!(!chunk.is_unique());
    assert!(machine.next_item() == Ok(None) && chunk.is_unique());
}

#[test]
fn neither_ids_nor_data_are_printed() {
    let mut machine = Machine::new(options());
    connect(&mut machine, Duration::ZERO);
    answer(&mut machine, Duration::ZERO, 200).unwrap();
    machine.chunk("id: secret\ndata: secret\n\ndata: secret\n\n".into());
    machine.next_item().unwrap();
    assert!(!format!("{machine:?}").contains("secret"));
    assert!(!format!("{:?}", machine.attempt()).contains("secret"));
}
