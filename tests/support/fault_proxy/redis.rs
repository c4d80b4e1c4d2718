//! Frames of Redis.

use super::frames::Kind;

/// How long the first line is, with its end.
fn line(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(2).position(|two| two == b"\r\n")?;
    Some(end + 2)
}

fn number(line: &[u8]) -> i64 {
    let text = core::str::from_utf8(line).unwrap_or_default();
    text.trim_end().parse().unwrap_or(-1)
}

/// How long the first value is, if it is whole.
pub(super) fn frame(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    // So many values have to come yet.
    let mut left = 1_i64;
    while left > 0 {
        let rest = bytes.get(at..)?;
        let length = line(rest)?;
        let (&kind, head) = rest[..length].split_first()?;
        at += length;
        left -= 1;
        match kind {
            b'$' | b'!' | b'=' => {
                if let Ok(text) = usize::try_from(number(head)) {
                    at += text + 2;
                }
            }
            b'*' | b'>' | b'~' => left += number(head).max(0),
            b'%' => left += 2 * number(head).max(0),
            // Attributes stand before the value that they are of.
            b'|' => left += 2 * number(head).max(0) + 1,
            _ => {}
        }
    }
    (at <= bytes.len()).then_some(at)
}

const CONFIRMATIONS: [&[u8]; 4] = [b"subscribe", b"unsubscribe", b"ssubscribe", b"sunsubscribe"];

/// From the server: what was pushed, or an answer.
pub(super) fn answer_or_push(bytes: &[u8]) -> Option<(usize, Kind)> {
    let length = frame(bytes)?;
    let kind = match bytes[0] {
        b'>' if is_message(&bytes[..length]) => Kind::Hint,
        // That something is subscribed to is the answer to that.
        b'>' if CONFIRMATIONS.iter().any(|name| is(&bytes[..length], name)) => Kind::Answer,
        b'>' => Kind::Other,
        _ => Kind::Answer,
    };
    Some((length, kind))
}

fn is_message(push: &[u8]) -> bool {
    is(push, b"message") || is(push, b"smessage")
}

/// Whether the first element of a push is this.
fn is(push: &[u8], name: &[u8]) -> bool {
    let Some(head) = line(push) else { return false };
    let Some(size) = line(&push[head..]) else {
        return false;
    };
    let element = &push[head + size..];
    element.starts_with(name) && element[name.len()..].starts_with(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\n\r\n>9\r\n";

    #[test]
    fn a_frame_is_whole_or_none_whatever_its_bytes() {
        for whole in [
            &b"+OK\r\n"[..],
            b"$-1\r\n",
            b"_\r\n",
            b"*-1\r\n",
            b"*2\r\n:1\r\n*1\r\n$3\r\na\r\n\r\n",
            b"%1\r\n+key\r\n#t\r\n",
            b"|1\r\n+ttl\r\n:3\r\n+OK\r\n",
            MESSAGE,
        ] {
            for cut in 0..whole.len() {
                assert_eq!(frame(&whole[..cut]), None, "{cut} bytes of {whole:?}");
            }
            let mut more = whole.to_vec();
            more.extend(b"+next\r\n");
            assert_eq!(frame(&more), Some(whole.len()), "{whole:?}");
        }
    }

    #[test]
    fn only_what_was_published_is_a_hint() {
        assert_eq!(answer_or_push(MESSAGE), Some((MESSAGE.len(), Kind::Hint)));
        let confirmed = b">3\r\n$9\r\nsubscribe\r\n$7\r\nmessage\r\n:1\r\n";
        assert_eq!(answer_or_push(confirmed).unwrap().1, Kind::Answer);
        assert_eq!(answer_or_push(b"+message\r\n").unwrap().1, Kind::Answer);
        let other = b">2\r\n$10\r\ninvalidate\r\n$7\r\nmessage\r\n";
        assert_eq!(answer_or_push(other).unwrap().1, Kind::Other);
    }
}
