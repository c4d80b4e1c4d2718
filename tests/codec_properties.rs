//! The oracles on random inputs. What proptest finds it keeps next to
//! this file, in `codec_properties.proptest-regressions`.

use proptest::{collection::vec, option, prelude::*, sample::select};
use sse_tests::oracle::{
    Chunking, Sent, check_bodies, check_differential, check_injection, check_limits,
    check_reconnection, check_round_trip,
};

/// Streams made of what matters to a decoder, so that random ones meet its every state.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = select(vec![
        &b"\n"[..],
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\r\r",
        b"\r\n\r\n",
        b"data",
        b"data:",
        b"data: ",
        b"event: ",
        b"event",
        b"id: ",
        b"id",
        b"retry: ",
        b"retry:",
        b":",
        b": ",
        b" ",
        b"x",
        b"7",
        b"300",
        b"99999999999999999999",
        b"\0",
        b"dat",
        b"datas",
        b"\xEF\xBB\xBF",
        b"\xEF",
        b"\xBB",
        b"\xBF",
        b"\xF0\x9F",
        b"\xA6\x80",
        b"\xFF",
        b"\xC3",
        "\u{e9}".as_bytes(),
        "\u{1f980}".as_bytes(),
        "\u{2028}".as_bytes(),
        b"data: hello, this is a line of more than sixty-four bytes, to leave the fast path\n",
        b"id: 12\nevent: stats\ndata: {\"load\": 0.5}\n\n",
        b"data: x\n\n",
        b": keep-alive\n\n",
    ]);
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn chunking() -> impl Strategy<Value = Chunking> {
    prop_oneof![
        Just(Chunking::whole()),
        Just(Chunking::new([1])),
        vec(0_usize..12, 1..6).prop_map(Chunking::new),
        vec(0_usize..200, 1..4).prop_map(Chunking::new),
    ]
}

/// Texts with the characters that could do harm.
fn text() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "\n",
        "\r",
        "\r\n",
        "\n\n",
        "\0",
        " ",
        "\t",
        ":",
        "data: x",
        "id: 7",
        "event: x",
        "a",
        "7",
        "retry: 5",
        "\u{feff}",
        "\u{e9}",
        "\u{1f980}",
        "\u{2028}",
        "\u{85}",
        "message",
        "a line of more than sixty-four bytes, so that the long path is taken as well as the short",
    ]);
    prop_oneof![
        vec(piece, 0..8).prop_map(|pieces| pieces.concat()),
        any::<String>()
    ]
}

fn sent() -> impl Strategy<Value = Sent> {
    (
        text(),
        option::of(text()),
        option::of(text()),
        option::of(any::<u64>()),
        option::of(text()),
    )
        .prop_map(|(data, event_type, id, retry_milliseconds, comment)| Sent {
            data,
            event_type,
            id,
            retry_milliseconds,
            comment,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn any_stream_in_any_chunks_is_decoded_as_the_standard_says(
        stream in stream(), chunking in chunking(),
    ) {
        check_differential(&stream, &chunking);
        check_reconnection(&stream, &chunking);
    }

    #[test]
    fn any_bytes_are_decoded_as_the_standard_says(
        stream in vec(any::<u8>(), 0..200), chunking in chunking(),
    ) {
        check_differential(&stream, &chunking);
    }

    #[test]
    fn limits_mean_the_same_in_any_chunks(
        stream in stream(), chunking in chunking(), line in 0_usize..80, event in 0_usize..80,
    ) {
        check_limits(&stream, &chunking, line, event);
    }

    #[test]
    fn what_is_encoded_is_decoded(blocks in vec(sent(), 0..6), chunking in chunking()) {
        check_round_trip(&blocks, &chunking);
    }

    #[test]
    fn nothing_can_be_injected(text in text()) {
        check_injection(&text);
    }

    #[test]
    fn bodies_carry_what_they_are_given(
        blocks in vec(sent(), 0..12), turns in chunking(), max_frame_bytes in 0_usize..400,
    ) {
        check_bodies(&blocks, &turns, max_frame_bytes);
    }
}
