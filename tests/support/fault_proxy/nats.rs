//! Frames of NATS, from the server.

use super::frames::Kind;

/// How long the first frame is and what, if it is whole.
pub(super) fn frame(bytes: &[u8]) -> Option<(usize, Kind)> {
    let end = bytes.windows(2).position(|two| two == b"\r\n")? + 2;
    let line = core::str::from_utf8(&bytes[..end]).unwrap_or_default();
    let mut words = line.split_ascii_whitespace();
    let operation = words.next().unwrap_or_default();
    if !operation.eq_ignore_ascii_case("MSG") && !operation.eq_ignore_ascii_case("HMSG") {
        return Some((end, Kind::Other));
    }
    let is_hint = words
        .next()
        .is_some_and(|subject| subject.split('.').any(|token| token == "hint"));
    // The last word is the length of all that follows, headers among it.
    let payload: usize = words.next_back().and_then(|word| word.parse().ok())?;
    let length = end + payload + 2;
    let kind = if is_hint { Kind::Hint } else { Kind::Answer };
    (bytes.len() >= length).then_some((length, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_whole_or_none_and_those_of_hints_are_hints() {
        for (whole, kind) in [
            (&b"PING\r\n"[..], Kind::Other),
            (b"INFO {\"max_payload\":1}\r\n", Kind::Other),
            (b"MSG sse.hint.record.a 7 4\r\n\r\n\r\n\r\n", Kind::Hint),
            (
                b"HMSG _INBOX.x 1 12 14\r\nNATS/1.0\r\n\r\nab\r\n",
                Kind::Answer,
            ),
            (b"MSG sse.hints 7 0\r\n\r\n", Kind::Answer),
        ] {
            for cut in 0..whole.len() {
                assert_eq!(frame(&whole[..cut]), None, "{cut} bytes of {whole:?}");
            }
            let more = [whole, b"PONG\r\n"].concat();
            assert_eq!(frame(&more), Some((whole.len(), kind)), "{whole:?}");
        }
    }
}
