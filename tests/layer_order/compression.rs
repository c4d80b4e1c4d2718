//! With compression.

use std::io::Write as _;

use bytes::Bytes;
use flate2::write::GzDecoder;
use http::{Response, header};
use http_body_util::Full;
use sse_tower::{Drain, stream::CloseReason};
use tower::service_fn;
use tower_http::compression::{CompressionLayer, predicate::SizeAbove};

use super::{
    AnyBody, HOUR, Step, boxed, event_streams, frames, get, observing, scripted, texts, wearing,
};

/// Long enough to be compressed, if it were a page.
const STREAM: &[Step] = &[
    (0, "data: the first event of this stream\n\n"),
    (20, "data: the second event of this stream\n\n"),
    (10, ""),
];
const LAYERED: [(u64, &str); 4] = [
    (0, "retry: 3000\n\n"),
    (0, STREAM[0].1),
    (15, ":\n\n"),
    (20, STREAM[1].1),
];

fn layered() -> Vec<(u64, String)> {
    LAYERED
        .map(|(second, text)| (second, text.to_owned()))
        .into()
}

/// Compresses event streams too.
fn compress_all() -> CompressionLayer<SizeAbove> {
    CompressionLayer::new().compress_when(SizeAbove::new(0))
}

/// What each frame is uncompressed, with the second it came in.
async fn decompressed(response: Response<AnyBody>) -> Vec<(u64, String)> {
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
    let (frames, error) = frames(response).await;
    assert_eq!(error, None);
    let mut decoder = GzDecoder::new(Vec::new());
    let mut texts: Vec<(u64, String)> = Vec::new();
    for (second, data) in frames {
        decoder.write_all(&data).unwrap();
        decoder.flush().unwrap();
        let text = String::from_utf8(std::mem::take(decoder.get_mut())).unwrap();
        if !text.is_empty() {
            texts.push((second, text));
        }
    }
    decoder.try_finish().unwrap();
    texts
}

#[tokio::test(start_paused = true)]
async fn by_default_event_streams_are_not_compressed_on_either_side() {
    let outside = wearing(
        CompressionLayer::new(),
        wearing(event_streams(), scripted(0, STREAM)),
    );
    let inside = wearing(
        event_streams(),
        wearing(CompressionLayer::new(), scripted(0, STREAM)),
    );
    for service in [outside, inside] {
        let response = get(&service).await;
        assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
        assert_eq!(texts(response).await, (layered(), None));
    }
    // The control: a page is.
    let page = service_fn(async |_| Ok(Response::new(Full::new(Bytes::from("page".repeat(50))))));
    let response = get(&wearing(CompressionLayer::new(), boxed(page))).await;
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
}

#[tokio::test(start_paused = true)]
async fn compressed_outside_each_event_and_each_addition_comes_when_it_is_sent() {
    let (seen, observe) = observing();
    let service = wearing(observe, wearing(event_streams(), scripted(0, STREAM)));
    let service = wearing(compress_all(), service);
    let texts = decompressed(get(&service).await).await;
    // What is there at the same time may come in one frame.
    let mut by_second: Vec<(u64, String)> = Vec::new();
    for (second, text) in texts {
        match by_second.last_mut() {
            Some(last) if last.0 == second => last.1 += &text,
            _ => by_second.push((second, text)),
        }
    }
    let [first, second, beat, third] = LAYERED.map(|(_, text)| text);
    let expected = [
        (0, [first, second].concat()),
        (15, beat.to_owned()),
        (20, third.to_owned()),
    ];
    assert_eq!(by_second, expected);
    let seen = seen.snapshot();
    assert_eq!((seen.events(), seen.keep_alives()), (2, 1));
    assert_eq!(seen.closed(CloseReason::Complete), 1);
}

#[tokio::test(start_paused = true)]
async fn compressed_inside_a_stream_is_left_alone_and_counted_as_a_stream() {
    let (seen, observe) = observing();
    let inner = wearing(compress_all(), scripted(0, STREAM));
    let bare = frames(get(&inner).await).await;
    let service = wearing(observe, wearing(event_streams(), inner.clone()));
    let response = get(&service).await;
    // Neither is anything done against buffering: all of it is left alone.
    assert!(!response.headers().contains_key("x-accel-buffering"));
    assert_eq!(frames(response).await, bare);
    let texts = decompressed(get(&service).await).await;
    let text: String = texts.into_iter().map(|(_, text)| text).collect();
    assert_eq!(text, [STREAM[0].1, STREAM[1].1].concat());
    let seen = seen.snapshot();
    assert_eq!((seen.opened(), seen.live()), (2, 0));
    assert_eq!((seen.events(), seen.keep_alives()), (0, 0));
    let bytes: usize = bare.0.iter().map(|(_, data)| data.len()).sum();
    assert_eq!(seen.bytes(), 2 * bytes as u64);
}

#[tokio::test(start_paused = true)]
async fn compressed_inside_a_stream_is_drained_all_the_same() {
    const ENDLESS: &[Step] = &[(0, "data: a\n\n"), (HOUR, "data: b\n\n")];
    let drain = Drain::new();
    let (seen, observe) = observing();
    let inner = wearing(compress_all(), scripted(0, ENDLESS));
    let service = wearing(drain.layer(), wearing(observe, inner));
    let response = get(&service).await;
    drain.begin();
    let (frames, error) = frames(response).await;
    assert!(error.is_none() && frames.iter().all(|frame| frame.0 < 10));
    assert_eq!(seen.snapshot().closed(CloseReason::Drained), 1);
}
