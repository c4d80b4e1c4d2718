//! A BOM is one only at the very start of a stream, so whoever puts bytes before it must move or
//! remove it.

use bytes::Bytes;

/// <https://encoding.spec.whatwg.org/#utf-8-decode>
pub(crate) const BYTE_ORDER_MARK: &[u8; 3] = b"\xEF\xBB\xBF";

/// Takes the BOM off the front of a stream, in however many pieces it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteOrderMark {
    /// So many of its bytes were seen, and are held back.
    Expected(usize),
    /// It was there.
    Seen,
    /// It was not there, or what was held back was given out.
    Absent,
}

impl ByteOrderMark {
    /// What is left of a chunk, and the bytes before it that had been held back and were no BOM.
    /// As long as it is not clear, nothing is left.
    pub(crate) fn strip(&mut self, mut chunk: Bytes) -> (&'static [u8], Bytes) {
        let Self::Expected(seen) = *self else {
            return (b"", chunk);
        };
        let expected = BYTE_ORDER_MARK.get(seen..).unwrap_or_default();
        let same = chunk
            .iter()
            .zip(expected)
            .take_while(|(byte, mark)| byte == mark)
            .count();
        if same == expected.len() {
            *self = Self::Seen;
            return (b"", chunk.split_off(same));
        }
        if same == chunk.len() {
            *self = Self::Expected(seen + same);
            return (b"", Bytes::new());
        }
        (self.give_up(), chunk)
    }

    /// The bytes held back: the stream has ended, or goes on with something else.
    pub(crate) fn give_up(&mut self) -> &'static [u8] {
        let held = match *self {
            Self::Expected(seen) => BYTE_ORDER_MARK.get(..seen).unwrap_or_default(),
            Self::Seen | Self::Absent => b"",
        };
        if matches!(self, Self::Expected(_)) {
            *self = Self::Absent;
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(chunks: &[&'static [u8]]) -> (Vec<u8>, ByteOrderMark) {
        let mut mark = ByteOrderMark::Expected(0);
        let mut rest = Vec::new();
        for chunk in chunks {
            let (before, left) = mark.strip(Bytes::from_static(chunk));
            rest.extend_from_slice(before);
            rest.extend_from_slice(&left);
        }
        rest.extend_from_slice(mark.give_up());
        (rest, mark)
    }

    #[test]
    fn it_goes_in_one_piece_or_three() {
        let seen = (b"data".to_vec(), ByteOrderMark::Seen);
        assert_eq!(strip(&[b"\xEF\xBB\xBFdata"]), seen);
        assert_eq!(strip(&[b"\xEF", b"", b"\xBB", b"\xBF", b"data"]), seen);
    }

    #[test]
    fn only_the_first_one_and_only_at_the_start() {
        let (rest, _) = strip(&[b"\xEF\xBB\xBF\xEF\xBB\xBFdata"]);
        assert_eq!(rest, b"\xEF\xBB\xBFdata");
        assert_eq!(
            strip(&[b"x\xEF\xBB\xBF"]),
            (b"x\xEF\xBB\xBF".to_vec(), ByteOrderMark::Absent)
        );
    }

    #[test]
    fn what_only_began_like_one_is_not_lost() {
        for chunks in [
            &[&b"\xEF\xBBx"[..]][..],
            &[b"\xEF", b"\xBB", b"x"],
            &[b"\xEF", b"\xBBx"],
        ] {
            assert_eq!(
                strip(chunks),
                (b"\xEF\xBBx".to_vec(), ByteOrderMark::Absent)
            );
        }
        assert_eq!(strip(&[b"\xEF", b"\xBB"]).0, b"\xEF\xBB");
    }
}
