//! The oracle of the layers on random bodies: frames that end anywhere, pauses anywhere.

use proptest::{collection::vec, prelude::*, sample::select};
use sse_tests::oracle::{Beat, BodyStep, check_ends, check_layers};

/// Pieces of a stream that end where it matters, and pauses in which a beat falls due or not.
fn step() -> impl Strategy<Value = BodyStep> {
    let piece = select(vec![
        &b"data: a\n\n"[..],
        b"data: a\n",
        b"data: a",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\r\r",
        b"\r\n\r\n",
        b"id: 7\n",
        b"event: x\r\n",
        b"retry: 5\n",
        b": inner\n",
        b":",
        b"",
        b"\xEF\xBB\xBF",
        b"\xEF",
        b"\xBB",
        b"\xBF",
        b"\xFF",
    ]);
    prop_oneof![
        3 => vec(piece, 0..4).prop_map(|pieces| BodyStep::Frame(pieces.concat())),
        1 => (0_u8..20).prop_map(BodyStep::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn layers_change_none_of_the_events(
        steps in vec(step(), 0..20), beat in select(vec![Beat::Comment, Beat::Event]),
    ) {
        check_layers(&steps, beat);
    }

    #[test]
    fn a_stream_that_ends_early_loses_nothing(
        steps in vec(step(), 0..20), end_after_seconds in 0_u8..60, fails in any::<bool>(),
    ) {
        check_ends(&steps, end_after_seconds, fails);
    }
}
