//! As many events are told as the decoder finds.

use http::Method;
use http_body_util::BodyExt;
use proptest::{collection::vec, prelude::*};
use sse_codec::{Decoder, ItemRef};
use sse_tests::oracle::BodyStep;

use super::{Check, bytes, is_rejected, paused, respond, statistics, step};

fn decoded(stream: &[u8]) -> u64 {
    let (mut decoder, mut chunk, mut events) = (Decoder::new(), stream, 0);
    while let Some(item) = decoder.decode(&mut chunk).unwrap() {
        events += u64::from(matches!(item, ItemRef::Event(_)));
    }
    events
}

/// What counts the events of a body is right if the decoder finds as many.
fn check_count(steps: &[BodyStep], count: impl Fn(&[BodyStep]) -> u64) -> Check {
    prop_assert_eq!(count(steps), decoded(&bytes(steps)));
    Ok(())
}

/// The events that are told of, if the layer is worn in this place. From outside, all bytes that go
/// out are told too.
fn told(steps: &[BodyStep], outside: bool) -> u64 {
    let (statistics, observed) = statistics();
    let sent = paused(async {
        let steps = steps.to_vec();
        let response = respond(steps, false, Method::GET, &observed.layer, outside).await;
        response.into_body().collect().await.unwrap().to_bytes()
    });
    let seen = statistics.snapshot();
    let added = sent.len() as u64 - seen.bytes();
    assert!(!outside || added == 0, "{added} bytes were not told");
    seen.events()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn as_many_events_are_told_as_the_decoder_finds(
        steps in vec(step(), 0..20), outside in any::<bool>(),
    ) {
        check_count(&steps, |steps| told(steps, outside))?;
    }
}

/// Counts that are easily thought of.
#[test]
fn counting_blank_lines_or_fields_is_rejected() {
    let occurrences = |stream: &[u8], of: &[u8]| {
        let windows = stream.windows(of.len());
        windows.filter(|window| *window == of).count() as u64
    };
    let steps = || vec(step(), 0..20);
    for wrong in [&b"\n\n"[..], b"data:"] {
        assert!(is_rejected(steps(), |steps| check_count(&steps, |steps| {
            occurrences(&bytes(steps), wrong)
        })));
    }
    // Each frame by itself, as if none went on in the next.
    assert!(is_rejected(steps(), |steps| check_count(&steps, |steps| {
        steps
            .iter()
            .map(|step| decoded(&bytes(core::slice::from_ref(step))))
            .sum()
    })));
    // The right one is not.
    assert!(!is_rejected(steps(), |steps| check_count(
        &steps,
        |steps| { decoded(&bytes(steps)) }
    )));
}
