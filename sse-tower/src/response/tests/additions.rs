//! What is added, where and when.

use core::time::Duration;
use std::time::Instant as WallClock;

use sse_codec::{Encode, Event};

use super::{
    Happens::{Data, Error, Seconds, Trailers},
    beats, retries, run, seen,
};
use crate::{EventStreamLayer, Jitter, KeepAlive, anti_buffering::AntiBuffering};

#[tokio::test(start_paused = true)]
async fn a_beat_comes_when_nothing_was_sent_for_the_interval() {
    let script = vec![
        Seconds(25),
        Data(b"data: a\n\n"),
        Seconds(9),
        Data(b"data: b\n\n"),
        Seconds(11),
    ];
    let expected = [
        (10, ":\n\n"),
        (20, ":\n\n"),
        (25, "data: a\n\n"),
        (34, "data: b\n\n"),
        (44, ":\n\n"),
    ];
    assert_eq!(run(beats(), script).await, seen(&expected));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_put_inside_a_line_and_no_blank_line_inside_an_event() {
    let script = vec![
        Data(b"data: a"),
        Seconds(25),
        Data(b"b\n"),
        Seconds(15),
        Data(b"data: c\r"),
        Seconds(15),
        Data(b"\n\r\n"),
        Seconds(15),
    ];
    let expected = [
        (0, "data: a"),
        (25, "b\n"),
        (35, ":\n"),
        (40, "data: c\r"),
        (55, "\n\r\n"),
        (65, ":\n\n"),
    ];
    assert_eq!(run(beats(), script).await, seen(&expected));
}

#[tokio::test(start_paused = true)]
async fn an_event_beat_waits_for_the_end_of_the_event() {
    let beat = KeepAlive::new(Duration::from_secs(10))
        .with_jitter(Jitter::NONE)
        .with_event(|| Event::builder("beat").to_frame());
    let layer = EventStreamLayer::empty().with_keep_alive(beat);
    let script = vec![Data(b"data: a\n"), Seconds(25), Data(b"\n"), Seconds(15)];
    let expected = [(0, "data: a\n"), (25, "\n"), (35, "data: beat\n\n")];
    assert_eq!(run(layer, script).await, seen(&expected));
}

#[tokio::test(start_paused = true)]
async fn the_reconnection_time_is_first_and_leaves_at_once() {
    let silent = run(retries(), vec![Seconds(5), Data(b"data: a\n\n")]).await;
    assert_eq!(silent, seen(&[(0, "retry: 3000\n\n"), (5, "data: a\n\n")]));
    let ready = run(retries(), vec![Data(b"data: a\n\n")]).await;
    assert_eq!(ready, seen(&[(0, "retry: 3000\n\n"), (0, "data: a\n\n")]));
    let empty = run(retries(), vec![]).await;
    assert_eq!(empty, seen(&[(0, "retry: 3000\n\n")]));
}

#[tokio::test(start_paused = true)]
async fn a_byte_order_mark_stays_first_or_goes() {
    let together = run(retries(), vec![Data(b"\xEF\xBB\xBFdata: a\n\n")]).await;
    assert_eq!(
        together,
        seen(&[(0, "\u{feff}retry: 3000\n\n"), (0, "data: a\n\n")])
    );
    let script = vec![Data(b"\xEF\xBB"), Data(b"\xBF"), Data(b"data: a\n\n")];
    let in_pieces = run(retries(), script).await;
    assert_eq!(
        in_pieces,
        seen(&[(0, "\u{feff}retry: 3000\n\n"), (0, "data: a\n\n")])
    );
    let late = run(
        retries(),
        vec![Seconds(1), Data(b"\xEF\xBB\xBFdata: a\n\n")],
    )
    .await;
    assert_eq!(late, seen(&[(0, "retry: 3000\n\n"), (1, "data: a\n\n")]));
    let script = vec![Seconds(15), Data(b"\xEF"), Data(b"\xBB\xBFdata: a\n\n")];
    let after_a_beat = run(beats(), script).await;
    assert_eq!(after_a_beat, seen(&[(10, ":\n\n"), (15, "data: a\n\n")]));
    let no_mark = run(retries(), vec![Data(b"\xEF"), Data(b"x\n\n")]).await;
    assert_eq!(no_mark[1..], seen(&[(0, "x\n\n")]));
}

#[tokio::test(start_paused = true)]
async fn padding_comes_behind_the_reconnection_time() {
    let padded = AntiBuffering::new().with_padding_bytes(5);
    let layer = retries().with_anti_buffering(padded);
    let frames = run(layer, vec![Data(b"data: a\n\n")]).await;
    assert_eq!(
        frames,
        seen(&[(0, "retry: 3000\n\n:  \n\n"), (0, "data: a\n\n")])
    );
}

#[tokio::test(start_paused = true)]
async fn errors_and_trailers_pass() {
    let frames = run(retries(), vec![Data(b"data: a\n\n"), Error]).await;
    assert_eq!(frames[1..], seen(&[(0, "data: a\n\n"), (0, "broken")]));
    let frames = run(retries(), vec![Trailers]).await;
    assert_eq!(frames, seen(&[(0, "retry: 3000\n\n"), (0, "trailers")]));
}

#[tokio::test(start_paused = true)]
async fn a_busy_stream_costs_no_beat_and_no_waiting() {
    let script: Vec<_> = (0..50)
        .flat_map(|_| [Data(b"data: a\n\n"), Seconds(9)])
        .collect();
    let clock = WallClock::now();
    let frames = run(beats(), script).await;
    assert_eq!(frames.len(), 50);
    assert_eq!(frames[49].0, 49 * 9);
    // Time is paused: nobody waits for it.
    assert!(clock.elapsed() < Duration::from_secs(60));
}
